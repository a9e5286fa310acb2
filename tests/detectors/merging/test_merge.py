"""Merging: every object once and whole, whatever the order, as a slow reference would have it."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space
from detectors.errors import ConfigError
from detectors.merging.merge import MergeRules, merge_detections
from tests.support.detection_strategies import detections, quick
from tests.support.merge_reference import assert_same, merged


def npz(found: Detections) -> bytes:
    buffer = io.BytesIO()
    found.write(buffer)
    return buffer.getvalue()


def shared(a: Polygon, b: Polygon) -> float:
    return a.intersection(b).area


@quick
@given(detections())
def test_it_agrees_with_the_slow_reference(found: Detections) -> None:
    assert_same(merge_detections(found), merged(found))


@quick
@given(detections(), st.data())
def test_the_order_does_not_matter(found: Detections, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(found)))), np.int64)
    shuffled = merge_detections(found.take(order))
    assert npz(shuffled) == npz(merge_detections(found))


@quick
@given(
    detections(),
    st.floats(0.1, 0.9),
    st.floats(0.3, 0.9),
)
def test_no_two_of_a_class_overlap_by_more_than_the_limits(found: Detections, iou: float, ios: float) -> None:
    once = merge_detections(found, MergeRules(iou, ios))
    for (a, n), (b, m) in combinations(zip(once.polygons(), once.labels, strict=True), 2):
        if n == m:
            common = shared(a, b)
            assert common <= iou * (a.area + b.area - common) * (1 + 1e-9)
            assert common <= ios * min(a.area, b.area) * (1 + 1e-9)


@quick
@given(detections())
def test_classes_do_not_touch_each_other_and_all_is_valid_and_sorted(found: Detections) -> None:
    both = merge_detections(found)
    assert shapely.is_valid(both.polygons()).all()
    assert (np.diff(both.scores) <= 0).all()
    for label in (1, 2):
        alone = merge_detections(found.take(found.labels == label))
        assert npz(both.take(both.labels == label)) == npz(alone)


@quick
@given(detections())
def test_nothing_appears_from_nowhere(found: Detections) -> None:
    left = merge_detections(found)
    assert len(left) <= len(found)
    assert set(left.scores) <= set(found.scores)
    if len(found):
        assert left.scores.max(initial=0) <= found.scores.max()
        everything = shapely.union_all(found.polygons()).envelope.buffer(1e-2)
        assert everything.covers(shapely.MultiPolygon(list(left.polygons())))


def test_overlap_is_that_of_the_outlines_and_not_of_their_boxes() -> None:
    bar = rotate(box(0, 0, 200, 10), 45, origin=(0, 0))
    bars = np.array([bar, translate(bar, 2, 2), translate(bar, 8, -8)])
    ones, uncut = np.ones(3, np.int64), np.zeros(3, bool)
    left = merge_detections(Detections.from_polygons(bars, [0.9, 0.8, 0.7], ones, uncut, Space.CHIP))
    assert left.scores.tolist() == [0.9, 0.7]


def test_nothing_merges_to_nothing() -> None:
    assert len(merge_detections(Detections.empty(Space.CHIP))) == 0


def house_with_hut(labels: tuple[int, int]) -> Detections:
    shapes = np.array([shapely.box(0, 0, 40, 40), shapely.box(10, 10, 20, 20)], object)
    return Detections.from_polygons(shapes, [0.8, 0.9], labels, [False, False], Space.SCENE)


def test_a_small_object_inside_a_large_one_may_stay() -> None:
    found = house_with_hut((1, 1))
    assert merge_detections(found).scores.tolist() == [0.9]
    assert merge_detections(found, MergeRules(ios=1.0)).scores.tolist() == [0.9, 0.8]
    same = Detections.concatenate([found, found], Space.SCENE)
    assert merge_detections(same, MergeRules(iou=1.0, ios=1.0)).scores.tolist() == [0.9, 0.9, 0.8, 0.8]


def test_two_classes_on_one_object_may_be_one() -> None:
    found = house_with_hut((1, 2))
    assert merge_detections(found).labels.tolist() == [2, 1]
    assert merge_detections(found, MergeRules(any_class=True)).labels.tolist() == [2]


def test_rules_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"ios is 1\.5, expected a number from 0 to 1"):
        MergeRules(ios=1.5)
