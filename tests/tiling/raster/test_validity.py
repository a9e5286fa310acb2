"""Tests of `tiling.raster.validity`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC
from rasterio.vrt import WarpedVRT

from tiling.chips.options import ChipOptions
from tiling.chips.write import write_chips
from tiling.errors import RasterReadError
from tiling.grid.plan import ChipSpec
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.raster import north_up
from tiling.raster.bands import Bands, Dataset
from tiling.raster.facts import read_facts
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window
from tiling.raster.validity import check_not_emptied

Make = Callable[..., Path]
MIRRORED = Affine(-0.5, 0, 500_000, 0, -0.5, 4e6)


def test_a_warp_that_leaves_nothing_is_an_error(
    make_raster: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_raster(np.full((1, 300, 200), 9, "uint8"), transform=MIRRORED)
    options = ChipOptions(ChipSpec(64, 0, "shift"))
    assert write_chips([path], tmp_path / "chips", options).written == 20
    # A grid that has no pixel of the raster.
    off = RasterGrid(None, Affine(0.5, 0, 600_000, 0, -0.5, 4e6), 200, 300)
    monkeypatch.setattr(north_up, "turned_grid", lambda grid: replace(off, crs_wkt=grid.crs_wkt))
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


def with_gcps(path: Path) -> Path:
    with rasterio.open(path, "r+") as dataset:
        corners = [(0, 0), (0, 200), (300, 0), (300, 200)]
        points = [GroundControlPoint(row, col, 500_000 + col + row / 9, 4e6 - row) for row, col in corners]
        dataset.gcps = (points, rasterio.CRS.from_epsg(32616))
    return path


def with_rpcs(path: Path) -> Path:
    line, sample = [0.0] * 20, [0.0] * 20
    line[2], sample[1] = -1.0, 1.0
    with rasterio.open(path, "r+") as dataset:
        dataset.rpcs = RPC(
            height_off=0, height_scale=500, lat_off=10, lat_scale=0.01, line_den_coeff=[1.0] + [0.0] * 19,
            line_num_coeff=line, line_off=150, line_scale=150, long_off=-87, long_scale=0.01,
            samp_den_coeff=[1.0] + [0.0] * 19, samp_num_coeff=sample, samp_off=100, samp_scale=100,
        )  # fmt: skip
    return path


@pytest.mark.parametrize(
    "way", ["mirrored", "half-turned", "south up", "quarter-turned", "rotated", "GCP", "RPC"]
)
def test_every_way_of_laying_north_up_is_looked_at(
    make_raster: Make, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The raster is read rightly; and with a warp that leaves nothing, it is refused."""
    size, to = Affine.scale(1, 1), Affine.translation(500_000, 4e6)
    transforms = {
        "mirrored": to @ Affine.scale(-1, -1),
        "half-turned": to @ Affine.scale(-1, 1),
        "south up": to @ size,
        "quarter-turned": to @ Affine.rotation(90) @ Affine.scale(1, -1),
        "rotated": to @ Affine.rotation(33) @ Affine.scale(1, -1),
    }
    place = {"transform": transforms[way]} if way in transforms else {"crs": None, "transform": None}
    path = make_raster(np.full((1, 300, 200), 9, "uint8"), **place)
    path = with_gcps(path) if way == "GCP" else with_rpcs(path) if way == "RPC" else path
    facts = read_facts(path)
    assert facts.is_warped
    with open_raster(path) as raster:
        valid = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height)).valid
        assert valid.sum() == pytest.approx(300 * 200, rel=0.1)
    monkeypatch.setattr(Bands, "read", _reads_nothing_of_a_warp)
    with pytest.raises(RasterReadError, match="none of them is left"):
        read_facts(path)


_read = Bands.read


def _reads_nothing_of_a_warp(self: Bands, dataset: Dataset, *arguments: Any) -> Any:
    image, opacity = _read(self, dataset, *arguments)
    return image, opacity & (not isinstance(dataset, WarpedVRT))
