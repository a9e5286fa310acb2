"""Suppression: who stands for whom, and what the soft kind leaves."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely.geometry import box

from detectors.detections import Detections, Space
from detectors.merging.suppress import nms_clusters, ranked, soften, suppress
from tests.support.detection_strategies import detections, quick


def row_of_boxes(*lefts: float) -> Detections:
    """10 px boxes of one class in a row, by falling score from 0.9."""
    count = len(lefts)
    shapes = np.array([box(left, 0, left + 10, 10) for left in lefts])
    scores = 0.9 - 0.1 * np.arange(count)
    return Detections.from_polygons(
        shapes, scores, np.ones(count, np.int64), np.zeros(count, bool), Space.CHIP
    )


def test_what_a_suppressed_one_would_suppress_stays() -> None:
    assert nms_clusters(row_of_boxes(0, 4, 8), 0.4, 0.7).tolist() == [0, 0, 2]
    assert suppress(row_of_boxes(0, 4, 8), 0.4, 0.7).boxes[:, 0].tolist() == [0, 8]


def test_soft_suppression_takes_score_from_the_lesser_one() -> None:
    left = soften(row_of_boxes(0, 5, 40))
    assert left.boxes[:, 0].tolist() == [0, 40, 5]
    assert left.scores.tolist() == pytest.approx([0.9, 0.7, 0.8 * exp(-((1 / 3) ** 2) / 0.5)])


def test_what_was_found_over_and_over_falls_below_the_floor() -> None:
    assert len(soften(row_of_boxes(0, 0, 0, 0))) == 2


@quick
@given(detections())
def test_soft_scores_only_fall_and_what_overlaps_nothing_keeps_its_own(found: Detections) -> None:
    left = soften(ranked(found))
    rows = zip(found.polygons(), found.labels, found.scores, strict=True)
    before = {(polygon.wkb, label): score for polygon, label, score in rows}
    for polygon, score, label in zip(left.polygons(), left.scores, left.labels, strict=True):
        near = shapely.intersects(polygon, found.polygons()) & (found.labels == label)
        if near.sum() == 1:
            assert score == before[polygon.wkb, label]
    assert left.scores.sum() <= found.scores.sum() + 1e-9
