"""Lines cut at the antimeridian, and joined again."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from tiling.grid.antimeridian_lines import joined_lines, wrapped_line


@pytest.mark.parametrize("turns", [-2, -1, 0, 1, 2])
def test_whole_turns_are_taken_off(turns: int) -> None:
    line = wrapped_line(np.array([[10.0 + 360 * turns, 0], [20 + 360 * turns, 5]]))
    assert line == LineString([(10, 0), (20, 5)])


def test_parts_are_in_the_order_of_the_line() -> None:
    found = wrapped_line(np.array([[170.0, 0], [190, 10], [190, 20], [170, 30]]))
    parts = [[(170, 0), (180, 5)], [(-180, 5), (-170, 10), (-170, 20), (-180, 25)], [(180, 25), (170, 30)]]
    assert found is not None
    assert found.equals_exact(MultiLineString(parts), 1e-9)
    assert joined_lines(found).equals_exact(LineString([(170, 0), (190, 10), (190, 20), (170, 30)]), 1e-9)


def test_a_line_that_crosses_itself_stays_one() -> None:
    bow = np.array([[0.0, 0], [2, 2], [2, 0], [0, 2]])
    assert wrapped_line(bow) == LineString(bow)
    parts = [[(179, 0), (180, 1)], [(-180, 1), (-179, 2), (-179, 0), (-180, 1)], [(180, 1), (179, 2)]]
    found = wrapped_line(bow + np.array([179.0, 0]))
    assert found is not None
    assert found.equals_exact(MultiLineString(parts), 1e-9)


def test_a_line_along_the_antimeridian_has_a_place() -> None:
    for longitude in (180.0, -180.0):
        found = wrapped_line(np.array([[longitude, 0], [longitude, 5]]))
        assert found is not None
        assert abs(found.bounds[0]) == 180
        assert found.length == 5


@pytest.mark.parametrize("beyond", [0.0, 1e-10, -1e-10])
def test_a_line_that_only_touches_the_antimeridian_stays_one(beyond: float) -> None:
    edge = 180.0 + beyond
    found = wrapped_line(np.array([[170.0, 0], [edge, 5], [edge, 5], [170, 10]]))
    assert isinstance(found, LineString)
    assert found.length == pytest.approx(2 * np.hypot(10, 5))


step = st.tuples(st.floats(-170, 170), st.floats(-20, 20))


@given(st.floats(-180, 180), st.lists(step, min_size=1, max_size=6))
def test_cut_and_joined_it_is_the_same_line(start: float, steps: list[tuple[float, float]]) -> None:
    points = np.cumsum([(start, 0.0), *steps], axis=0)
    found = wrapped_line(points)
    if LineString(points).length < 1e-3:
        return
    assert found is not None
    west, _, east, _ = found.bounds
    assert west >= -180
    assert east <= 180
    back = joined_lines(found)
    assert isinstance(back, LineString)
    turns = round((points[0, 0] - shapely.get_coordinates(back)[0, 0]) / 360.0)
    moved = shapely.transform(back, lambda xy: xy + np.array([360.0 * turns, 0.0]))
    assert moved.hausdorff_distance(LineString(points)) < 1e-5
    assert moved.length == pytest.approx(LineString(points).length, abs=1e-4)


def test_parts_that_do_not_meet_stay() -> None:
    apart = MultiLineString([[(170, 0), (180, 5)], [(-180, 6), (-170, 10)], [(0, 0), (1, 1)]])
    assert joined_lines(apart) == apart
