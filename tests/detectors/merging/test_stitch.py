"""Seams: what a chip's border cut becomes whole again, and what it did not cut stays apart."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from detectors.detections import Detections, Space, is_cut
from detectors.merging.merge import merge_detections
from tests.support.merge_reference import EVERYWHERE, Bounds

Row = tuple[Polygon, float, Bounds]


def upto(x: float) -> Bounds:
    """A chip that ends at `x`."""
    return (-inf, -inf, x, inf)


def beyond(x: float) -> Bounds:
    """A chip that begins at `x`."""
    return (x, -inf, inf, inf)


def make(*rows: Row) -> Detections:
    """Objects of one class: outline, score, and what the chip saw."""
    shapes = np.empty(len(rows), object)
    shapes[:] = [row[0] for row in rows]
    seen = np.array([row[2] for row in rows])
    flags = is_cut(shapely.bounds(shapes), seen)
    ones = np.ones(len(rows), np.int64)
    return Detections.from_polygons(shapes, [row[1] for row in rows], ones, flags, Space.RESAMPLED, seen=seen)


def test_a_cut_object_comes_out_whole_and_once() -> None:
    outline = Polygon([(0, 0), (300, 0), (300, 60), (150, 90), (0, 60)])
    left, right = outline.intersection(box(0, 0, 180, 90)), outline.intersection(box(80, 0, 300, 90))
    merged = merge_detections(make((left, 0.6, upto(180)), (right, 0.8, beyond(80))))
    assert merged.scores.tolist() == [0.8]
    assert merged.polygons()[0].symmetric_difference(outline).area < 0.01 * outline.area
    assert merged.seen.tolist() == [list(EVERYWHERE)]
    assert not merged.edge_flags.any()


def test_a_hall_much_longer_than_the_overlap_is_one() -> None:
    chips = [(896 * k, -inf, 896 * k + 1024, inf) for k in range(4)]
    pieces = [box(max(chip[0], 100), 0, min(chip[2], 3500), 200) for chip in chips]
    merged = merge_detections(make(*((piece, 0.7, chip) for piece, chip in zip(pieces, chips, strict=True))))
    assert [polygon.bounds for polygon in merged.polygons()] == [(100, 0, 3500, 200)]


def test_an_object_cut_in_both_blocks_still_counts_as_cut() -> None:
    pieces = make(
        (box(0, 0, 100, 20), 0.7, (0, -inf, 100, inf)), (box(60, 0, 160, 20), 0.7, (60, -inf, 160, inf))
    )
    merged = merge_detections(pieces)
    assert merged.edge_flags.tolist() == [True]
    assert merged.seen.tolist() == [[0, -inf, 160, inf]]
    last = make((box(120, 0, 200, 20), 0.9, beyond(120)))
    both = merge_detections(Detections.concatenate([merged, last], Space.RESAMPLED))
    assert [polygon.bounds for polygon in both.polygons()] == [(0, 0, 200, 20)]


def test_houses_end_to_end_stay_two_though_their_outlines_run_into_each_other_in_the_strip() -> None:
    # The strip is 80..120, the wall between them at 100: each chip sees one of them cut, and none of them right.
    left = [(box(0, 0, 108, 30), 0.9, (2, -inf, 120, inf)), (box(103, 0, 120, 30), 0.5, (2, -inf, 120, inf))]
    right = [
        (box(80, 0, 97, 30), 0.5, (80, -inf, 198, inf)),
        (box(92, 0, 200, 30), 0.8, (80, -inf, 198, inf)),
    ]
    merged = merge_detections(make(*left, *right))
    assert [polygon.bounds for polygon in merged.polygons()] == [(0, 0, 108, 30), (92, 0, 200, 30)]


def test_prongs_that_one_chip_sees_apart_are_joined_by_the_chip_that_sees_the_bow() -> None:
    bow = Polygon([(0, 0), (100, 0), (100, 50), (0, 50), (0, 40), (90, 40), (90, 10), (0, 10)])
    prongs = [box(0, 0, 60, 10), box(0, 40, 60, 50)]
    seen = bow.intersection(box(30, 0, 100, 50))
    merged = merge_detections(make(*((prong, 0.8, upto(60)) for prong in prongs), (seen, 0.8, beyond(30))))
    assert len(merged) == 1
    assert merged.polygons()[0].equals(bow)


def test_the_box_of_a_joined_object_spans_those_of_its_pieces() -> None:
    cut_pieces = make((box(0, 0, 50, 20), 0.6, upto(50)), (box(30, 0, 90, 20), 0.8, beyond(30)))
    wider = replace(cut_pieces, boxes=cut_pieces.boxes + np.array([-2.0, -1.0, 3.0, 4.0]))
    assert merge_detections(wider).boxes.tolist() == [[-2, -1, 93, 24]]


def test_a_row_of_crowns_along_a_seam_is_no_hedge() -> None:
    # One chip ends at x = 120 and sees the left half of every crown, the next one sees them whole.
    whole = [(box(100, 25 * k, 140, 25 * k + 40), 0.9, beyond(80)) for k in range(8)]
    halves = [(box(100, 25 * k, 120, 25 * k + 40), 0.95, upto(120)) for k in range(8)]
    merged = merge_detections(make(*whole, *halves))
    assert len(merged) == 8
    assert set(shapely.area(merged.polygons())) == {1600.0}


def test_a_small_whole_one_does_not_drive_out_the_large_one_that_a_seam_cuts() -> None:
    hall = [(box(0, 0, 200, 80), 0.9, upto(200)), (box(100, 0, 300, 80), 0.8, beyond(100))]
    merged = merge_detections(make(*hall, (box(150, 10, 160, 20), 0.3, beyond(100))))
    assert shapely.area(merged.polygons()).tolist() == [300 * 80]


def test_pieces_of_boxes_stay_a_box() -> None:
    pieces = [(box(0, 0, 60, 50), 0.9, upto(60)), (box(20, 5, 100, 60), 0.5, beyond(20))]
    merged = merge_detections(make(*pieces))
    assert [p.bounds for p in merged.polygons()] == [(0, 0, 100, 60)]
    assert merged.polygons()[0].equals(box(0, 0, 100, 60))


@pytest.mark.parametrize("seen", [(upto(50), EVERYWHERE), (EVERYWHERE, beyond(45)), (EVERYWHERE, EVERYWHERE)])
def test_neighbours_that_only_touch_stay_two(seen: tuple[Bounds, Bounds]) -> None:
    rows = [(box(0, 0, 50, 50), 0.9, seen[0]), (box(45, 0, 95, 50), 0.8, seen[1])]
    assert len(merge_detections(make(*rows))) == 2
