"""A validity check that would take minutes is refused before it begins; ordinary polygons are not."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from geoengine.model.complexity import box_overlaps, is_affordable
from geoengine.model.geometry import geometry_faults
from geoengine.model.limits import MAX_RINGS, MAX_VERTICES


def holes_in_one_corner(count: int) -> shapely.Polygon:
    """Thin triangles that all touch the lower left corner of a square."""
    angles, width = (np.arange(count) + 0.25) / count * np.pi / 2, np.pi / 2 / count / 3
    holes = [
        [(0, 0), (500 * np.cos(a), 500 * np.sin(a)), (500 * np.cos(a + width), 500 * np.sin(a + width))]
        for a in angles
    ]
    return shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], holes)


def concentric_holes(count: int) -> shapely.Polygon:
    return shapely.Polygon(
        [(-1, -1), (1, -1), (1, 1), (-1, 1)],
        [[(-r, -r), (r, -r), (r, r), (-r, r)] for r in np.linspace(0.001, 0.999, count)],
    )


def equal_holes(count: int) -> shapely.Polygon:
    return shapely.Polygon(
        [(-9, -9), (9, -9), (9, 9), (-9, 9)], [[(-1, -1), (1, -1), (1, 1), (-1, 1)]] * count
    )


def star(count: int) -> shapely.Polygon:
    """Every edge crosses almost every other one."""
    angles = 2 * np.pi * (np.arange(count) * (count // 2) % count) / count
    return shapely.Polygon(np.column_stack([np.cos(angles), np.sin(angles)]))


def spikes(count: int) -> shapely.Polygon:
    """Long, thin and diagonal: a valid polygon whose edges' boxes all overlap."""
    step = np.arange(count // 2) * 0.001
    ring = np.empty((2 * len(step), 2))
    ring[0::2] = np.column_stack([step, -step])
    ring[1::2] = np.column_stack([1000 + step, 1000 - step - 0.0005])
    return shapely.Polygon(np.vstack([ring, [[2000, -1000], [0, -1000]]]))


def coast(count: int) -> shapely.Polygon:
    """A rough circle, as a traced outline is."""
    rng = np.random.default_rng(1)
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius = 1000 + rng.normal(0, 0.001, count).cumsum()
    return shapely.Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))


def clearings(side: int) -> shapely.Polygon:
    """A square with `side` x `side` square holes."""
    holes = [
        shapely.box(x, y, x + 0.5, y + 0.5).exterior.coords
        for x in range(1, side + 1)
        for y in range(1, side + 1)
    ]
    return shapely.Polygon(shapely.box(0, 0, side + 2, side + 2).exterior.coords, holes)


@pytest.mark.parametrize(
    ("make", "count", "word"),
    [
        (holes_in_one_corner, 20_000, "rings"),
        (holes_in_one_corner, 5_000, "overlap"),
        (concentric_holes, 5_000, "overlap"),
        (equal_holes, 30_000, "vertices"),
        (star, 200_001, "vertices"),
        (star, 99_999, "overlap"),
        (spikes, 50_000, "overlap"),
    ],
)
def test_unaffordable_polygons_are_refused_at_once(
    make: Callable[[int], shapely.Polygon], count: int, word: str
) -> None:
    polygon = make(count)
    began = time.process_time()
    (fault,) = geometry_faults([polygon])
    assert time.process_time() - began < 2
    assert fault is not None
    assert word in fault
    assert "expected" in fault


@pytest.mark.parametrize("polygon", [coast(MAX_VERTICES - 1), clearings(90), spikes(1000)])
def test_large_ordinary_polygons_pass(polygon: shapely.Polygon) -> None:
    assert geometry_faults([polygon]) == [None]


def test_faults_name_the_limits() -> None:
    assert f"{MAX_VERTICES:,}" in (geometry_faults([coast(MAX_VERTICES + 1)])[0] or "")
    assert f"{MAX_RINGS:,}" in (geometry_faults([equal_holes(MAX_RINGS)])[0] or "")


def test_pairs_are_counted() -> None:
    assert box_overlaps(shapely.box(0, 0, 1, 1)) == 0
    assert box_overlaps(spikes(1000)) == pytest.approx(1000 * 1000 / 2, rel=0.05)
    assert box_overlaps(coast(50_000)) < 50_000


def test_many_affordable_polygons_may_be_too_many_together() -> None:
    assert is_affordable([spikes(1000)])
    assert not is_affordable([spikes(1000)] * 10)
    assert is_affordable([shapely.Point(0, 0).buffer(1, 64)] * 5000)


def test_parts_count_together() -> None:
    parts = shapely.MultiPolygon([shapely.box(3 * x, 0, 3 * x + 1, 1) for x in range(MAX_RINGS + 1)])
    assert "rings, expected at most" in (geometry_faults([parts])[0] or "")
    far = [shapely.transform(coast(MAX_VERTICES // 2 + 1), lambda xy, by=by: xy + by) for by in (0, 1e6)]
    assert f"{MAX_VERTICES:,}" in (geometry_faults([shapely.MultiPolygon(far)])[0] or "")
