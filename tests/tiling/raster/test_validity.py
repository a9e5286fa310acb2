"""Tests of `tiling.raster.validity`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from tiling.chips.options import ChipOptions
from tiling.chips.write import write_chips
from tiling.errors import RasterReadError
from tiling.grid.plan import ChipSpec
from tiling.raster import north_up
from tiling.raster.facts import read_facts
from tiling.raster.raster import open_raster
from tiling.raster.validity import check_not_emptied

Make = Callable[..., Path]
MIRRORED = Affine(-0.5, 0, 500_000, 0, -0.5, 4e6)


def test_a_warp_that_leaves_nothing_is_an_error(
    make_raster: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_raster(np.full((1, 300, 200), 9, "uint8"), transform=MIRRORED)
    options = ChipOptions(ChipSpec(64, 0, "shift"))
    assert write_chips([path], tmp_path / "chips", options).written == 20
    # A grid as GDAL suggests it, which has no pixel of the raster.
    monkeypatch.setattr(north_up, "_unmirrored", lambda transform, width, height: transform)
    with pytest.raises(RasterReadError, match="none of them is left when it is laid north up"):
        read_facts(path)
    with pytest.raises(RasterReadError, match="none of them is left"):
        write_chips([path], tmp_path / "none", options)
    assert not (tmp_path / "none" / "manifest.jsonl").exists()


def test_rasters_of_nothing_and_of_little_are_fine(make_raster: Make) -> None:
    pixels = np.zeros((1, 700, 900), "uint8")
    with open_raster(make_raster(pixels, "nothing.tif", transform=MIRRORED, nodata=0)) as raster:
        check_not_emptied(raster)
    pixels[0, 100:110, 300:310] = 1  # between the samples
    with open_raster(make_raster(pixels, "little.tif", transform=MIRRORED, nodata=0)) as raster:
        check_not_emptied(raster)
