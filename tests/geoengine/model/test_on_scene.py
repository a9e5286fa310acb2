from __future__ import annotations

import pytest
import shapely
from affine import Affine
from shapely import box

from geoengine.errors import InvalidGeometryError
from geoengine.model import CreateFeature, DeleteFeature, UpdateFeature, new_uid
from geoengine.model.on_scene import check_on_scene, off_scene
from tiling.grid.raster_grid import RasterGrid

GRID = RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 100, 50)

ON = [box(10, -20, 20, -10), box(-5, -5, 5, 5), box(-1e9, -1e9, 1e9, 1e9), box(100, -60, 110, -40)]
OFF = [
    box(101, -10, 102, -9),
    box(1e7, 0, 1e7 + 5, 5),
    box(1e154, 1e154, 1.1e154, 1.1e154),
    # Its box meets the scene, itself does not.
    shapely.Polygon([(-10, -30), (-10, 500), (-11, 500), (-11, -500), (500, -500), (500, -499), (-10, -499)]),
]


def test_polygons_on_and_off_a_scene() -> None:
    assert off_scene([*ON, *OFF], GRID).tolist() == [False] * len(ON) + [True] * len(OFF)
    assert off_scene([], GRID).tolist() == []


def test_the_first_edit_off_the_scene_is_named() -> None:
    uid = new_uid()
    good = [
        CreateFeature(new_uid(), "tree", ON[0]),
        DeleteFeature(new_uid(), 1),
        UpdateFeature(uid, 1, state=None),
    ]
    check_on_scene(good, GRID)
    with pytest.raises(
        InvalidGeometryError, match=rf"^edits\[3\].geometry of feature {uid} lies outside the scene: "
    ):
        check_on_scene([*good, UpdateFeature(uid, 1, geometry=OFF[0])], GRID)
