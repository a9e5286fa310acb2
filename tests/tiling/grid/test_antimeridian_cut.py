"""Polygons cut at the antimeridian, and joined again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from tiling.grid.antimeridian_cut import joined, valid_parts, wrapped


@pytest.mark.parametrize("turns", [-2, -1, 0, 1, 2])
def test_whole_turns_are_taken_off(turns: int) -> None:
    assert wrapped(box(10 + 360 * turns, 0, 20 + 360 * turns, 5)).equals(box(10, 0, 20, 5))


def test_a_polygon_across_180_degrees_has_a_part_on_each_side() -> None:
    found = wrapped(box(175, 0, 190, 5))
    assert found.normalize().equals(MultiPolygon([box(-180, 0, -170, 5), box(175, 0, 180, 5)]).normalize())


@given(west=st.floats(-179, 179), width=st.floats(0.01, 300), south=st.floats(-80, 70))
def test_cut_and_joined_it_is_the_same_polygon(west: float, width: float, south: float) -> None:
    polygon = box(west, south, west + width, south + 5)
    back = joined(wrapped(polygon))
    assert back.geom_type == "Polygon"
    assert back.symmetric_difference(polygon).area < 1e-5
    assert len(back.exterior.coords) == 5


def test_parts_that_do_not_meet_at_180_degrees_stay() -> None:
    apart = MultiPolygon([box(-170, 0, -160, 5), box(170, 0, 180, 5)])
    assert joined(apart) is apart
    around = MultiPolygon([box(-180, 0, 180, 5), box(-180, 10, -170, 15)])
    assert joined(around) is around


def test_an_outline_that_touches_itself_has_valid_parts() -> None:
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    parts = valid_parts(bow)
    assert len(parts) == 2
    assert all(part.is_valid for part in parts)
    assert valid_parts(parts[0]) == [parts[0]]
