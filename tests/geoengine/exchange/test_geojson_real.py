from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from geoengine.exchange.geojson import read_geojson, write_geojson
from geoengine.model import Changeset, CreateFeature, Scene, new_uid
from geoengine.store import Store
from tiling.raster.raster import open_raster

pytestmark = pytest.mark.real_data


def test_the_buildings_of_banepa_go_in_and_come_back(
    shared_data: Path, store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    source = shared_data / "banepa" / "buildings.geojson"
    with open_raster(shared_data / "banepa" / "banepa.tif") as raster:
        grid = raster.grid
    report = read_geojson(source, grid, default_class="building")
    assert (len(report.features), report.problems) == (1215, ())
    scene = add_scene("real", grid)
    edits = tuple(
        CreateFeature(new_uid(), f.class_key, f.geometry, attributes=f.attributes) for f in report.features
    )
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))
    path = tmp_path / "out.geojson"
    with store.reading() as view:
        write_geojson(path, [view.snapshot(scene.id)])
    before, after = geopandas.read_file(source), geopandas.read_file(path)
    assert after.crs == before.crs
    assert after.is_valid.all()
    assert shapely.hausdorff_distance(before.geometry.array, after.geometry.array).max() < 2e-9  # degrees


@pytest.mark.parametrize(
    "name", ["dateline.tif", "drone_5cm.tif", "georef_rotated.ntf", "planes_no_crs.tif", "polar_3412.tif"]
)
def test_awkward_rasters_keep_a_label_within_a_hundredth_of_a_pixel(
    shared_data: Path, store: Store, add_scene: Callable[..., Scene], tmp_path: Path, name: str
) -> None:
    with open_raster(shared_data / "rasters" / name) as raster:
        grid = raster.grid
    scene = add_scene("awkward", grid)
    # One box in each tenth of the scene, so that one of them lies at the dateline.
    steps: Any = np.linspace(0.05, 0.9, 10)
    pixels = shapely.box(
        steps * grid.width, steps * grid.height, (steps + 0.04) * grid.width, (steps + 0.04) * grid.height
    )
    world = grid.pixel_polygons_to_world(pixels)
    edits = tuple(CreateFeature(new_uid(), "building", geometry) for geometry in world)
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))
    path = tmp_path / "out.geojson"
    with store.reading() as view:
        write_geojson(path, [view.snapshot(scene.id)])
    report = read_geojson(path, grid)
    assert report.problems == ()
    assert geopandas.read_file(path).is_valid.all()
    for index, pixel in enumerate(pixels):
        parts = [feature.geometry for feature in report.features if feature.index == index]
        back = shapely.union_all(grid.world_polygons_to_pixel(np.array(parts)), grid_size=1e-6)
        # What was cut at the dateline has two vertices more on its edges, and no other difference.
        assert shapely.hausdorff_distance(pixel, back) < (0.01 if len(parts) == 1 else 1.0)
