"""Tests of `tiling.raster.header`: what a person says of a raster in place of its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from tiling.access.source import RasterSource
from tiling.display.stretch import Stretch
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.maptiles.jpeg_passthrough import jpeg_tile
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def four_bands(make: Make, names: tuple[str, ...] = (), **profile: object) -> tuple[Path, np.ndarray]:
    """Four bands of 8 bits, of which GDAL calls the last one alpha; near infrared is 0 in a part."""
    pixels = np.stack([np.full((600, 700), value, np.uint8) for value in (10, 20, 30, 40)])
    pixels[3, :100] = 0
    path = make(pixels, photometric="RGB", alpha="YES", **profile)
    with rasterio.open(path, "r+") as dataset:
        for index, name in enumerate(names, 1):
            dataset.set_band_description(index, name)
    return path, pixels


@pytest.mark.parametrize(
    "name", ["nir", "NIR", "Near Infrared", "near-infrared", "B8", "B08", "B8A", "NIR 1"]
)
def test_an_alpha_that_is_called_near_infrared_is_a_band(make_raster: Make, name: str) -> None:
    path, pixels = four_bands(make_raster, ("red", "green", "blue", name))
    with open_raster(path) as raster:
        chip = read_window(raster, PixelWindow(0, 0, 700, 600))
    assert raster.band_names == ("red", "green", "blue", name)
    assert (chip.image == pixels).all()
    assert chip.valid.all()


@pytest.mark.parametrize("names", [(), ("red", "green", "blue", "alpha"), ("a", "b", "c", "mask")])
def test_any_other_alpha_is_one_unless_somebody_says_no(make_raster: Make, names: tuple[str, ...]) -> None:
    path, pixels = four_bands(make_raster, names)
    with open_raster(path) as raster:
        assert raster.count == 3
        assert not read_window(raster, PixelWindow(0, 0, 700, 100)).valid.any()
    with open_raster(RasterSource(path, no_alpha=True)) as raster:
        chip = read_window(raster, PixelWindow(0, 0, 700, 600))
        assert raster.band_names[3] == (names[3] if names else "band 4")
    assert (chip.image == pixels).all()
    assert chip.valid.all()


@pytest.mark.parametrize("how", ["copy", "in place"])
@pytest.mark.parametrize("overviews", [None, [2, 4]])
@pytest.mark.parametrize("transform", [Affine(1, 0, 5e5, 0, -1, 5e6), Affine(1, 0, 5e5, 0, 1, 5e6)])
def test_copies_and_vrts_have_what_was_assigned(
    make_raster: Make, tmp_path: Path, how: str, overviews: list[int] | None, transform: Affine
) -> None:
    tiled = {"tiled": True, "blockxsize": 256, "blockysize": 256, "overviews": overviews}
    path, pixels = four_bands(make_raster, crs=None, transform=transform, **(tiled if overviews else {}))
    source = RasterSource(path, crs="EPSG:32633", no_alpha=True)
    if how == "copy":
        made = source.made_at(ensure_cog(source, tmp_path / "made.tif"))
    else:
        made = refer_in_place(source, tmp_path / "made.vrt")
    assert made.path != path
    assert (made.crs, made.no_alpha) == (None, False)
    with open_raster(made) as raster:
        assert raster.grid.crs == CRS("EPSG:32633")
        chip = read_window(raster, PixelWindow(0, 0, 700, 600))
    assert (chip.image == (pixels if transform.e < 0 else pixels[:, ::-1])).all()
    assert chip.valid.all()


@pytest.mark.parametrize("kind", ["nodata", "mask", "band masks", "alpha"])
def test_masks_are_the_same_under_an_assigned_crs(
    make_raster: Make, noise: Noise, tmp_path: Path, kind: str
) -> None:
    pixels = noise(3, 60, 80)
    valid = np.ones((60, 80), bool)
    valid[10:30, 20:50] = False
    profile: dict[str, object] = {}
    if kind == "nodata":
        pixels[:, ~valid] = 0
        profile["nodata"] = 0
    elif kind == "mask":
        profile["mask"] = valid
    elif kind == "alpha":
        pixels = np.concatenate([pixels, np.where(valid, 255, 0).astype("uint8")[None]])
        profile |= {"photometric": "RGB", "alpha": "YES"}
    path = make_raster(pixels, crs=None, **profile)
    if kind == "band masks":
        with rasterio.open(
            f"{path}.msk", "w", driver="GTiff", width=80, height=60, count=3, dtype="uint8"
        ) as masks:
            masks.write(np.repeat(np.where(valid, 255, 0).astype("uint8")[None], 3, axis=0))
            masks.update_tags(**{f"INTERNAL_MASK_FLAGS_{band}": "0" for band in (1, 2, 3)})
    window = PixelWindow(0, 0, 80, 60)
    with open_raster(path) as plain, open_raster(RasterSource(path, crs="EPSG:32633")) as assigned:
        assert (read_window(plain, window).valid == valid).all()
        assert (read_window(assigned, window).valid == valid).all()
        assert (read_window(assigned, window).image == pixels[:3]).all()


def test_bits_that_are_used_are_known_under_an_assigned_crs(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 30, "uint16"), crs=None, nbits=12)
    with open_raster(RasterSource(path, crs="EPSG:32633")) as raster:
        assert raster.bits == 12


@pytest.mark.parametrize(("dtype", "white", "more"), [("uint8", 255, {}), ("uint16", 4095, {"nbits": 12})])
@pytest.mark.parametrize("how", ["file", "copy", "in place"])
def test_a_picture_in_which_0_is_white_is_read_as_its_positive(
    make_raster: Make, noise: Noise, tmp_path: Path, how: str, dtype: str, white: int, more: dict[str, int]
) -> None:
    pixels = noise(1, 600, 700, dtype)
    pixels[0, :50] = white
    path = make_raster(pixels, photometric="MINISWHITE", nodata=white, **more)
    if how == "copy":
        path = ensure_cog(path, tmp_path / "made.tif")
    elif how == "in place":
        path = refer_in_place(path, tmp_path / "made.vrt").path
    with open_raster(path) as raster:
        chip = read_window(raster, PixelWindow(0, 0, 700, 600))
        assert raster.nodata == 0
    assert (chip.image == white - pixels).all()
    assert (chip.valid == (pixels[0] != white)).all()


def test_nodata_of_a_picture_in_which_0_is_white_is_given_in_its_own_numbers(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    pixels = noise(1, 600, 700)
    pixels[0, :100] = 255
    path = make_raster(pixels, photometric="MINISWHITE")
    with open_raster(ensure_cog(path, tmp_path / "made.tif", nodata=255)) as raster:
        valid = read_window(raster, PixelWindow(0, 0, 700, 600)).valid
    assert (valid == (pixels[0] != 255)).all()


def test_jpeg_blocks_of_a_negative_are_not_sent(make_raster: Make, noise: Noise) -> None:
    blocks = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "JPEG"}
    for photometric, sent in (("MINISBLACK", True), ("MINISWHITE", False)):
        path = make_raster(noise(1, 512, 512), f"{photometric}.tif", photometric=photometric, **blocks)
        with open_raster(path) as raster:
            identity = Stretch((1,), (0.0,), (255.0,))
            assert (jpeg_tile(raster, identity, 1, 0, 0) is not None) == sent
