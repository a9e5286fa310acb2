"""Merging part by part is merging all at once, with little of it in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from detectors.detections import Detections, Space, is_cut
from detectors.merging.merge import DEFAULT_RULES, MergeRules, merge_detections
from detectors.merging.merge_blocks import merge_blocks, outline_bounds
from detectors.merging.suppress import rank
from tests.support.detection_strategies import detections, quick

RULES = (DEFAULT_RULES, MergeRules(1.0, 1.0), MergeRules(any_class=True), MergeRules(0.3, 0.9, True))


def streamed(parts: list[Detections], rules: MergeRules = DEFAULT_RULES) -> list[Detections]:
    bounds = np.array([outline_bounds(part) for part in parts]).reshape(-1, 4)
    return list(merge_blocks(bounds, parts.__getitem__, rules))


def rows(found: Detections) -> list[tuple[object, ...]]:
    """Every bit of each object, in an order that does not depend on the one they come in."""
    columns = (found.polygons(), found.scores, found.labels, found.edge_flags, found.boxes, found.seen)
    return sorted(
        (score, label, flag, tuple(box), tuple(seen), shapely.to_wkb(polygon))
        for polygon, score, label, flag, box, seen in zip(*columns, strict=True)
    )


@quick
@given(detections(max_size=20), st.sampled_from(RULES), st.data())
def test_it_finds_the_same_objects_as_all_at_once(
    found: Detections, rules: MergeRules, data: st.DataObject
) -> None:
    # Rectangles that are joined to a larger one are the exception that `merge_blocks` names.
    rectangles = shapely.equals(found.polygons(), shapely.envelope(found.polygons()))
    found = replace(found, edge_flags=found.edge_flags & ~rectangles)
    part_of = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(found), max_size=len(found))))
    parts = [found.take(part_of == number) for number in range(4)]
    together = Detections.concatenate(streamed(parts, rules), Space.RESAMPLED)
    assert rows(together) == rows(merge_detections(found, rules))


def field(columns: int, rows: int, block: float) -> list[Detections]:
    """Overlapping octagons all over, as blocks of that side with a halo of 20 px see them."""
    rng = np.random.default_rng(7)
    count = int(columns * rows * block**2 / 500)
    centres = rng.uniform(0, 1, (count, 2)) * (columns * block, rows * block)
    shapes = shapely.buffer(shapely.points(centres), rng.uniform(6, 15, count), quad_segs=2)
    scores = rng.uniform(0.3, 1, count)
    parts = []
    for row in range(rows):
        for column in range(columns):
            window = np.array([column, row, column + 1, row + 1]) * block + (-20, -20, 20, 20)
            inside = shapely.intersects(shapes, shapely.box(*window))
            clipped = shapely.intersection(shapes[inside], shapely.box(*window))
            seen = np.tile(window, (len(clipped), 1))
            flags = is_cut(shapely.bounds(clipped), seen)
            ones = np.ones(len(clipped), np.int64)
            parts.append(
                Detections.from_polygons(clipped, scores[inside], ones, flags, Space.RESAMPLED, seen=seen)
            )
    return parts


@pytest.mark.slow
def test_most_of_a_crowded_block_leaves_with_it() -> None:
    parts = field(3, 3, 600)
    leaving = streamed(parts)
    together = Detections.concatenate(leaving, Space.RESAMPLED)
    assert rows(together) == rows(merge_detections(Detections.concatenate(parts, Space.RESAMPLED)))
    assert min(len(part) for part in leaving) > 0.5 * len(together) / len(parts)


def test_each_part_is_asked_for_once_and_in_order() -> None:
    parts, asked = field(2, 1, 200), []

    def read(index: int) -> Detections:
        asked.append(index)
        return parts[index]

    finished = merge_blocks(np.array([outline_bounds(part) for part in parts]), read)
    first = next(finished)
    assert asked == [0]
    assert len(first)
    assert np.array_equal(first.scores, rank(first).scores)
    assert len(list(finished)) == 1


def test_parts_without_objects_and_no_parts_at_all() -> None:
    nothing = Detections.empty(Space.RESAMPLED)
    assert streamed([]) == []
    assert [len(part) for part in streamed([nothing, *field(1, 1, 100), nothing])][::2] == [0, 0]
