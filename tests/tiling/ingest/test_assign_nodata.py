"""Nodata values given to rasters that have none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tiling.access.policy import DEFAULT_POLICY
from tiling.access.source import RasterSource
from tiling.errors import NodataError
from tiling.grid.window import PixelWindow
from tiling.ingest.assign_nodata import assign_nodata, is_lossy
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]


def valid(source: RasterSource) -> np.ndarray:
    with Raster(source) as raster:
        return read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height)).valid


def test_a_number_replaces_what_the_file_says(make_raster: Make, tmp_path: Path) -> None:
    pixels = np.full((1, 20, 30), 5, np.uint8)
    pixels[0, :4], pixels[0, 4:8] = 7, 0
    path = make_raster(pixels, nodata=0)
    told: list[float] = []
    source = assign_nodata(RasterSource(path), tmp_path, "key", 7.0, DEFAULT_POLICY, told.append)
    assert source.path == tmp_path / "key.nodata.vrt"
    np.testing.assert_array_equal(valid(source), pixels[0] != 7)


def test_a_colour_gets_a_mask_beside_the_vrt(make_raster: Make, tmp_path: Path) -> None:
    pixels = np.full((3, 200, 300), 100, np.uint8)
    pixels[:, :80] = 255
    pixels[:, 150, 150] = 255  # one white pixel of the image
    source = assign_nodata(
        RasterSource(make_raster(pixels)),
        tmp_path,
        "key",
        (255, 255, 255),
        DEFAULT_POLICY,
        lambda share: None,
    )
    assert (tmp_path / "key.mask.tif").is_file()
    found = valid(source)
    assert not found[:80].any()
    assert found[80:].all()


@pytest.mark.parametrize(
    ("nodata", "message"),
    [
        (300.0, "from 0 to 255"),
        (1.5, "whole numbers"),
        (float("nan"), "whole numbers"),
        ((1, 2), "expected 1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    make_raster: Make, tmp_path: Path, nodata: float | tuple[int, ...], message: str
) -> None:
    path = make_raster(np.zeros((1, 20, 30), np.uint8))
    with pytest.raises(NodataError, match=message):
        assign_nodata(RasterSource(path), tmp_path, "key", nodata, DEFAULT_POLICY, lambda share: None)


@pytest.mark.parametrize(("compress", "lossy"), [("jpeg", True), ("deflate", False), (None, False)])
def test_codecs_that_change_pixels(make_raster: Make, compress: str | None, lossy: bool) -> None:
    options = {"compress": compress, "tiled": True, "blockxsize": 16, "blockysize": 16} if compress else {}
    with rasterio.open(make_raster(np.zeros((1, 32, 32), np.uint8), **options)) as dataset:
        assert is_lossy(dataset) == lossy
