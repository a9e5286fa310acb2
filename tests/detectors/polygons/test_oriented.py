"""Oriented boxes: small, around what they hold, and at an angle that comes back."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box

from detectors.detections import Detections
from detectors.polygons.oriented import angle_deg, oriented_box, oriented_boxes
from tests.support.detection_strategies import detections, polygons, quick
from tiling.grid.raster_grid import RasterGrid

angles = st.floats(0, 179.99)


def apart(a: float, b: float) -> float:
    """Difference of two directions in degrees."""
    return abs((a - b + 90) % 180 - 90)


@quick
@given(polygons())
def test_it_has_four_corners_and_holds_the_outline(polygon: Polygon) -> None:
    found = oriented_box(polygon)
    assert len(found.exterior.coords) == 5
    assert found.buffer(1e-6).covers(polygon)
    assert found.area <= shapely.envelope(polygon).area + 1e-6


@quick
@given(angles, st.floats(1.01, 8), st.integers(0, 3), st.booleans())
def test_the_angle_does_not_depend_on_the_order_of_the_corners(
    angle: float, ratio: float, first: int, reverse: bool
) -> None:
    rectangle = affinity.rotate(box(0, 0, 10 * ratio, 10), angle)
    corners = list(rectangle.exterior.coords)[:-1]
    corners = corners[first:] + corners[:first]
    again = Polygon(corners[::-1] if reverse else corners)
    assert apart(angle_deg(again, y_down=False), angle) < 1e-6
    assert 0 <= angle_deg(again, y_down=False) < 180
    # Seen in pixels, where y grows downwards, the same picture turns the other way.
    assert apart(angle_deg(again, y_down=True), -angle) < 1e-6


@quick
@given(angles, st.floats(1.5, 8), st.floats(0.05, 30))
def test_the_angle_survives_pixels_world_and_text(angle: float, ratio: float, gsd_m: float) -> None:
    grid = RasterGrid(None, Affine(gsd_m, 0, 5e5, 0, -gsd_m, 5.2e6), 1000, 1000)
    rectangle = affinity.rotate(box(100, 200, 100 + 20 * ratio, 220), -angle)  # y down
    [world] = grid.pixel_polygons_to_world([rectangle])
    text = shapely.from_wkt(shapely.to_wkt(world, rounding_precision=9))
    [back] = grid.world_polygons_to_pixel([oriented_box(text)])
    for found in (
        angle_deg(rectangle, y_down=True),
        angle_deg(world, y_down=False),
        angle_deg(text, y_down=False),
        angle_deg(back, y_down=True),
    ):
        assert apart(found, angle) < 1e-3


def test_a_square_has_the_lesser_angle() -> None:
    assert angle_deg(box(0, 0, 5, 5), y_down=True) == 0
    turned = affinity.rotate(box(0, 0, 5, 5), 30)
    assert angle_deg(turned, y_down=False) == pytest.approx(30)
    assert angle_deg(affinity.rotate(turned, 90), y_down=False) == pytest.approx(30)


@quick
@given(detections())
def test_all_of_them_at_once(found: Detections) -> None:
    boxes = oriented_boxes(found)
    assert np.array_equal(boxes.scores, found.scores)
    assert all(len(p.exterior.coords) == 5 for p in boxes.polygons())
    assert math.isclose(sum(p.area for p in boxes.polygons()), shapely.area(boxes.polygons()).sum())
