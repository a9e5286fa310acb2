"""Tests of `tiling.raster.vrt_files`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from affine import Affine

from tiling.access.policy import DEFAULT_POLICY
from tiling.access.source import RasterSource
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window
from tiling.raster.vrt_files import write_view


def test_a_warp_of_what_is_in_memory_has_files(
    make_raster: Callable[..., Path], noise: Callable[..., np.ndarray], tmp_path: Path
) -> None:
    pixels = noise(1, 30, 40)
    path = make_raster(pixels, crs=None, transform=Affine(1, 0, 5e5, 0, 1, 5e6))
    for crs, files in (("EPSG:32633", ["b.inner.vrt", "b.vrt"]), (None, ["b.vrt"])):
        folder = tmp_path / str(crs)
        folder.mkdir()
        with open_raster(RasterSource(path, crs=crs)) as raster:
            write_view(raster.level(0), folder / "b.vrt")
        assert sorted(each.name for each in folder.iterdir()) == files
        with open_raster(folder / "b.vrt", DEFAULT_POLICY.owning(folder)) as raster:
            assert (read_window(raster, PixelWindow(0, 0, 40, 30)).image == pixels[:, ::-1]).all()
