"""Tests of `detectors.coco.outlines`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pycocotools import mask as run_lengths

from detectors.coco.outlines import Outline, OutlineError, read_outline
from tests.support.detection_strategies import quick

L_SHAPE = [0, 0, 20, 0, 20, 8, 8, 8, 8, 30, 0, 30]


def drawn(outline: Outline, size: tuple[int, int]) -> Any:
    return run_lengths.decode(outline.encode(size))


def uncompressed(mask: Any) -> dict[str, Any]:
    flat = np.concatenate([[0], mask.ravel(order="F"), [2]])
    edges = np.flatnonzero(np.diff(flat))
    counts = np.diff(np.concatenate([[0], edges]))
    return {"size": list(mask.shape), "counts": ([0] if mask[0, 0] else []) + [int(c) for c in counts if c]}


@quick
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 1)))
def test_run_lengths_in_both_spellings_are_the_mask(mask: Any) -> None:
    code = run_lengths.encode(np.asfortranarray(mask))
    compressed = {"size": list(mask.shape), "counts": code["counts"].decode()}
    for value in (compressed, uncompressed(mask)):
        if not mask.any():
            with pytest.raises(OutlineError, match="of no pixel"):
                read_outline(value)
            continue
        outline = read_outline(value)
        assert outline is not None
        assert (drawn(outline, mask.shape[::-1]) == mask).all()
        assert outline.polygons().area == outline.area() == mask.sum()
        rows, columns = np.nonzero(mask)
        box = outline.bounds()
        assert box[:2] == (columns.min(), rows.min())
        assert (box[2], box[3]) == (np.ptp(columns) + 1, np.ptp(rows) + 1)


@pytest.mark.parametrize("value", [None, [], {}, "", [[]]])
def test_nothing_is_no_outline(value: Any) -> None:
    assert read_outline(value) is None


def test_rings() -> None:
    square = [40, 0, 50, 0, 50, 10, 40, 10]
    for value, area in (
        ([L_SHAPE], 336),
        (L_SHAPE, 336),
        ([L_SHAPE, square, [1, 1]], 436),
        ([L_SHAPE, L_SHAPE], 336),
    ):
        outline = read_outline(value)
        assert outline is not None
        assert outline.area() == area
        assert drawn(outline, (60, 40)).sum() == pytest.approx(area, abs=60)
    pairs = read_outline([[[0, 0], [20, 0], [20, 8], [0, 0]]])
    assert pairs is not None
    assert len(pairs.rings[0]) == 3


def test_a_bow_tie_is_repaired() -> None:
    outline = read_outline([[0, 0, 10, 10, 10, 0, 0, 10]])
    assert outline is not None
    assert outline.area() == 50
    assert len(outline.polygons().geoms) == 2


def test_far_outside_of_the_image_is_cut_before_it_is_drawn() -> None:
    outline = read_outline([[0, 0, 9e6, 0, 9e6, 9e6, 0, 9e6]])
    assert outline is not None
    assert drawn(outline, (30, 20)).all()
    beside = read_outline([[90, 90, 99, 90, 99, 99]])
    assert beside is not None
    assert not drawn(beside, (30, 20)).any()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (3, "neither polygons nor run lengths"),
        ([[1, 2, 3, 4]], "fewer than three points"),
        ([[1, 1, 5, 1, 9, 1]], "without area"),
        ([[1, 2, 3, 4, 5, 6, 7]], "odd number"),
        ([[1, 2, 3, 4, "5", 6]], "no number"),
        ([[1, 2, 3, float("inf"), 5, 6]], "no number"),
        ([[1, 2, 3, 1e300, 5, 6]], "beyond"),
        ({"counts": [1]}, "without a size"),
        ({"size": [2, 2]}, "without counts"),
        ({"size": [2, 2], "counts": [1, 1]}, "do not add up"),
        ({"size": [2, 2], "counts": [5, -1]}, "do not add up"),
        ({"size": [1 << 20, 1 << 20], "counts": "0"}, "more than"),
        ({"size": [2, 2], "counts": "ooooooooooooooooooo"}, "do not add up"),
        ({"size": [2, 2], "counts": "\x00~~"}, "do not add up"),
        ({"size": [2, 2], "counts": "1"}, "do not add up"),
    ],
)
def test_what_is_no_outline(value: Any, reason: str) -> None:
    with pytest.raises(OutlineError, match=reason):
        read_outline(value)


@given(st.text(st.characters(min_codepoint=40, max_codepoint=120), max_size=12), st.integers(1, 40))
def test_no_text_makes_pycocotools_read_beyond_the_image(text: str, side: int) -> None:
    try:
        outline = read_outline({"size": [side, side], "counts": text})
    except OutlineError:
        return
    assert outline is None or drawn(outline, (side, side)).sum() == outline.area()
