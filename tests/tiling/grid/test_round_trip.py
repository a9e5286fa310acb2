"""What survives a way to another CRS and back, and what does not."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from tiling.grid.round_trip import lost


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        (box(0, 0, 9, 9), box(0.1, 0, 9.1, 9), False),
        (box(0, 0, 9, 9), box(0, 0, 9, 30), True),
        (box(0, 0, 9, 9), None, True),
        (LineString([(0, 0), (9, 9)]), LineString([(0.1, 0), (5, 5), (9, 9)]), False),
        (LineString([(0, 0), (90, 0)]), LineString([(0, 0), (90, 0), (0, 0)]), True),
        (LineString([(0, 0), (9, 9)]), LineString([(50, 0), (59, 9)]), True),
        (Point(3, 4), Point(3.1, 4), False),
        (Point(3, 4), Point(30, 4), True),
        (Point(3, 4), Point(np.inf, 4), True),
    ],
)
def test_lost(before: BaseGeometry, after: BaseGeometry | None, is_lost: bool) -> None:
    one, other = np.empty(1, dtype=object), np.empty(1, dtype=object)
    one[:], other[:] = [before], [after]
    assert lost(one, other, 0.25).tolist() == [is_lost]
