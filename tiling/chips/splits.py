"""Splits into training, validation and test by geography: blocks of ground with a buffer between them.

Chips of neighbouring ground look alike, so that a random split tests a model on what it was trained on
(Roberts et al. 2017, Ecography 40:913-929, "Cross-validation strategies for data with … spatial … structure").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from tiling.arrays import Floats, Ints
from tiling.errors import SplitError

# Chips this much nearer than the buffer, pixels, are so by rounding.
_ROUNDING_PX = 1e-6

# Rounds in which the target shares are corrected by the ones achieved; the best round is taken.
_ROUNDS = 24


@dataclass(frozen=True)
class SplitSpec:
    """Shares of the splits, and the blocks that are assigned to them.

    Attributes:
        shares: Names of the splits and their shares of chips, which sum to 1.
        block_px: Side of the square blocks that are assigned to one split each, pixels.
        buffer_px: Least distance between chips of different splits, pixels.
        seed: Seed of the order in which blocks are assigned.

    Raises:
        SplitError: Names twice, shares that do not sum to 1, a block or a buffer of an impossible size.
    """

    shares: tuple[tuple[str, float], ...]
    block_px: float = 2048.0
    buffer_px: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check names, shares and sizes."""
        names = [name for name, _ in self.shares]
        shown = ", ".join(f"{name}={share:g}" for name, share in self.shares)
        if not names or len(set(names)) < len(names) or not all(names):
            raise SplitError(f"The splits {shown or 'none'} were given; expected names that differ.")
        if any(not share > 0 for _, share in self.shares):
            raise SplitError(f"The splits {shown} were given; every share must be above 0.")
        total = math.fsum(share for _, share in self.shares)
        if abs(total - 1) > 1e-6:
            raise SplitError(f"The splits {shown} sum to {total:g}; expected 1.")
        if not (0 < self.block_px < math.inf and 0 <= self.buffer_px < math.inf):
            raise SplitError(
                f"Blocks of {self.block_px:g} px with a buffer of {self.buffer_px:g} px were given; expected "
                "more than 0 and at least 0."
            )


def split_chips(boxes: Floats, planes: Ints, spec: SplitSpec) -> Ints:
    """Assign every chip to a split, or to none.

    The plane is divided into blocks, from the corner of all chips. Blocks go to the split that is furthest
    behind its share of chips, in a seeded order. A chip belongs to the block of its centre; where chips of
    two splits share pixels or are nearer than the buffer, the one of the larger share is dropped, so that
    small splits stay whole. This is repeated with corrected shares, and the round nearest to the shares
    asked for is taken. The result depends on the set of chips, not on their order.

    Args:
        boxes: (N, 4) float64 xmin, ymin, xmax, ymax of chips on the ground, in pixels.
        planes: (N,) number of the plane each lies on; chips of different planes are infinitely far apart.
        spec: Shares, block, buffer and seed.

    Returns:
        (N,) int64, an index into `spec.shares`, -1 for a chip that is dropped.

    >>> corners = np.array([(col, row) for row in (0, 512) for col in range(0, 2048, 512)], dtype=np.float64)
    >>> boxes = np.hstack([corners, corners + 512])
    >>> spec = SplitSpec((("train", 0.5), ("val", 0.5)), block_px=1024)
    >>> split_chips(boxes, np.zeros(len(boxes), np.int64), spec).tolist()
    [0, 0, 1, 1, 0, 0, 1, 1]
    """
    if len(boxes) == 0:
        return np.empty(0, dtype=np.int64)
    cells = _cells(boxes, planes, spec.block_px)
    weights = np.bincount(cells).astype(np.float64)
    near = near_pairs(boxes, planes, spec.buffer_px)
    near = near[:, cells[near[0]] != cells[near[1]]]
    order = np.random.default_rng(spec.seed).permutation(len(weights))
    wanted = np.array([share for _, share in spec.shares])
    aim, best_error = wanted, math.inf
    best = np.full(len(boxes), -1, dtype=np.int64)
    for _ in range(_ROUNDS):
        split = _drop_conflicts(_assign_blocks(weights, order, aim)[cells], near, wanted)
        kept = split[split >= 0]
        got = np.bincount(kept, minlength=len(wanted)) / float(max(1, len(kept)))
        error = float(np.max(np.abs(got - wanted)))
        if error < best_error:
            best, best_error = split, error
        aim = aim * np.sqrt(wanted / np.maximum(got, wanted / 4))
        aim /= aim.sum()
    return best


def _cells(boxes: Floats, planes: Ints, block_px: float) -> Ints:
    """Return (N,) the block of each chip's centre, numbered by plane, row and column of blocks that hold any."""
    keys = np.empty((len(boxes), 3), dtype=np.int64)
    for plane in np.unique(planes):
        here = planes == plane
        part = boxes[here]
        corner, extent = part[:, :2].min(axis=0), np.ptp(part.reshape(-1, 2), axis=0)
        # A remainder of less than half a block joins the last block of its row.
        counts = np.maximum(1, np.rint(extent / block_px)).astype(np.int64)
        centres = (part[:, :2] + part[:, 2:]) / 2
        cell = np.minimum(((centres - corner) // block_px).astype(np.int64), counts - 1)
        keys[here] = np.column_stack((np.full(len(part), plane), cell[:, 1], cell[:, 0]))
    _, numbers = np.unique(keys, axis=0, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64).reshape(-1)


def near_pairs(boxes: Floats, planes: Ints, buffer_px: float) -> Ints:
    """Return (2, M) pairs i < j of chips that share pixels or are nearer than the buffer."""
    pairs = []
    for plane in np.unique(planes):
        here = np.flatnonzero(planes == plane)
        part = boxes[here]
        frames = shapely.box(part[:, 0], part[:, 1], part[:, 2], part[:, 3])
        grown = part + np.array([-1, -1, 1, 1]) * buffer_px
        wide = shapely.box(grown[:, 0], grown[:, 1], grown[:, 2], grown[:, 3])
        first, second = shapely.STRtree(frames).query(wide)
        once = first < second
        first, second = first[once], second[once]
        gap = np.maximum(part[first, :2] - part[second, 2:], part[second, :2] - part[first, 2:])
        apart = np.hypot(*np.maximum(gap, 0).T)
        shared = (gap < -_ROUNDING_PX).all(axis=1)
        close = shared | (apart < buffer_px - _ROUNDING_PX)
        pairs.append(np.stack((here[first[close]], here[second[close]])))
    return np.concatenate(pairs, axis=1)


def _assign_blocks(weights: Floats, order: Ints, aim: Floats) -> Ints:
    """Return (blocks,) the split of each block: large blocks first, each to the split that lacks most."""
    order = order[np.argsort(-weights[order], kind="stable")]
    lacking = aim * weights.sum()
    split = np.empty(len(weights), dtype=np.int64)
    for cell in order:
        split[cell] = int(np.argmax(lacking))
        lacking[split[cell]] -= weights[cell]
    return split


def _drop_conflicts(split: Ints, near: Ints, shares: Floats) -> Ints:
    """Return `split` with -1 for chips too near to a kept one of a smaller share (of a later name, if equal)."""
    kept = split.copy()
    rank = np.empty(len(shares), dtype=np.int64)
    rank[np.lexsort((-np.arange(len(shares)), shares))] = np.arange(len(shares))
    first, second = near
    for level in range(len(shares)):
        for one, other in ((first, second), (second, first)):
            ahead = (kept[one] >= 0) & (rank[kept[one]] == level)
            behind = (kept[other] >= 0) & (rank[kept[other]] > level)
            kept[other[ahead & behind]] = -1
    return kept
