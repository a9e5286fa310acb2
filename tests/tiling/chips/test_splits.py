"""Tests of `tiling.chips.splits`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tiling.chips.splits import SplitSpec, split_chips
from tiling.errors import SplitError
from tiling.grid.plan import ChipSpec, plan_chips

SHARES = (("train", 0.7), ("val", 0.15), ("test", 0.15))


def grid_boxes(width: int, height: int, size: int, overlap: int) -> np.ndarray:
    """The chips of a raster as boxes."""
    windows = plan_chips(width, height, ChipSpec(size, overlap))
    return np.array([[w.col, w.row, w.right, w.bottom] for w in windows], dtype=np.float64)


@st.composite
def chip_sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Chips of one or two rasters that may overlap, on one plane or on two, some missing."""
    parts, planes = [], []
    for number in range(draw(st.integers(1, 2))):
        size = draw(st.integers(5, 20))
        overlap = draw(st.integers(0, size - 3))
        boxes = grid_boxes(draw(st.integers(20, 120)), draw(st.integers(20, 90)), size, overlap)
        keep = np.random.default_rng(draw(st.integers(0, 99))).random(len(boxes)) < 0.9
        parts.append(boxes[keep] + draw(st.integers(-50, 50)) + draw(st.sampled_from([0.0, 0.25])))
        planes.append(np.full(int(keep.sum()), draw(st.sampled_from([0, number]))))
    return np.concatenate(parts), np.concatenate(planes).astype(np.int64)


@st.composite
def specs(draw: st.DrawFn) -> SplitSpec:
    shares = draw(st.sampled_from([SHARES, (("a", 0.5), ("b", 0.5)), (("only", 1.0),)]))
    return SplitSpec(shares, draw(st.integers(5, 60)), draw(st.integers(0, 15)), draw(st.integers(0, 9)))


@examples(60)
@given(chip_sets(), specs(), st.integers(0, 1000))
def test_splits_share_no_pixel_and_keep_their_distance(
    chips: tuple[np.ndarray, np.ndarray], spec: SplitSpec, seed: int
) -> None:
    boxes, planes = chips
    split = split_chips(boxes, planes, spec)
    kept = split >= 0
    near, far, of, plane = boxes[kept, :2], boxes[kept, 2:], split[kept], planes[kept]
    gap = np.maximum(near[:, None] - far, near - far[:, None])
    apart = ~(gap < 0).all(axis=2) & (np.hypot(*np.maximum(gap, 0).transpose(2, 0, 1)) >= spec.buffer_px)
    assert apart[(of[:, None] != of) & (plane[:, None] == plane)].all()
    order = np.random.default_rng(seed).permutation(len(boxes))
    assert (split_chips(boxes[order], planes[order], spec) == split[order]).all()


def test_chips_without_overlap_are_all_kept() -> None:
    boxes = grid_boxes(2000, 2000, 50, 0)
    split = split_chips(boxes, np.zeros(len(boxes), dtype=np.int64), SplitSpec(SHARES, 400))
    assert (split >= 0).all()  # chips that do not overlap share nothing, wherever blocks end


@given(st.integers(0, 50))
@examples(10)
def test_shares_are_met(seed: int) -> None:
    boxes = grid_boxes(11264, 8704, 512, 64)
    split = split_chips(boxes, np.zeros(len(boxes), dtype=np.int64), SplitSpec(SHARES, 2048, 128, seed))
    kept = split[split >= 0]
    assert len(kept) > 0.75 * len(boxes)
    got = np.bincount(kept, minlength=3) / len(kept)
    assert got == pytest.approx([0.7, 0.15, 0.15], abs=0.05)


def test_another_seed_is_another_split() -> None:
    boxes, planes = grid_boxes(3000, 3000, 100, 0), np.zeros(900, dtype=np.int64)
    splits = [split_chips(boxes, planes, SplitSpec(SHARES, 500, 0, seed)) for seed in range(4)]
    assert len({tuple(split) for split in splits}) == 4


def test_images_without_georeference_are_in_one_split_each() -> None:
    boxes = np.tile(grid_boxes(100, 100, 50, 10), (40, 1))
    planes = np.repeat(np.arange(40), len(boxes) // 40)
    split = split_chips(boxes, planes, SplitSpec(SHARES, 2048, 30))
    assert (split >= 0).all()
    assert all(len(set(split[planes == plane])) == 1 for plane in range(40))
    assert np.bincount(split).tolist() == [28 * 9, 6 * 9, 6 * 9]


def test_no_chips_no_split() -> None:
    assert split_chips(np.empty((0, 4)), np.empty(0, dtype=np.int64), SplitSpec(SHARES)).tolist() == []


@pytest.mark.parametrize(
    "given",
    [
        {"shares": ()},
        {"shares": (("a", 0.5), ("a", 0.5))},
        {"shares": (("a", 0.5), ("b", 0.4))},
        {"shares": (("a", 1.5), ("b", -0.5))},
        {"shares": SHARES, "block_px": 0},
        {"shares": SHARES, "buffer_px": -1},
        {"shares": SHARES, "block_px": float("nan")},
    ],
)
def test_impossible_splits(given: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(SplitError):
        SplitSpec(**given)
