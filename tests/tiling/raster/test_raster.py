"""Tests of opening and reading rasters: `tiling.raster` (`raster`, `opened`, `reading`, `bands`), `tiling.access`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from tiling.access.file_check import hash_raster
from tiling.errors import RasterReadError, TilingError, WindowError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_resampled, read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


# -- what a pixel and a valid pixel are -------------------------------------------------------------------


def test_reads_native_pixels(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 40, 60, "uint16")
    with open_raster(make_raster(pixels)) as raster:
        assert (raster.count, raster.dtype, raster.nodata, raster.palette) == (3, "uint16", None, None)
        chip = read_window(raster, PixelWindow(5, 7, 20, 10))
        assert (chip.image == pixels[:, 7:17, 5:25]).all()
        assert chip.image.dtype == np.uint16
        assert chip.valid.all()
        two = read_window(raster, PixelWindow(5, 7, 20, 10), bands=(3, 1))
        assert (two.image == pixels[[2, 0], 7:17, 5:25]).all()


def test_nodata_value(make_raster: Make, noise: Noise) -> None:
    pixels = noise(2, 30, 30, "uint16")
    pixels[:, 5:9, 5:9] = 0
    pixels[0, 20, 20] = 0
    with open_raster(make_raster(pixels, nodata=0)) as raster:
        valid = read_window(raster, PixelWindow(0, 0, 30, 30)).valid
    expected = np.ones((30, 30), dtype=bool)
    expected[5:9, 5:9] = False
    assert (valid == expected).all()


@pytest.mark.parametrize("nodata", [np.nan, -3.4e38, -9999.0, None])
def test_float_nodata(make_raster: Make, noise: Noise, nodata: float | None) -> None:
    pixels = noise(1, 30, 30, "float32")
    pixels[0, :4] = np.nan
    if nodata is not None:
        pixels[0, 10:12] = nodata
    with open_raster(make_raster(pixels, nodata=nodata)) as raster:
        valid = read_window(raster, PixelWindow(0, 0, 30, 30)).valid
    assert not valid[:4].any()
    assert valid[10:12].any() == (nodata is None)
    assert valid[12:].all()


def test_alpha_is_no_image(make_raster: Make, noise: Noise) -> None:
    pixels = noise(4, 30, 30)
    pixels[3] = 255
    pixels[3, :10] = 0
    path = make_raster(pixels, photometric="RGB", alpha="yes")
    with open_raster(path) as raster:
        assert raster.count == 3
        assert raster.band_names == ("red", "green", "blue")
        chip = read_window(raster, PixelWindow(0, 0, 30, 30))
        assert (chip.image == pixels[:3]).all()
        assert (chip.valid == (pixels[3] > 0)).all()


def test_mask_band(make_raster: Make, noise: Noise) -> None:
    mask = np.ones((30, 30), dtype=bool)
    mask[3:8, 20:] = False
    with open_raster(make_raster(noise(3, 30, 30), mask=mask)) as raster:
        assert (read_window(raster, PixelWindow(0, 0, 30, 30)).valid == mask).all()
        assert (read_window(raster, PixelWindow(18, 2, 6, 8)).valid == mask[2:10, 18:24]).all()


def test_palette_becomes_rgb(tmp_path: Path) -> None:
    path = tmp_path / "palette.tif"
    index = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    with rasterio.open(
        path, "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8", nodata=3
    ) as dataset:
        dataset.write(index, 1)
        dataset.write_colormap(
            1, {0: (1, 2, 3, 255), 1: (200, 0, 0, 255), 2: (0, 90, 0, 255), 3: (0, 0, 0, 255)}
        )
    with open_raster(path) as raster:
        assert (raster.count, raster.dtype, raster.nodata) == (3, "uint8", None)
        chip = read_window(raster, PixelWindow(0, 0, 2, 2))
        assert chip.image[:, 0, 0].tolist() == [1, 2, 3]
        assert chip.image[:, 0, 1].tolist() == [200, 0, 0]
        assert chip.valid.tolist() == [[True, True], [True, False]]
        assert (read_window(raster, PixelWindow(0, 0, 2, 2), bands=(2,)).image[0] == [[2, 0], [90, 0]]).all()


def test_nodata_does_not_bleed_when_shrinking(make_raster: Make) -> None:
    pixels = np.full((1, 64, 64), 100, dtype=np.uint8)
    pixels[0, :, :31] = 255
    for path in (
        make_raster(pixels, "tag.tif", nodata=255),
        make_raster(pixels, "mask.tif", mask=pixels[0] != 255),
    ):
        with open_raster(path) as raster:
            chip = read_window(raster, PixelWindow(0, 0, 64, 64), out_height=16, out_width=16)
        assert set(np.unique(chip.image[0][chip.valid])) == {100}
        assert chip.valid[:, 8:].all()
        assert not chip.valid[:, :7].any()


@pytest.mark.real_data
def test_every_awkward_raster_can_be_read(shared_data: Path) -> None:
    for path in sorted((shared_data / "rasters").iterdir()):
        if path.suffix not in (".tif", ".ntf"):
            continue
        with open_raster(path) as raster:
            width, height = min(64, raster.grid.width // 2), min(48, raster.grid.height // 2)
            chip = read_window(
                raster, PixelWindow(raster.grid.width // 2, raster.grid.height // 2, width, height)
            )
        assert chip.image.shape == (raster.count, height, width), path
        assert chip.image.dtype.name == raster.dtype, path


# -- resampling -------------------------------------------------------------------------------------------


def blob(size: int, col: int, row: int) -> np.ndarray:
    """A black square with one bright 5 x 5 spot, its middle at pixel (col + 0.5, row + 0.5)."""
    pixels = np.zeros((1, size, size), dtype=np.uint8)
    pixels[0, row - 2 : row + 3, col - 2 : col + 3] = 250
    return pixels


def centre_of_light(image: np.ndarray) -> np.ndarray:
    rows, cols = np.mgrid[0 : image.shape[1], 0 : image.shape[2]] + 0.5
    weight = image[0].astype(float)
    return np.array([[(cols * weight).sum(), (rows * weight).sum()]]) / weight.sum()


@pytest.mark.parametrize("size", [(77, 53), (300, 211), (130, 90)])
def test_windows_are_parts_of_the_whole(make_raster: Make, noise: Noise, size: tuple[int, int]) -> None:
    path = make_raster(noise(3, 141, 203), tiled=True, blockxsize=16, blockysize=16, overviews=[2])
    with open_raster(path) as raster:
        whole = read_resampled(raster, PixelWindow(0, 0, *size), size)
        assert whole.image.shape == (3, size[1], size[0])
        for col, row in ((0, 0), (13, 7), (size[0] - 40, size[1] - 30)):
            part = read_resampled(raster, PixelWindow(col, row, 40, 30), size)
            assert (part.image == whole.image[:, row : row + 30, col : col + 40]).all()


def test_native_size_is_a_plain_read(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 50, 60, "uint16")
    with open_raster(make_raster(pixels)) as raster:
        chip = read_resampled(raster, PixelWindow(10, 20, 30, 20), (60, 50))
    assert (chip.image == pixels[:, 20:40, 10:40]).all()


@pytest.mark.parametrize("overviews", [None, [2, 4]])
def test_resampled_pixels_stay_in_place(make_raster: Make, overviews: list[int] | None) -> None:
    path = make_raster(blob(401, 100, 300), tiled=True, blockxsize=64, blockysize=64, overviews=overviews)
    with open_raster(path) as raster:
        for width, height in ((90, 90), (170, 170), (640, 640)):
            chip = read_resampled(raster, PixelWindow(0, 0, width, height), (width, height))
            found = centre_of_light(chip.image)[0] * (401 / width, 401 / height)
            assert found == pytest.approx((100.5, 300.5), abs=0.6)


def test_overviews_are_used(make_raster: Make) -> None:
    pixels = np.zeros((1, 128, 128), dtype=np.uint8)
    path = make_raster(pixels, tiled=True, blockxsize=16, blockysize=16, overviews=[2, 4])
    with rasterio.open(path, "r+", overview_level=1) as dataset:
        dataset.write(np.full((1, 32, 32), 9, dtype=np.uint8))
    with open_raster(path) as raster:
        assert raster.overviews == (2, 4)
        assert [raster.level_for(shrink) for shrink in (1, 1.99, 2, 3.9, 4, 50)] == [0, 0, 1, 1, 2, 2]
        whole = PixelWindow(0, 0, 128, 128)
        assert read_window(raster, whole, out_height=32, out_width=32).image.max() == 9
        assert read_window(raster, whole, out_height=64, out_width=64).image.max() == 0


# -- what goes wrong --------------------------------------------------------------------------------------


def one_sentence(error: BaseException, path: Path) -> None:
    assert str(path) in str(error)
    assert str(error).count(". ") == 0
    assert "\n" not in str(error)
    assert str(error).endswith(".")


def test_a_text_file_called_tif(tmp_path: Path) -> None:
    path = tmp_path / "notes.tif"
    path.write_text("not a raster at all\n" * 100)
    with pytest.raises(RasterReadError) as caught:
        open_raster(path)
    one_sentence(caught.value, path)
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, TilingError)


@pytest.mark.parametrize(
    "profile", [{}, {"compress": "deflate"}, {"tiled": True, "blockxsize": 64, "blockysize": 64}]
)
def test_a_truncated_tiff(make_raster: Make, noise: Noise, profile: dict[str, object]) -> None:
    path = make_raster(noise(3, 200, 200), **profile)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with pytest.raises(RasterReadError) as caught, open_raster(path) as raster:
        read_window(raster, PixelWindow(0, 0, 200, 200))
    one_sentence(caught.value, path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RasterReadError, match="does not exist"):
        open_raster(tmp_path / "gone.tif")
    with pytest.raises(RasterReadError, match="does not exist"):
        hash_raster(tmp_path / "gone.tif")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RasterReadError):
        open_raster(tmp_path)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    path = tmp_path / "remote.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        "<SourceFilename>/vsicurl/http://localhost:9/x.tif</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(RasterReadError), open_raster(path) as raster:
        read_window(raster, PixelWindow(0, 0, 8, 8))


def test_windows_must_lie_inside(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(1, 20, 20))) as raster:
        for window in (PixelWindow(-1, 0, 5, 5), PixelWindow(16, 0, 5, 5)):
            with pytest.raises(WindowError):
                read_window(raster, window)
            with pytest.raises(WindowError):
                read_resampled(raster, window, (20, 20))
        with pytest.raises(WindowError, match="1 to 1"):
            read_window(raster, PixelWindow(0, 0, 5, 5), bands=(2,))
        with pytest.raises(WindowError, match="both or neither"):
            read_window(raster, PixelWindow(0, 0, 5, 5), out_height=3)
        with pytest.raises(WindowError):
            read_window(raster, PixelWindow(0, 0, 5, 5), out_height=0, out_width=3)


def test_alpha_alone_is_no_image(make_raster: Make) -> None:
    path = make_raster(np.zeros((1, 8, 8), dtype=np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.alpha,)
    with pytest.raises(RasterReadError, match="no image"):
        open_raster(path)


def test_hash(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 20))
    assert hash_raster(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_closing_twice(make_raster: Make, noise: Noise) -> None:
    raster = open_raster(make_raster(noise(1, 20, 20)))
    raster.close()
    raster.close()
