"""Greedy non-maximum suppression and the order that it works in."""

from __future__ import annotations

import numpy as np
from shapely.geometry import box

from detectors.detections import Detections, Space
from detectors.merging.merge import MergeRules
from detectors.merging.suppress import rank, suppress


def row_of_boxes(*lefts: float) -> Detections:
    """10 px boxes of one class in a row, by falling score from 0.9."""
    count = len(lefts)
    shapes = np.array([box(left, 0, left + 10, 10) for left in lefts])
    scores = 0.9 - 0.1 * np.arange(count)
    return Detections.from_polygons(
        shapes, scores, np.ones(count, np.int64), np.zeros(count, bool), Space.CHIP
    )


def suppressed(found: Detections, ios: float = 0.7) -> Detections:
    return suppress(found, MergeRules(0.4, ios).pairs(found))


def test_a_suppressed_detection_suppresses_no_other() -> None:
    assert suppressed(row_of_boxes(0, 4, 8)).boxes[:, 0].tolist() == [0, 8]


def test_a_detection_inside_a_larger_one_is_suppressed_by_its_own_area() -> None:
    nested = Detections.from_polygons(
        np.array([box(0, 0, 100, 100), box(10, 10, 20, 20)]), [0.5, 0.4], [1, 1], [False, False], Space.CHIP
    )
    assert suppressed(nested).scores.tolist() == [0.5]
    assert len(suppressed(nested, ios=1.0)) == 2


def test_rank_puts_whole_before_cut_and_breaks_ties_by_position() -> None:
    shapes = np.array([box(5, 0, 6, 1), box(3, 0, 4, 1), box(9, 0, 10, 1)])
    found = Detections.from_polygons(shapes, [0.5, 0.5, 0.9], [1, 1, 1], [False, True, False], Space.CHIP)
    assert rank(found).boxes[:, 0].tolist() == [9, 5, 3]
    assert rank(found.take(np.array([1, 2, 0]))).boxes[:, 0].tolist() == [9, 5, 3]
