"""The demonstration's scenes and what people drew on them."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from geoengine.tasks.demo import scenes
from geoengine.tasks.demo.scenes import DemoError, read_crowns, town_scene
from tiling.raster.raster import open_raster


def test_boxes_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text("<annotation><object><bndbox><xmin>a</xmin></bndbox></object></annotation>")
    with pytest.raises(DemoError, match="Pascal VOC"):
        read_crowns(path)


def test_the_town_is_small_has_a_licence_and_its_buildings_lie_on_it() -> None:
    files = sorted(scenes.TOWN.iterdir())
    assert [path.name for path in files] == ["LICENCE.md", "banepa.tif", "buildings.geojson"]
    assert sum(path.stat().st_size for path in files) < 2_000_000
    with open_raster(town_scene().raster) as raster:
        grid = raster.grid
    truth = town_scene().read_truth(grid)
    assert len(truth) == 137
    whole = shapely.box(-0.5, -0.5, grid.width + 0.5, grid.height + 0.5)
    assert shapely.contains(whole, truth).all()
    assert shapely.is_valid(truth).all()
