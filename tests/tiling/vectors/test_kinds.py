"""Geometries of any type, split by kind."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import GeometryCollection, LineString, MultiLineString, MultiPoint, Point, Polygon, box

from tiling.vectors.kinds import split_kinds


def test_each_part_is_a_polygon_line_or_point_of_its_geometry() -> None:
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    given = [
        box(0, 0, 1, 1),
        None,
        LineString([(0, 0), (1, 1)]),
        MultiPoint([(0, 0), (1, 1)]),
        MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
        bow_tie,
        Point(),
        LineString([(1, 1), (1, 1)]),
        GeometryCollection([Point(5, 5), LineString([(0, 0), (1, 0)])]),
        Point(np.nan, 1),
        Point(3, 4),
        LineString([(0, 0), (np.inf, 1)]),
    ]
    array = np.empty(len(given), object)
    array[:] = given
    parts, index, left_out = split_kinds(array)
    assert index.tolist() == [0, 2, 3, 3, 4, 4, 5, 5, 8, 10]
    types = [part.geom_type for part in parts]
    assert types == [
        "Polygon", "LineString", "Point", "Point", "LineString", "LineString", "Polygon", "Polygon", "LineString",
        "Point",
    ]  # fmt: skip
    assert left_out == {"no geometry": 2, "neither polygon, line nor point": 3}
    assert shapely.is_valid(parts).all()


def test_nothing_given() -> None:
    parts, index, left_out = split_kinds(np.empty(0, object))
    assert (len(parts), len(index), left_out) == (0, 0, {})
