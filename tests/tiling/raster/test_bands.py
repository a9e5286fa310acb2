"""Tests of `tiling.raster.bands`: what is image, and what in it is valid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image
from rasterio.enums import ColorInterp

from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.raster.raster import Raster, open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

TURNED = Affine.translation(500_000, 4e6) @ Affine.rotation(90) @ Affine.scale(0.5, -0.5)


def whole(raster: Raster) -> PixelWindow:
    return PixelWindow(0, 0, raster.grid.width, raster.grid.height)


@pytest.mark.parametrize("count", [1, 2, 5, 200])
@pytest.mark.parametrize("interleave", ["band", "pixel"])
def test_any_number_of_bands(make_raster: Make, noise: Noise, count: int, interleave: str) -> None:
    pixels = noise(count, 20, 30, "uint16")
    with open_raster(make_raster(pixels, interleave=interleave)) as raster:
        assert (raster.count, len(raster.band_names)) == (count, count)
        assert (read_window(raster, whole(raster)).image == pixels).all()
        some = tuple(sorted({1, count, (count + 1) // 2}, reverse=True))
        chip = read_window(raster, PixelWindow(3, 4, 9, 8), bands=some)
        assert (chip.image == pixels[[band - 1 for band in some], 4:12, 3:12]).all()


@pytest.mark.parametrize("count", [3, 200])
@pytest.mark.parametrize("nodata", [None, 0])
def test_any_number_of_bands_turned(make_raster: Make, noise: Noise, count: int, nodata: int | None) -> None:
    """By a right angle, so that every pixel stays a pixel."""
    pixels = noise(count, 20, 30, "uint16")
    with open_raster(make_raster(pixels, transform=TURNED, nodata=nodata)) as raster:
        assert raster.count == count
        chip = read_window(raster, whole(raster))
    assert chip.valid.all()
    assert (chip.image == np.rot90(pixels, axes=(1, 2))).all()


@pytest.mark.parametrize(
    "dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]
)
def test_any_type(make_raster: Make, dtype: str) -> None:
    pixels = np.arange(600).reshape(1, 20, 30).astype(dtype)
    with open_raster(make_raster(pixels)) as raster:
        assert raster.dtype == dtype
        assert raster.bits == 8 * np.dtype(dtype).itemsize
        assert (read_window(raster, whole(raster)).image == pixels).all()


def test_eleven_bits_in_sixteen(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(1, 20, 30, "uint16") // 2, nbits=11)) as raster:
        assert (raster.dtype, raster.bits) == ("uint16", 11)


def test_bands_of_different_types(make_raster: Make, tmp_path: Path) -> None:
    one = make_raster(np.full((1, 20, 30), 200, dtype=np.uint8), "one.tif")
    two = make_raster(np.full((1, 20, 30), -300.5, dtype=np.float32), "two.tif")
    path = tmp_path / "both.vrt"
    bands = "".join(
        f'<VRTRasterBand dataType="{kind}" band="{band}"><SimpleSource><SourceFilename>{source}</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        for band, (kind, source) in enumerate((("Byte", one), ("Float32", two)), 1)
    )
    path.write_text(f'<VRTDataset rasterXSize="30" rasterYSize="20">{bands}</VRTDataset>')
    with open_raster(path) as raster:
        assert raster.dtype == "float32"
        chip = read_window(raster, whole(raster))
        assert chip.image[:, 0, 0].tolist() == [200.0, -300.5]
        assert read_window(raster, whole(raster), bands=(1,)).image.dtype == np.float32


def test_a_mask_of_each_band(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    """Valid is where one of the bands read is."""
    pixels = noise(2, 20, 30)
    source = make_raster(pixels)
    masks = np.full((2, 20, 30), 255, dtype=np.uint8)
    masks[0, :10] = 0
    masks[1, 5:15] = 0
    shown = make_raster(masks, "masks.tif")
    path = tmp_path / "masked.vrt"

    def part(file: Path, band: int) -> str:
        return f"<SimpleSource><SourceFilename>{file}</SourceFilename><SourceBand>{band}</SourceBand></SimpleSource>"

    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{band}">{part(source, band)}<MaskBand><VRTRasterBand '
        f'dataType="Byte">{part(shown, band)}</VRTRasterBand></MaskBand></VRTRasterBand>'
        for band in (1, 2)
    )
    path.write_text(f'<VRTDataset rasterXSize="30" rasterYSize="20">{bands}</VRTDataset>')
    with open_raster(path) as raster:
        assert (read_window(raster, whole(raster)).valid == (masks > 0).any(axis=0)).all()
        assert (read_window(raster, whole(raster), bands=(2,)).valid == (masks[1] > 0)).all()


def test_a_palette_of_sixteen_bits(make_raster: Make, tmp_path: Path) -> None:
    index = np.array([[[0, 300], [40_000, 300]]], dtype=np.uint16)
    path = make_raster(index, photometric="palette")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {0: (1, 2, 3), 300: (200, 100, 50), 40_000: (9, 250, 7)})
    with open_raster(path) as raster:
        assert (raster.count, raster.dtype) == (3, "uint8")
        image = read_window(raster, whole(raster)).image
    # TIFF keeps 16 bits of each colour.
    assert image[:, 0, 0].tolist() == [1, 2, 3]
    assert image[:, 0, 1].tolist() == [200, 100, 50]
    assert image[:, 1, 0].tolist() == [9, 250, 7]


@pytest.mark.parametrize("side", [40, 1300])
def test_a_palette_with_transparent_entries(tmp_path: Path, side: int) -> None:
    """Also after the copy that is served is made: TIFF has no transparent colours."""
    image = Image.fromarray((np.indices((side, side)).sum(axis=0) % 3).astype(np.uint8))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    path = tmp_path / "palette.png"
    image.save(path, transparency=bytes([255, 0, 0]))
    for file in (path, ensure_cog(path, tmp_path / "cog.tif")):
        with open_raster(file) as raster:
            assert (raster.count, raster.dtype, raster.bits) == (3, "uint8", 8)
            chip = read_window(raster, PixelWindow(0, 0, 30, 30))
        assert (chip.valid == (np.indices((30, 30)).sum(axis=0) % 3 == 0)).all()
        assert (chip.image[:, chip.valid] == [[255], [0], [0]]).all()


def test_alpha_of_a_palette(make_raster: Make) -> None:
    pixels = np.zeros((2, 10, 10), dtype=np.uint8)
    pixels[1, :5] = 255
    path = make_raster(pixels)
    with rasterio.open(path, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.palette, ColorInterp.alpha)
        dataset.write_colormap(1, {0: (7, 8, 9, 255)})
    with open_raster(path) as raster:
        chip = read_window(raster, whole(raster))
    assert chip.image[:, 0, 0].tolist() == [7, 8, 9]
    assert chip.valid[:5].all()
    assert not chip.valid[5:].any()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "count", "dtype"),
    [
        ("alpha.tif", 3, "uint8"),
        ("nodata.tif", 1, "uint16"),
        ("palette.tif", 3, "uint8"),
        ("polar_3412.tif", 1, "float32"),
        ("sar_rotated.tif", 1, "uint8"),
    ],
)
def test_real_files(shared_data: Path, name: str, count: int, dtype: str) -> None:
    with open_raster(shared_data / "rasters" / name) as raster:
        assert (raster.count, raster.dtype) == (count, dtype)
        small = read_window(raster, whole(raster), out_height=60, out_width=60)
        assert 0.01 < small.valid.mean() <= 1
        assert np.ptp(small.image[:, small.valid].astype(float)) > 0
        if dtype == "float32":
            assert small.image[:, small.valid].min() >= 0
