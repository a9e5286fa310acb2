"""Pixels to world and back."""

from __future__ import annotations

import uuid

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space
from detectors.errors import SpaceError
from detectors.model_package.card import ClassInfo, ModelCard
from geoengine.model import FeatureState, Origin
from geoengine.tasks.convert import detections_to_features
from tests.support.examples import examples
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

CARD = ModelCard(
    "m", "2", "", "a", (ClassInfo("house", "polygon"), ClassInfo("tree", "box")), 0.5, (0.2, 1.0), "cd" * 32
)
NAMESPACE = uuid.UUID(int=7)
UTM = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.5, 0, 3e5, 0, -0.5, 3e6), 4000, 3000)
GRIDS = [
    UTM,
    RasterGrid(CRS.from_epsg(3857).to_wkt(), Affine(0.149, 0, 9.52e6, 0, -0.149, 3.2e6), 4000, 3000),
    RasterGrid(CRS.from_epsg(4326).to_wkt(), Affine(1e-6, 0, 85.5, 0, -1e-6, 27.6), 4000, 3000),
    RasterGrid(CRS.from_epsg(3412).to_wkt(), Affine(25.0, 0, -3.9e6, 0, -25.0, 4.3e6), 4000, 3000),
    RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.4, 0.3, 3e5, 0.3, -0.4, 3e6), 4000, 3000),
    RasterGrid(None, PIXEL_PLANE, 4000, 3000),
]


def make(
    polygons: list[Polygon], label: int = 1, score: float = 0.5, space: Space = Space.SCENE
) -> Detections:
    array = np.empty(len(polygons), object)
    array[:] = polygons
    size = len(polygons)
    return Detections.from_polygons(array, [score] * size, [label] * size, [False] * size, space)


@st.composite
def scene_polygons(draw: st.DrawFn) -> Polygon:
    x, y = draw(st.floats(0, 3900)), draw(st.floats(0, 2900))
    radii = np.array(draw(st.lists(st.floats(1, 90), min_size=3, max_size=10)))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return Polygon(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)]))


@examples(60)
@given(st.sampled_from(GRIDS), st.lists(scene_polygons(), max_size=4))
def test_there_and_back_is_a_hundredth_of_a_pixel_at_most(grid: RasterGrid, polygons: list[Polygon]) -> None:
    creates = detections_to_features(make(polygons), grid, CARD, NAMESPACE)
    assert len(creates) == len(polygons)
    assert all(create.geometry.is_valid for create in creates)
    back = grid.world_polygons_to_pixel(np.array([create.geometry for create in creates], dtype=object))
    for polygon, again in zip(polygons, back, strict=True):
        assert np.abs(shapely.get_coordinates(polygon) - shapely.get_coordinates(again)).max() < 0.01


def test_a_pixel_lands_where_the_affine_puts_it() -> None:
    [create] = detections_to_features(make([box(10, 20, 30, 60)]), UTM, CARD, NAMESPACE)
    assert create.geometry.equals(box(3e5 + 5, 3e6 - 30, 3e5 + 15, 3e6 - 10))


def test_a_proposal_says_where_it_comes_from() -> None:
    [create] = detections_to_features(make([box(0, 0, 9, 9)], label=2, score=0.123456), UTM, CARD, NAMESPACE)
    assert (create.class_key, create.score) == ("tree", 0.1235)
    assert (create.state, create.origin) == (FeatureState.PROPOSED, Origin.MODEL)
    assert create.model == "m 2 (cdcdcdcdcdcd)"


def test_the_same_run_gives_the_same_uids_and_another_run_others() -> None:
    found = make([box(0, 0, 9, 9), box(20, 0, 29, 9)])
    first, again = (detections_to_features(found, UTM, CARD, NAMESPACE) for _ in range(2))
    other = detections_to_features(found, UTM, CARD, uuid.UUID(int=8))
    assert [c.uid for c in first] == [c.uid for c in again]
    assert len({c.uid for c in first + other}) == 4


def test_what_collapses_on_the_way_is_left_out_and_the_others_keep_their_uids() -> None:
    speck = box(100, 100, 100 + 1e-12, 100 + 1e-12)
    good = box(0, 0, 9, 9)
    both = detections_to_features(make([speck, good]), UTM, CARD, NAMESPACE)
    assert [create.geometry.area for create in both] == [pytest.approx(81 / 4)]
    assert both[0].uid == detections_to_features(make([good, good]), UTM, CARD, NAMESPACE)[1].uid


@pytest.mark.parametrize("space", [Space.CHIP, Space.RESAMPLED])
def test_only_pixels_of_the_scene_are_taken(space: Space) -> None:
    with pytest.raises(SpaceError, match=f"detections are in {space} space, expected scene"):
        detections_to_features(make([box(0, 0, 1, 1)], space=space), UTM, CARD, NAMESPACE)


def test_nothing_becomes_nothing() -> None:
    assert detections_to_features(Detections.empty(Space.SCENE), UTM, CARD, NAMESPACE) == []
