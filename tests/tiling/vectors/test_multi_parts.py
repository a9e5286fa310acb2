"""Objects of several parts, split and put together."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import MultiPolygon, box

from tiling.vectors import split_polygons
from tiling.vectors.multi_parts import together


def test_parts_of_a_multipolygon_are_one_object_again() -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    given = np.empty(5, object)
    given[:] = [
        box(0, 0, 1, 1),
        MultiPolygon([box(0, 0, 1, 1), box(3, 3, 4, 4), box(6, 6, 7, 7)]),
        bow_tie,
        MultiPolygon([box(0, 0, 1, 1)]),
        None,
    ]
    parts, index, _ = split_polygons(given)
    found, of = together(parts, index, given)
    assert of.tolist() == [0, 1, 2, 2, 3]
    assert [one.geom_type for one in found] == ["Polygon", "MultiPolygon", "Polygon", "Polygon", "Polygon"]
    assert found[1].equals(given[1])
    assert together(parts[:1], index[:1], given)[0].tolist() == [given[0]]
    assert len(together(parts[:0], index[:0], given)[0]) == 0
