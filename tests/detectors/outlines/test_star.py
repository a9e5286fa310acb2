"""The closed line around a click is the one that was painted."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.outlines.basins import lab_colours
from detectors.outlines.star import cheapest_closed_path, star_shaped


def test_a_painted_way_around_is_found() -> None:
    rays = np.arange(64)
    way = np.rint(15 + 9 * np.sin(2 * np.pi * rays / 64) + 3 * np.cos(6 * np.pi * rays / 64)).astype(int)
    cost = np.random.default_rng(2).uniform(0, 1, (32, 64))
    cost[way, rays] = -5
    assert cheapest_closed_path(cost).tolist() == way.tolist()


def test_it_closes_where_it_began() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        ring = cheapest_closed_path(rng.normal(0, 1, (32, 64)))
        steps = np.abs(np.diff(ring, append=ring[0]))
        assert steps.max() <= 4  # 3 between neighbours; the first and the last are of two rounds


@pytest.mark.parametrize(
    "shape", [shapely.Point(52, 47).buffer(21), shapely.box(20, 38, 85, 60)], ids=["disc", "long roof"]
)
def test_an_object_is_found_around_a_click_beside_its_middle(shape: shapely.Polygon) -> None:
    y, x = np.indices((100, 100)) + 0.5
    inside = shapely.contains_xy(shape, x, y)
    rgb = np.random.default_rng(4).integers(60, 100, (100, 100, 3), dtype=np.uint8)
    rgb[inside] += 100
    found = star_shaped(lab_colours(rgb), (55.0, 50.0))
    assert (found & inside).sum() / (found | inside).sum() > 0.85
