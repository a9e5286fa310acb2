"""Lines in longitude and latitude."""

from __future__ import annotations

import numpy as np
import pytest

from tiling.grid.lonlat_lines import from_antimeridian, middles, off_line, opened, probes, stepped


@pytest.mark.parametrize("turns", [1, -1])
def test_a_line_around_the_earth_begins_and_ends_at_180_degrees(turns: int) -> None:
    lon = np.array([0.0, 100.0, 200.0, 300.0, 360.0])[::turns]
    line = from_antimeridian(np.column_stack([lon, np.linspace(60, 64, 5)]), turns)
    assert line[0, 0] == -180 * turns
    assert line[-1, 0] == 180 * turns
    assert line[0, 1] == line[-1, 1]
    assert (np.diff(line[:, 0]) * turns > 0).all()


def test_a_ring_along_a_pole_is_opened_there() -> None:
    ring = np.array([[-180, 70], [0, 71], [180, 70], [180, 90], [-180, 90], [-180, 70]], float)
    assert opened(ring).tolist() == [[-180, 70], [0, 71], [180, 70]]
    plain = np.array([[0, 0], [1, 0], [1, 1], [0, 0]], float)
    assert opened(plain) is plain


def test_edges_are_divided_to_a_longest_step() -> None:
    line = np.array([[0, 0], [1, 1], [4, 4]], float)
    assert stepped(line, 1.0).tolist() == [[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]]
    assert stepped(line, 3.0) is line


def test_points_on_edges_and_their_distance() -> None:
    line = np.array([[0, 0], [10, 0], [10, 10]], float)
    assert middles(line).tolist() == [[5, 0], [10, 5]]
    assert probes(line).tolist() == [[4, 0], [10, 4]]
    assert off_line(np.array([[5, 3], [14, 13]], float), line, None).tolist() == [3, 5]
    assert off_line(np.array([[365, 3], [10 - 360, 5]], float), line, 360.0).tolist() == [3, 0]
    assert off_line(np.array([[3, 4]], float), np.zeros((2, 2)), None).tolist() == [5]
