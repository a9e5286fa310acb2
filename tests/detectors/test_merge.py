"""Merging: every object once and whole, whatever the order, as a slow reference would have it."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from detection_strategies import detections, quick
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space
from detectors.merge import DEFAULT_IOS, DEFAULT_IOU, merge_detections
from detectors.vectorize import simplify


def npz(found: Detections) -> bytes:
    buffer = io.BytesIO()
    found.write(buffer)
    return buffer.getvalue()


def make(rows: list[tuple[Polygon, float, int, bool]]) -> Detections:
    shapes = np.empty(len(rows), object)
    shapes[:] = [row[0] for row in rows]
    return Detections.from_polygons(
        shapes, *(np.array([row[i] for row in rows]) for i in (1, 2, 3)), Space.RESAMPLED
    )


def shared(a: Polygon, b: Polygon) -> float:
    return a.intersection(b).area


def reference(found: Detections) -> list[tuple[Polygon, float, int]]:
    """What `merge_detections` promises, one pair at a time."""

    def rank(item: tuple[Polygon, float, int, bool]) -> tuple[float, ...]:
        polygon, score, label, cut = item
        x0, y0, x1, y1 = polygon.bounds
        return -score, cut, y1, x1, y0, x0, label, polygon.area

    rows = zip(found.polygons(), found.scores, found.labels, found.edge_flags, strict=True)
    items = sorted(((p, float(s), int(n), bool(c)) for p, s, n, c in rows), key=rank)

    def accounted_for(piece: Polygon, whole: Polygon) -> bool:
        common = shared(piece, whole)
        return common > DEFAULT_IOS * piece.area or common > DEFAULT_IOU * (piece.area + whole.area - common)

    whole = [item for item in items if not item[3]]
    pieces = [p for p in items if p[3] and not any(p[2] == w[2] and accounted_for(p[0], w[0]) for w in whole)]

    groups: list[list[tuple[Polygon, float, int, bool]]] = []
    for piece in pieces:
        joins = [
            g
            for g in groups
            if any(
                m[2] == piece[2] and shared(m[0], piece[0]) > 0.3 * min(m[0].area, piece[0].area) for m in g
            )
        ]
        groups = [g for g in groups if g not in joins] + [[*(m for g in joins for m in g), piece]]
    for group in groups:
        first = min(group, key=rank)
        shapes = [m[0] for m in sorted(group, key=rank)]
        union = shapely.union_all(shapes)
        if len(group) > 1:
            boxes = all(s.equals(s.envelope) for s in shapes)
            first = (union.envelope if boxes else simplify(union, 0.75), *first[1:])
        whole.append(first)

    kept: list[tuple[Polygon, float, int, bool]] = []
    for item in sorted(whole, key=rank):
        clash = False
        for other in kept:
            common = shared(item[0], other[0])
            union_area = item[0].area + other[0].area - common
            small = min(item[0].area, other[0].area)
            clash |= item[2] == other[2] and (
                common > DEFAULT_IOU * union_area or common > DEFAULT_IOS * small
            )
        if not clash:
            kept.append(item)
    return [(polygon, score, label) for polygon, score, label, _ in kept]


@quick
@given(detections())
def test_it_agrees_with_the_slow_reference(found: Detections) -> None:
    merged = merge_detections(found)
    expected = reference(found)
    assert merged.scores.tolist() == [score for _, score, _ in expected]
    assert merged.labels.tolist() == [label for _, _, label in expected]
    assert shapely.equals(merged.polygons(), np.array([polygon for polygon, _, _ in expected], object)).all()


@quick
@given(detections(), st.data())
def test_the_order_does_not_matter(found: Detections, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(found)))), np.int64)
    assert npz(merge_detections(found.take(order))) == npz(merge_detections(found))


@quick
@given(detections(), st.floats(0.1, 0.9), st.floats(0.3, 0.9))
def test_no_two_of_a_class_overlap_by_more_than_the_limits(found: Detections, iou: float, ios: float) -> None:
    merged = merge_detections(found, iou=iou, ios=ios)
    for (a, n), (b, m) in combinations(zip(merged.polygons(), merged.labels, strict=True), 2):
        if n == m:
            common = shared(a, b)
            assert common <= iou * (a.area + b.area - common) * (1 + 1e-9)
            assert common <= ios * min(a.area, b.area) * (1 + 1e-9)


@quick
@given(detections())
def test_classes_do_not_touch_each_other_and_all_is_valid_and_sorted(found: Detections) -> None:
    merged = merge_detections(found)
    assert shapely.is_valid(merged.polygons()).all()
    assert (np.diff(merged.scores) <= 0).all()
    for label in (1, 2):
        alone = merge_detections(found.take(found.labels == label))
        assert npz(merged.take(merged.labels == label)) == npz(alone)


@quick
@given(detections())
def test_nothing_appears_from_nowhere(found: Detections) -> None:
    merged = merge_detections(found)
    assert len(merged) <= len(found)
    assert set(merged.scores) <= set(found.scores)
    if len(found):
        everything = shapely.union_all(found.polygons()).envelope.buffer(1e-2)
        assert everything.covers(shapely.MultiPolygon(list(merged.polygons())))


def test_a_cut_object_comes_out_whole_and_once() -> None:
    outline = Polygon([(0, 0), (300, 0), (300, 60), (150, 90), (0, 60)])
    left, right = outline.intersection(box(0, 0, 180, 90)), outline.intersection(box(80, 0, 300, 90))
    merged = merge_detections(make([(left, 0.6, 1, True), (right, 0.8, 1, True)]))
    assert merged.scores.tolist() == [0.8]
    assert merged.polygons()[0].symmetric_difference(outline).area < 0.01 * outline.area


def test_the_box_of_a_joined_object_spans_those_of_its_pieces() -> None:
    cut = make([(box(0, 0, 50, 20), 0.6, 1, True), (box(30, 0, 90, 20), 0.8, 1, True)])
    wider = replace(cut, boxes=cut.boxes + np.array([-2.0, -1.0, 3.0, 4.0]))
    assert merge_detections(wider).boxes.tolist() == [[-2, -1, 93, 24]]


def test_a_row_of_crowns_along_a_seam_is_no_hedge() -> None:
    # One chip ends at x = 120 and sees the left half of every crown, the next one sees them whole.
    whole = [(box(100, 25 * k, 140, 25 * k + 40), 0.9, 1, False) for k in range(8)]
    halves = [(box(100, 25 * k, 120, 25 * k + 40), 0.95, 1, True) for k in range(8)]
    merged = merge_detections(make(whole + halves))
    assert len(merged) == 8
    assert set(shapely.area(merged.polygons())) == {1600.0}


def test_a_small_whole_one_does_not_drive_out_the_large_one_that_a_seam_cuts() -> None:
    hall = [(box(0, 0, 200, 80), 0.9, 1, True), (box(100, 0, 300, 80), 0.8, 1, True)]
    merged = merge_detections(make([*hall, (box(150, 10, 160, 20), 0.3, 1, False)]))
    assert shapely.area(merged.polygons()).tolist() == [300 * 80]


def test_pieces_of_boxes_stay_a_box() -> None:
    pieces = [(box(0, 0, 60, 50), 0.9, 1, True), (box(20, 5, 100, 60), 0.5, 1, True)]
    merged = merge_detections(make(pieces))
    assert [p.bounds for p in merged.polygons()] == [(0, 0, 100, 60)]
    assert merged.polygons()[0].equals(box(0, 0, 100, 60))


@pytest.mark.parametrize("flags", [(False, False), (True, False), (False, True), (True, True)])
def test_neighbours_that_only_touch_stay_two(flags: tuple[bool, bool]) -> None:
    rows = [(box(0, 0, 50, 50), 0.9, 1, flags[0]), (box(45, 0, 95, 50), 0.8, 1, flags[1])]
    assert len(merge_detections(make(rows))) == 2


def test_nothing_merges_to_nothing() -> None:
    assert len(merge_detections(Detections.empty(Space.CHIP))) == 0
