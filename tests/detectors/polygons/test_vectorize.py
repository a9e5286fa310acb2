"""Masks to polygons: always valid, never long, close to the mask."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from detectors.polygons.vectorize import box_to_polygon, mask_to_polygon, simplify, simplify_all
from tests.support.detection_strategies import quick

CELLS = 28
masks = arrays(
    np.float32, (CELLS, CELLS), elements=st.floats(0, 1, width=32), fill=st.sampled_from([0.0, 0.25, 1.0])
)
bounds = st.tuples(st.floats(0, 1000), st.floats(0, 1000), st.floats(1, 1024), st.floats(1, 1024)).map(
    lambda v: np.array([v[0], v[1], v[0] + v[2], v[1] + v[3]])
)
SIEVE = np.ones((CELLS, CELLS), np.float32)
SIEVE[1:-1:2, 1:-1:2] = 0
CHECKED = (np.indices((CELLS, CELLS)).sum(axis=0) % 2).astype(np.float32)


def check(polygon: Polygon | None, limits: npt.NDArray[np.float64]) -> None:
    if polygon is None:
        return
    assert isinstance(polygon, Polygon)
    assert polygon.is_valid
    assert polygon.area > 0
    assert shapely.get_num_coordinates(polygon) <= 200
    assert box(*limits).buffer(1e-3).covers(polygon)


@quick
@given(masks, bounds)
@example(SIEVE, np.array([0.0, 0.0, 1000.0, 1000.0]))
@example(CHECKED, np.array([3.0, 3.0, 900.0, 40.0]))
def test_any_mask_gives_a_valid_polygon_of_few_vertices_inside_its_box(
    mask: npt.NDArray[np.float32], limits: npt.NDArray[np.float64]
) -> None:
    check(mask_to_polygon(mask, limits), limits)


@quick
@given(st.integers(0, 2**32 - 1), st.integers(0, 4), bounds)
def test_noise_of_any_grain_does(seed: int, blurs: int, limits: npt.NDArray[np.float64]) -> None:
    mask = np.random.default_rng(seed).random((CELLS, CELLS))
    for _ in range(blurs):
        wide = np.pad(mask, 1, mode="edge")
        mask = sum(wide[i : i + CELLS, j : j + CELLS] for i in range(3) for j in range(3)) / 9
    stretched = (mask - mask.min()) / (mask.max() - mask.min())
    check(mask_to_polygon(stretched.astype(np.float32), limits), limits)


def coverage(polygon: Polygon) -> npt.NDArray[np.float32]:
    """(28, 28) share of every cell of the polygon's bounds that it covers."""
    x0, y0, x1, y1 = polygon.bounds
    steps = (np.arange(CELLS * 8) + 0.5) / (CELLS * 8)
    xs, ys = np.meshgrid(x0 + steps * (x1 - x0), y0 + steps * (y1 - y0))
    inside = shapely.contains_xy(polygon, xs, ys)
    return inside.reshape(CELLS, 8, CELLS, 8).mean(axis=(1, 3)).astype(np.float32)


@quick
@given(st.lists(st.floats(0.6, 1.0), min_size=4, max_size=12), st.floats(15, 300), st.floats(0, 1.5))
def test_the_outline_of_a_solid_object_comes_back(radii: list[float], size: float, turn: float) -> None:
    angles = turn + np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = 500 + size * np.array(radii)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    truth = Polygon(ring)
    found = mask_to_polygon(coverage(truth), np.array(truth.bounds))
    assert found is not None
    assert truth.intersection(found).area / truth.union(found).area > 0.9


def test_a_full_mask_is_its_box() -> None:
    limits = np.array([10.0, 20.0, 66.0, 48.0])
    found = mask_to_polygon(np.ones((CELLS, CELLS), np.float32), limits)
    assert found is not None
    # Marching squares cut the corners of the outermost cells, and simplifying moves what is left by half a cell.
    assert found.symmetric_difference(box(*limits)).area < 0.04 * box(*limits).area
    assert found.bounds == pytest.approx((10, 20, 66, 48), abs=1.0)


def test_a_mask_below_one_half_is_nothing() -> None:
    assert mask_to_polygon(np.full((CELLS, CELLS), 0.49, np.float32), np.array([0.0, 0, 50, 50])) is None


def test_the_largest_part_is_kept_and_only_large_holes() -> None:
    mask = np.zeros((CELLS, CELLS), np.float32)
    mask[1:27, 1:20] = 1
    mask[1:5, 24:27] = 1  # another part
    mask[5:7, 5:7] = 0  # 2 x 2 cells of 2 px: 16 px2
    mask[12:20, 5:15] = 0  # 320 px2
    found = mask_to_polygon(mask, np.array([0.0, 0.0, 56.0, 56.0]))
    assert found is not None
    assert found.bounds[2] < 42
    assert len(found.interiors) == 1
    assert Polygon(found.interiors[0]).area == pytest.approx(320, rel=0.15)


def test_simplifying_repairs_and_takes_the_largest_part() -> None:
    bow = Polygon([(0, 0), (40, 0), (40, 20), (0, -20)])
    found = simplify(bow, 0.5)
    assert found is not None
    assert found.is_valid
    assert simplify(Polygon([(0, 0), (1, 0), (2, 0)]), 0.5) is None


@quick
@given(st.integers(0, 2**32 - 1))
def test_simplifying_moves_no_vertex_farther_than_the_tolerance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = 20 + 0.3 * rng.normal(0, 0.3, len(angle)).cumsum()
    ring = Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    found = simplify(ring, 0.75)
    assert found is not None
    # The vertices of the result lie on a grid of 2 ** -10 px.
    assert shapely.hausdorff_distance(ring.boundary, found.boundary) <= 0.75 + 2**-10


@quick
@given(st.lists(st.integers(0, 2**32 - 1), max_size=6), st.sampled_from([0.5, 0.75, 3.0]))
def test_many_are_simplified_as_each_alone(seeds: list[int], tolerance_px: float) -> None:
    shapes: list[BaseGeometry] = [
        Polygon([(0, 0), (40, 0), (40, 20), (0, -20)]),
        Polygon([(0, 0), (1, 0), (2, 0)]),
        box(0, 0, 1e-4, 1e-4),
        shapely.union_all([box(0, 0, 9, 9), box(9, 9, 20, 20), box(30, 0, 31, 1)]),
        box(0, 0, 30, 30) - box(10, 10, 20, 20),
        shapely.Point(0, 0).buffer(100, quad_segs=200),
    ]
    for seed in seeds:
        rng = np.random.default_rng(seed)
        radius, angle = rng.uniform(1, 40, 30), np.sort(rng.uniform(0, 2 * np.pi, 30))
        shapes.append(Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])))
    together = simplify_all(np.array(shapes, object), tolerance_px)
    for shape, found in zip(shapes, together, strict=True):
        alone = simplify(shape, tolerance_px)
        assert (alone is None) == (found is None)
        assert alone is None or shapely.equals_identical(alone, found)


def test_a_long_outline_is_cut_to_two_hundred_vertices() -> None:
    angles = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    radius = 400 + 20 * (np.arange(2000) % 2)
    star = Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))
    found = simplify(star, 0.75)
    assert found is not None
    assert shapely.get_num_coordinates(found) <= 200
    assert found.intersection(star).area / found.union(star).area > 0.85


def test_a_box_is_its_rectangle() -> None:
    assert box_to_polygon(np.array([1.0, 2.0, 3.0, 5.0])).equals(box(1, 2, 3, 5))
