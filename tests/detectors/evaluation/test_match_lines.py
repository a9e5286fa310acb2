"""Lengths of lines beside others."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from detectors.evaluation.match_lines import matched_lengths
from tiling.arrays import Geometries


def lines(*given_: LineString) -> Geometries:
    found = np.empty(len(given_), object)
    found[:] = given_
    return found


def test_a_line_is_matched_as_far_as_another_runs_beside_it() -> None:
    road = LineString([(0, 0), (100, 0)])
    assert matched_lengths(lines(road), lines(), 3).tolist() == [0]
    assert matched_lengths(lines(road), lines(LineString([(0, 2), (40, 2)])), 2.0)[0] == pytest.approx(40)
    beside = lines(
        LineString([(0, 1), (40, 1)]), LineString([(30, -1), (60, -1)]), LineString([(0, 9), (99, 9)])
    )
    assert matched_lengths(lines(road), beside, 1.0)[0] == pytest.approx(
        60
    )  # what two run beside counts once
    assert matched_lengths(beside, lines(road), 1.0) == pytest.approx([40, 30, 0])
    across = lines(LineString([(50, -50), (50, 50)]))
    assert matched_lengths(across, lines(road), 3.0)[0] == pytest.approx(6)


place = st.tuples(st.integers(0, 30), st.integers(0, 30))
some = st.lists(st.lists(place, min_size=2, max_size=4, unique=True).map(LineString), max_size=4)


@given(some, some, st.sampled_from([0.5, 2.0]))
def test_lengths_are_those_within_the_union_of_all_buffers(
    ones: list[LineString], others: list[LineString], buffer: float
) -> None:
    found = matched_lengths(lines(*ones), lines(*others), buffer)
    ground = shapely.union_all([other.buffer(buffer, quad_segs=16) for other in others])
    assert found == pytest.approx([one.intersection(ground).length for one in ones], abs=1e-6)
    assert np.all(found <= shapely.length(lines(*ones)) + 1e-9)
