"""Tests of `tiling.chips.area_of_interest`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
import shapely.affinity

from tests.support.chip_runs import chip_options, read_manifest, write_polygons
from tiling.chips.area_of_interest import read_area
from tiling.chips.write import write_chips
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window


def test_an_area_of_interest(wide_scene: Path, tmp_path: Path) -> None:
    area = write_polygons(tmp_path / "a.geojson", wide_scene, [shapely.box(150, 100, 250, 150)], [""])
    write_chips([wide_scene], tmp_path / "out", chip_options(100, area=area))
    lines = read_manifest(tmp_path / "out")
    assert [(line["window"]["col"], line["window"]["row"]) for line in lines] == [(100, 100), (200, 100)]
    assert {line["valid_fraction"] for line in lines} == {1.0}
    report = write_chips([wide_scene], tmp_path / "masked", chip_options(100, area=area, mask_area=True))
    assert {line["valid_fraction"] for line in read_manifest(tmp_path / "masked")} == {0.25}
    with open_raster(tmp_path / "masked" / lines[0]["file"]) as chip:
        valid = read_window(chip, PixelWindow(0, 0, 100, 100)).valid
    assert valid[:50, 50:].all()
    assert np.count_nonzero(valid) == 2500
    strict = chip_options(100, area=area, mask_area=True, max_nodata=0.7)
    assert write_chips([wide_scene], tmp_path / "none", strict).nodata == report.written


def test_windows_and_pixels_inside(tmp_path: Path, wide_scene: Path) -> None:
    path = write_polygons(tmp_path / "a.geojson", wide_scene, [shapely.box(10, 20, 30.2, 40)], [""])
    with open_raster(wide_scene) as raster:
        area = read_area(path, raster.grid)
    assert area is not None
    assert area.bounds.contains(PixelWindow(10, 20, 20, 20))
    windows = [PixelWindow(0, 0, 12, 22), PixelWindow(31, 20, 9, 9), PixelWindow(15, 25, 2, 2)]
    assert area.intersects(windows).tolist() == [True, False, True]
    mask = area.mask(PixelWindow(5, 20, 10, 5))
    assert mask[:, 5:].all()
    assert not mask[:, :5].any()
    assert not area.mask(PixelWindow(100, 100, 4, 4)).any()


def test_an_area_elsewhere_is_none(tmp_path: Path, wide_scene: Path) -> None:
    path = write_polygons(tmp_path / "a.geojson", wide_scene, [shapely.box(600, 0, 700, 40)], [""])
    with open_raster(wide_scene) as raster:
        assert read_area(path, raster.grid) is None
