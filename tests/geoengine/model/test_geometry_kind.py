"""Geometries fit the kinds of classes, or are made to."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate

from geoengine.model import GeometryKind
from geoengine.model.geometry import geometry_array, geometry_faults
from geoengine.model.geometry_kind import fit_faults, fitted
from tests.support.examples import examples

POLYGON, BOX, ORIENTED_BOX, LINE, POINT = GeometryKind
TRIANGLE = Polygon([(0, 0), (4, 0), (0, 3)])
FAR = 4_400_000.0
TURNED = rotate(box(FAR, FAR, FAR + 40, FAR + 3), 37)


@pytest.mark.parametrize(
    ("geometry", "fits"),
    [
        (TRIANGLE, {POLYGON}),
        (box(0, 0, 1, 2), {POLYGON, BOX, ORIENTED_BOX}),
        (box(FAR, FAR, FAR + 0.3, FAR + 0.1), {POLYGON, BOX, ORIENTED_BOX}),
        (TURNED, {POLYGON, ORIENTED_BOX}),
        (rotate(box(0, 0, 4, 4), 45), {POLYGON, ORIENTED_BOX}),
        (Polygon([(0, 0), (4, 0), (5, 3), (1, 3)]), {POLYGON}),  # a parallelogram
        (Polygon([(0, 0), (4, 0), (4, 3), (1, 3)]), {POLYGON}),
        (Polygon([(0, 0), (2, 0), (4, 0), (4, 3), (0, 3)]), {POLYGON}),  # a vertex on its side
        (box(0, 0, 9, 9).difference(box(2, 2, 3, 3)), {POLYGON}),
        (MultiPolygon([box(0, 0, 1, 1), box(3, 3, 4, 4)]), {POLYGON}),
        (LineString([(0, 0), (1, 1)]), {LINE}),
        (Point(1, 2), {POINT}),
    ],
)
def test_what_fits(geometry: shapely.Geometry, fits: set[GeometryKind]) -> None:
    kinds = list(GeometryKind)
    faults = fit_faults([geometry] * len(kinds), kinds)
    assert {kind for kind, fault in zip(kinds, faults, strict=True) if fault is None} == fits


def test_a_fault_says_what_was_got_and_what_expected() -> None:
    line = LineString([(0, 0), (1, 1)])
    given_ = [line, line, TRIANGLE, TRIANGLE, TRIANGLE, Point(0, 0)]
    assert fit_faults(given_, [POLYGON, POINT, BOX, ORIENTED_BOX, LINE, BOX]) == [
        "is a LineString, expected a Polygon",
        "is a LineString, expected a Point",
        "is no box along the pixel axes, expected one",
        "is no rectangle, expected one",
        "is a Polygon, expected a LineString",
        "is a Point, expected a Polygon",
    ]  # fmt: skip
    assert fit_faults([], []) == []


def test_a_box_goes_around_all_parts() -> None:
    parts = geometry_array([MultiPolygon([box(0, 0, 1, 1), box(3, 3, 4, 4)])])
    for kind in (BOX, ORIENTED_BOX):
        [made], [changed] = fitted(parts, kind)
        assert changed
        assert made.buffer(1e-9).covers(parts[0])
        assert fit_faults([made], [kind]) == [None]


def test_what_one_kind_holds_of_another() -> None:
    assert [kind for kind in GeometryKind if POLYGON.holds_all_of(kind)] == [POLYGON, BOX, ORIENTED_BOX]
    assert [kind for kind in GeometryKind if ORIENTED_BOX.holds_all_of(kind)] == [BOX, ORIENTED_BOX]
    assert all(
        other.holds_all_of(kind) == (kind is other) for kind in GeometryKind for other in (BOX, LINE, POINT)
    )


number = st.integers(-500, 500)


@given(
    st.lists(st.lists(st.tuples(number, number), min_size=3, max_size=8), min_size=1, max_size=6),
    st.sampled_from([0.0, 500_000.25, 4_649_776.5]),
)
@examples(100)
def test_fitted_polygons_are_of_the_kind_and_hold_what_they_were(
    rings: list[list[tuple[int, int]]], offset: float
) -> None:
    hulls = [shapely.MultiPoint([(x + offset, y + offset) for x, y in ring]).convex_hull for ring in rings]
    polygons = geometry_array([hull for hull in hulls if isinstance(hull, Polygon)])
    for kind in (BOX, ORIENTED_BOX):
        made, changed = fitted(polygons, kind)
        assert fit_faults(made, [kind] * len(made)) == [None] * len(made)
        assert geometry_faults(made) == [None] * len(made)
        assert np.all(shapely.covers(shapely.buffer(made, 1e-3), polygons))
        again, changed_again = fitted(made, kind)
        assert not changed_again.any()
        assert again is made
        assert all(one is other for one, other in zip(made[~changed], polygons[~changed], strict=True))
    assert fitted(polygons, POLYGON)[0] is polygons
