"""Right angles where a building has them, and nothing changed where it has none."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Point, Polygon, box

from detectors.detections import Detections, Space
from detectors.polygons.regular import MIN_IOU, dominant_direction, regular_outlines, regularise
from tests.support.detection_strategies import polygons, quick

L_SHAPE = Polygon([(0, 0), (60, 0), (60, 30), (30, 30), (30, 70), (0, 70)])


def iou(a: Polygon, b: Polygon) -> float:
    return float(a.intersection(b).area / a.union(b).area)


def turns(polygon: Polygon) -> np.ndarray:
    """The angles between neighbouring edges, in degrees."""
    ring = np.asarray(polygon.exterior.coords)[:-1]
    edges = np.roll(ring, -1, axis=0) - ring
    directions = np.degrees(np.arctan2(edges[:, 1], edges[:, 0]))
    return np.abs((np.diff(directions, append=directions[0]) + 180) % 360 - 180)


def roughened(polygon: Polygon, seed: int) -> Polygon:
    """As a mask's outline has it: more vertices, none quite in its place."""
    rng = np.random.default_rng(seed)
    ring = shapely.get_coordinates(shapely.segmentize(polygon, 12).exterior)[:-1]
    return Polygon(ring + rng.uniform(-0.8, 0.8, ring.shape))


@quick
@given(st.integers(0, 1000), st.floats(0, 180))
def test_a_rough_building_gets_its_corners_back(seed: int, angle: float) -> None:
    truth = affinity.rotate(L_SHAPE, angle)
    found = regularise(roughened(truth, seed))
    assert len(found.exterior.coords) == 7
    assert turns(found) == pytest.approx(np.full(6, 90), abs=1e-6)
    assert iou(found, truth) > 0.94


@quick
@given(polygons())
def test_whatever_comes_out_is_valid_and_close(polygon: Polygon) -> None:
    found = regularise(polygon)
    assert found.is_valid
    assert iou(found, polygon) >= MIN_IOU - 1e-9


def test_a_round_outline_is_not_squared() -> None:
    disc = Point(50, 50).buffer(30)
    assert regularise(disc) is disc
    triangle = Polygon([(0, 0), (50, 0), (0, 50)])
    assert regularise(triangle) is triangle
    assert regularise(box(0, 0, 1, 1)).equals(box(0, 0, 1, 1))


def test_holes_stay() -> None:
    court = roughened(box(0, 0, 80, 60), 1)
    holed = Polygon(court.exterior, [[(20, 20), (20, 40), (40, 40), (40, 20)]])
    assert len(regularise(holed).interiors) == 1


@quick
@given(st.floats(-44, 44))
def test_the_dominant_direction_is_that_of_the_walls(angle: float) -> None:
    ring = np.asarray(affinity.rotate(L_SHAPE, angle).exterior.coords)[:-1]
    assert np.degrees(dominant_direction(ring)) == pytest.approx(angle, abs=1e-6)


def test_only_the_wanted_classes_change() -> None:
    rough = [roughened(L_SHAPE, 1), roughened(L_SHAPE, 2)]
    shapes = np.array(rough, object)
    found = Detections.from_polygons(shapes, [0.9, 0.8], [1, 2], [False, False], Space.SCENE)
    first, second = regular_outlines(found, np.array([1])).polygons()
    assert len(first.exterior.coords) == 7
    assert second.equals(rough[1])
