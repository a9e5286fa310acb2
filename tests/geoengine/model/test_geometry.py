from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LinearRing, LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geoengine.model.geometry import geometry_array, geometry_faults, overlaps_any

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (box(0, 0, 1, 1), None),
        (None, "is a NoneType, expected a Polygon, LineString or Point"),
        (Point(0, 0), None),
        (LineString([(0, 0), (2, 2), (2, 0), (0, 2)]), None),
        (LineString([(1, 1), (1, 1)]), "is not valid"),
        (LineString([(0, 0), (math.inf, 1)]), "has a coordinate that is not finite"),
        (LineString([(-1e308, 0), (1e308, 0)]), "has the length inf"),
        (LinearRing([(0, 0), (1, 0), (1, 1)]), "is a LinearRing, expected"),
        (MultiPoint([(0, 0)]), "is a MultiPoint, expected"),
        (MultiPolygon([box(0, 0, 1, 1)]), "is a MultiPolygon, expected"),
        (Polygon(), "is an empty Polygon, expected one with coordinates"),
        (Point(), "is an empty Point, expected one with coordinates"),
        (BOW_TIE, "is not valid: Self-intersection"),
        (Polygon([(0, 0), (1, 0), (math.nan, 1)]), "has a coordinate that is not finite"),
        (Polygon([(0, 0), (1, 0), (math.inf, 1)]), "has a coordinate that is not finite"),
        (Polygon([(0, 0), (1, 1), (2, 2)]), "is not valid"),
        (box(-1e308, -1e308, 1e308, 1e308), "has the area"),
    ],
)
def test_faults(geometry: object, fault: str | None) -> None:
    found = geometry_faults([box(0, 0, 1, 1), geometry, box(5, 5, 6, 6)])
    assert found[0] is None
    assert found[2] is None
    assert found[1] == fault or (fault is not None and found[1] is not None and found[1].startswith(fault))


def test_no_geometries_have_no_faults() -> None:
    assert geometry_faults([]) == []


boxes = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4)).map(
        lambda v: box(v[0], v[1], v[0] + v[2], v[1] + v[3])
    ),
    max_size=8,
)


@given(boxes, boxes, st.sampled_from([0.25, 0.5, 1.0]))
@settings(deadline=None)
def test_overlaps_agree_with_all_pairs(ones: list[Polygon], others: list[Polygon], iou: float) -> None:
    slow = [
        any(
            one.intersects(other) and one.intersection(other).area >= iou * one.union(other).area
            for other in others
        )
        for one in ones
    ]
    assert overlaps_any(geometry_array(ones), geometry_array(others), iou).tolist() == slow


def test_geometry_array_does_not_look_inside() -> None:
    array = geometry_array([MultiPolygon([box(0, 0, 1, 1)]), box(0, 0, 1, 1)])
    assert array.shape == (2,)
    assert isinstance(array, np.ndarray)
    assert shapely.area(array).tolist() == [1, 1]
