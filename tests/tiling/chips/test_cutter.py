"""Tests of `tiling.chips.cutter`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.warp

from tests.support.chip_runs import chip_options, read_manifest
from tiling.chips.options import StretchRequest
from tiling.chips.write import write_chips
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_a_ground_resolution(chip_scene: Path, tmp_path: Path) -> None:
    write_chips([chip_scene], tmp_path / "out", chip_options(32, gsd_m=1.0))
    for line in read_manifest(tmp_path / "out"):
        assert line["gsd_m"] == pytest.approx(1.0, rel=0.01)
        with rasterio.open(tmp_path / "out" / line["file"]) as dataset:
            assert dataset.transform.a == pytest.approx(1.0, rel=0.01)


def test_a_mask_stays_a_mask(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    mask = np.ones((60, 60), dtype=bool)
    mask[:20] = False
    report = write_chips([make_raster(noise(3, 60, 60), mask=mask)], tmp_path / "out", chip_options(60))
    with open_raster(next((report.directory / "chips").glob("*.tif"))) as chip:
        assert (read_window(chip, PixelWindow(0, 0, 60, 60)).valid == mask).all()


def test_a_stretch_makes_rgb(chip_scene: Path, tmp_path: Path) -> None:
    report = write_chips([chip_scene], tmp_path / "out", chip_options(100, stretch=StretchRequest()))
    with open_raster(next((report.directory / "chips").glob("*.tif"))) as chip:
        assert (chip.count, chip.dtype) == (3, "uint8")
