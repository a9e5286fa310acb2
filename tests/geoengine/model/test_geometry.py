from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LinearRing, LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geoengine.model.geometry import geometry_array, geometry_faults, overlaps_any, paths, simplest

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (box(0, 0, 1, 1), None),
        (None, "is a NoneType, expected a Polygon, MultiPolygon, LineString or Point"),
        (Point(0, 0), None),
        (LineString([(0, 0), (2, 2), (2, 0), (0, 2)]), None),
        (LineString([(1, 1), (1, 1)]), "is not valid"),
        (LineString([(0, 0), (math.inf, 1)]), "has a coordinate that is not finite"),
        (LineString([(-1e308, 0), (1e308, 0)]), "has the length inf"),
        (LinearRing([(0, 0), (1, 0), (1, 1)]), "is a LinearRing, expected"),
        (MultiPoint([(0, 0)]), "is a MultiPoint, expected"),
        (MultiPolygon([box(0, 0, 1, 1)]), None),
        (MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]), None),
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), "is not valid: Self-intersection"),
        (MultiPolygon([box(0, 0, 2, 2), box(0.5, 0.5, 1, 1)]), "is not valid: Nested shells"),
        (MultiPolygon(), "is an empty MultiPolygon, expected one with coordinates"),
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


mixed = st.lists(
    st.sampled_from(
        [
            box(0, 0, 1, 1),
            box(0, 0, 9, 9).difference(box(1, 1, 2, 2)).difference(box(4, 4, 5, 5)),
            MultiPolygon([box(0, 0, 9, 9).difference(box(1, 1, 2, 2)), box(20, 0, 21, 1), box(30, 0, 31, 1)]),
            LineString([(0, 0), (5, 5), (7, 7)]),
            Point(3, 4),
        ]
    ),
    max_size=6,
)


@given(mixed)
def test_paths_are_rings_lines_and_points_in_order(geometries: list[shapely.Geometry]) -> None:
    array = geometry_array(geometries)
    found, owner = paths(array)
    expected = [
        (number, path)
        for number, geometry in enumerate(geometries)
        for part in shapely.get_parts(geometry)
        for path in ([part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part])
    ]
    assert list(zip(owner.tolist(), found.tolist(), strict=True)) == expected
    assert shapely.get_coordinates(found).tolist() == shapely.get_coordinates(array).tolist()


def test_the_simplest_type_is_flat_and_of_one_part() -> None:
    one = box(0, 0, 1, 1)
    assert simplest(one) is one
    assert simplest(MultiPolygon([one])) == one
    both = MultiPolygon([one, box(2, 2, 3, 3)])
    assert simplest(both) is both
    assert simplest(Point(1, 2, 3)) == Point(1, 2)


def test_geometry_array_does_not_look_inside() -> None:
    array = geometry_array([MultiPolygon([box(0, 0, 1, 1)]), box(0, 0, 1, 1)])
    assert array.shape == (2,)
    assert isinstance(array, np.ndarray)
    assert shapely.area(array).tolist() == [1, 1]
