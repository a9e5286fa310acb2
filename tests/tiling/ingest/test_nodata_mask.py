"""Mask of areas that have the nodata colour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tiling.ingest.nodata_mask import write_nodata_mask
from tiling.raster.raster import open_raster

Make = Callable[..., Path]


def masked(path: Path, target: Path, *, lossy: bool) -> tuple[np.ndarray, float]:
    told: list[float] = []
    with open_raster(path) as raster:
        fraction = write_nodata_mask(raster, (255, 255, 255), target, lossy=lossy, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    with rasterio.open(target) as dataset:
        return dataset.read(1), fraction


def test_an_area_at_the_edge_is_nothing_and_a_roof_inside_stays(make_raster: Make, tmp_path: Path) -> None:
    pixels = np.full((3, 600, 700), 90, np.uint8)
    pixels[:, :, :101] = 255
    pixels[:, 300:400, 300:400] = 255  # smaller than an area of nothing has to be
    pixels[:, 50:60, 20:30] = 90  # image within nothing
    mask, fraction = masked(make_raster(pixels), tmp_path / "mask.tif", lossy=False)
    nothing = np.zeros((600, 700), bool)
    nothing[:, :101] = True
    nothing[50:60, 20:30] = False
    np.testing.assert_array_equal(mask == 0, nothing)
    assert set(np.unique(mask)) == {0, 255}
    assert fraction == pytest.approx(1 - nothing.mean())


def test_a_large_area_inside_is_nothing_too(make_raster: Make, tmp_path: Path) -> None:
    pixels = np.full((3, 600, 700), 90, np.uint8)
    pixels[:, 104:504, 104:504] = 255
    mask, _ = masked(make_raster(pixels), tmp_path / "mask.tif", lossy=False)
    np.testing.assert_array_equal(mask == 0, pixels[0] == 255)


def test_in_a_lossy_file_nearly_the_colour_is_the_colour_beside_the_area(
    make_raster: Make, tmp_path: Path
) -> None:
    pixels = np.full((3, 600, 700), 90, np.uint8)
    pixels[:, :, :104] = 254
    pixels[:, :, 104:108] = 245
    path = make_raster(pixels)
    mask, _ = masked(path, tmp_path / "lossy.tif", lossy=True)
    np.testing.assert_array_equal(mask == 0, pixels[0] > 90)
    mask, fraction = masked(path, tmp_path / "exact.tif", lossy=False)
    assert mask.all()
    assert fraction == 1.0
