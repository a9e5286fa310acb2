"""Fusing: unions and weighted means of what overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space
from detectors.merging.fuse import average_overlapping, union_overlapping


def make(*rows: tuple[Polygon, float]) -> Detections:
    shapes = np.empty(len(rows), object)
    shapes[:] = [row[0] for row in rows]
    count = len(rows)
    return Detections.from_polygons(
        shapes, [row[1] for row in rows], np.ones(count, np.int64), np.zeros(count, bool), Space.CHIP
    )


def test_the_mean_of_boxes_is_weighted_by_score() -> None:
    fused = average_overlapping(make((box(0, 0, 10, 10), 0.9), (box(4, 0, 14, 10), 0.3)), 0.4, 0.7)
    assert fused.boxes.tolist() == [[1, 0, 11, 10]]
    assert fused.polygons()[0].equals(box(1, 0, 11, 10))
    assert fused.scores.tolist() == pytest.approx([0.6])


def test_an_outline_is_stretched_into_the_mean_box() -> None:
    diamond = Polygon([(10, 0), (20, 10), (10, 20), (0, 10)])
    larger = Polygon([(12, 0), (24, 12), (12, 24), (0, 12)])
    [outline] = average_overlapping(make((diamond, 0.5), (larger, 0.5)), 0.4, 0.7).polygons()
    assert outline.equals(Polygon([(11, 0), (22, 11), (11, 22), (0, 11)]))


def test_a_union_takes_in_what_only_its_parts_together_overlap() -> None:
    chain = make((box(0, 0, 10, 10), 0.9), (box(4, 0, 14, 10), 0.8), (box(6, 0, 16, 10), 0.7))
    assert [polygon.bounds for polygon in union_overlapping(chain, 0.4, 0.7).polygons()] == [(0, 0, 16, 10)]


def test_what_overlaps_nothing_is_left_as_it_is() -> None:
    apart = make((box(0, 0, 0.1, 0.3), 0.9), (box(40, 0, 50, 10), 0.1 + 0.2))
    for fuse in (union_overlapping, average_overlapping):
        same = fuse(apart, 0.4, 0.7)
        assert same.scores.tolist() == apart.scores.tolist()
        assert same.coords.tolist() == apart.coords.tolist()
