"""Comparing predictions with labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from detectors.evaluation.match import best_threshold, match_polygons
from tests.support.detection_strategies import polygons, quick


def array(shapes: list[Polygon]) -> npt.NDArray[np.object_]:
    out = np.empty(len(shapes), object)
    out[:] = shapes
    return out


def overlap(a: Polygon, b: Polygon) -> float:
    return float(a.intersection(b).area / a.union(b).area)


def reference(
    truth: list[Polygon], pred: list[Polygon], scores: list[float], iou: float
) -> list[tuple[int, int]]:
    """One prediction after the other, and each label asked."""
    free = set(range(len(truth)))
    pairs = []
    for p in sorted(range(len(pred)), key=lambda i: -scores[i]):
        best = max(free, key=lambda t: (overlap(truth[t], pred[p]), -t), default=None)
        if best is not None and overlap(truth[best], pred[p]) >= iou:
            pairs.append((best, p))
            free.remove(best)
    return pairs


scenes = st.lists(polygons(), max_size=7)


@quick
@given(scenes, scenes, st.data(), st.floats(0.05, 0.95))
def test_matching_agrees_with_brute_force(
    truth: list[Polygon], pred: list[Polygon], data: st.DataObject, iou: float
) -> None:
    scores = data.draw(st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=len(pred), max_size=len(pred)))
    match = match_polygons(array(truth), array(pred), np.array(scores), iou)
    assert [tuple(pair) for pair in match.pairs] == reference(truth, pred, scores, iou)
    assert (match.tp + match.fn, match.tp + match.fp) == (len(truth), len(pred))


@quick
@given(scenes, scenes)
def test_without_scores_the_order_given_counts(truth: list[Polygon], pred: list[Polygon]) -> None:
    falling = -np.arange(len(pred), dtype=np.float64)
    given_order = match_polygons(array(truth), array(pred), None, 0.3)
    assert (
        given_order.pairs.tolist() == match_polygons(array(truth), array(pred), falling, 0.3).pairs.tolist()
    )


def test_the_figures() -> None:
    truth = array([box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10)])
    pred = array([box(0, 0, 10, 10), box(0, 0, 10, 9), box(20, 0, 30, 5), box(90, 0, 99, 9)])
    match = match_polygons(truth, pred, iou=0.5)
    assert match.pairs.tolist() == [[0, 0], [1, 2]]  # 0.5 itself is enough
    assert (match.tp, match.fp, match.fn) == (2, 2, 1)
    assert (match.precision, match.recall) == (0.5, pytest.approx(2 / 3))
    assert match.f1 == pytest.approx(4 / 7)
    nothing = match_polygons(array([]), array([]))
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.tp) == (0, 0, 0, 0)
    assert match_polygons(truth, array([])).fn == 3
    assert match_polygons(array([]), pred).fp == 4


def test_the_lowest_of_the_best_thresholds_is_taken() -> None:
    truth = array([box(0, 0, 10, 10)])
    pred = array([box(0, 0, 10, 10), box(50, 0, 60, 10)])
    limit, match = best_threshold(truth, pred, np.array([0.72, 0.31]), 0.5)
    assert limit == 0.35
    assert match.f1 == 1.0
    limit, match = best_threshold(truth, pred[:0], np.empty(0), 0.5)
    assert (limit, match.f1) == (0.05, 0.0)


def test_pairs_may_be_indexed_with() -> None:
    match = match_polygons(array([box(0, 0, 1, 1)]), array([box(5, 5, 6, 6)]))
    assert match.pairs.shape == (0, 2)
    assert len(shapely.area(array([box(0, 0, 1, 1)])[match.pairs[:, 0]])) == 0
