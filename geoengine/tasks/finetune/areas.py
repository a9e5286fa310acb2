"""Training and held-out areas: reviewed cells, split by geography."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import shapely

from detectors.model_package.card import ModelCard
from geoengine.model import GroundCells
from geoengine.tasks.finetune.labels import CompleteGround, SceneLabels
from tiling.arrays import Geometries, Ints, Mask
from tiling.chips.splits import SplitSpec, split_chips
from tiling.grid.ground_boxes import ground_boxes
from tiling.grid.plan import plan_blocks
from tiling.grid.window import PixelWindow

CELL_PX = 256
"""Side of the cells that are in or out, at the model's ground resolution."""

BUFFER_M = 10.0
HELD_OUT_SHARE = 0.25
_BLOCK_CELLS = (8, 4, 2, 1)  # sides of the spatial blocks that are tried, in cells
_DRAWS = 16  # orders of the blocks that are tried
_FEW_CELLS = 2000  # with more, the first order that gives enough labels will do
_SEEDS = 2**16  # apart, so that no draw of one seed is the first of another
_SLIVER_PX = 32  # a narrower rest at the scene's border shows too little of anything
_WINDOW_CELLS = 8  # cells side by side become one sample, up to this many each way
_INSIDE = 0.98  # of a cell: an area's border is rounded on its way from one CRS to another

_BACKGROUND = 4  # empty cells of complete ground for each one with a decided object
_LEAST_BACKGROUND = 256

TRAIN, HELD_OUT = 0, 1


@dataclass(frozen=True)
class TrainingArea:
    """Windows of one scene that are all trained on, or all held out.

    Attributes:
        labels: The scene's labels.
        part: `TRAIN` or `HELD_OUT`.
        labelled: (K,) bool, the classes that the windows are completely labelled for.
        windows: At the model's ground resolution; none share a pixel.
    """

    labels: SceneLabels
    part: int
    labelled: tuple[bool, ...]
    windows: tuple[PixelWindow, ...]

    def count(self) -> Ints:
        """Count accepted objects in the windows, (K,) by class, of classes these are labelled for."""
        true = self.labels.accepted
        points = shapely.point_on_surface(self.labels.polygons[true])
        index, _ = shapely.STRtree([_frame(window) for window in self.windows]).query(points, "intersects")
        found = np.bincount(self.labels.classes[true][np.unique(index)], minlength=len(self.labelled))
        return np.asarray(found * np.array(self.labelled), np.int64)


def reviewed_cells(labels: SceneLabels, count: int) -> tuple[list[PixelWindow], Mask]:
    """Return the cells of a scene that count as completely labelled for a class.

    A cell counts as reviewed for a class where a person accepted or rejected an object of the class in it, and no
    proposal of the class waits there; what is not labelled in it is background. Inside an area given as completely
    labelled, and, without one, on ground that is complete for the class, no decision is needed. Cells
    at the border of such ground are left out. Of complete cells without any object, as many are taken as `_BACKGROUND`
    times those with one, and a few hundred more, spread over the scene: a sample is as true, and fits into memory.

    Args:
        labels: Labels of the scene.
        count: Number of wanted classes.

    Returns:
        N cells, which share no pixel, and (N, count) bool for which classes each is labelled; for one at least.
    """
    origin = PixelWindow(0, 0, labels.grid.width, labels.grid.height)
    if labels.area is not None:
        if not len(labels.area):
            return [], np.empty((0, count), bool)
        left, top, right, bottom = shapely.total_bounds(shapely.intersection(labels.area, _frame(origin)))
        col, row = int(np.ceil(left)), int(np.ceil(top))
        origin = PixelWindow(col, row, max(1, int(right) - col), max(1, int(bottom) - row))
    cells = [
        PixelWindow(origin.col + core.col, origin.row + core.row, core.width, core.height)
        for core in (block.core for block in plan_blocks(origin.width, origin.height, CELL_PX, 0))
        if min(core.width, core.height) >= min(_SLIVER_PX, CELL_PX)
    ]
    frames = np.array([_frame(cell) for cell in cells], object)
    waiting = _touched(frames, labels, labels.undecided, count)
    if labels.area is None:
        seen = _touched(frames, labels, ~labels.undecided, count)
        if labels.complete:
            complete = np.logical_or.reduce([_complete(labels, one, cells) for one in labels.complete])
            seen |= _sampled(complete, np.asarray(seen.any(axis=1)))
    else:
        covered = shapely.area(shapely.intersection(frames, shapely.union_all(labels.area)))
        seen = np.repeat((covered >= _INSIDE * shapely.area(frames))[:, None], count, axis=1)
    flags = seen & ~waiting
    kept = np.flatnonzero(flags.any(axis=1))
    return [cells[index] for index in kept], flags[kept]


def _complete(labels: SceneLabels, complete: CompleteGround, cells: Sequence[PixelWindow]) -> Mask:
    """Return (N, K) whether cells lie on complete ground, for the classes that it is complete for."""
    scene, grid = labels.scene.grid, labels.grid
    boxes = np.array([(c.col, c.row, c.right, c.bottom) for c in cells], np.float64).reshape(-1, 4)
    boxes = scene.to_pixel(grid.to_world(boxes.reshape(-1, 2))).reshape(-1, 4)
    covered = GroundCells(scene.width, scene.height).covered(complete.seen, boxes) >= _INSIDE
    return np.asarray(covered[:, None] & complete.classes[None, :], bool)


def _sampled(complete: Mask, decided: Mask) -> Mask:
    """Return the flags of complete cells, (N, K), without those empty ones that are too many."""
    empty = np.flatnonzero(complete.any(axis=1) & ~decided)
    most = _LEAST_BACKGROUND + _BACKGROUND * int(decided.sum())
    kept = complete.copy()
    if len(empty) > most:
        dropped = np.random.default_rng(len(complete)).permutation(empty)[most:]
        kept[dropped] = False
    return kept


def split_areas(
    scenes: Sequence[SceneLabels], card: ModelCard, wanted: Sequence[str], seed: int, needed: tuple[int, int]
) -> list[TrainingArea]:
    """Split the reviewed cells by spatial blocks, with a buffer between training and held-out areas.

    Several block sizes and orders of the blocks are tried. What comes nearest to `needed` for every class is taken; of
    equals, what keeps most labels in the proportion that is wanted.

    Args:
        scenes: The labels of all scenes.
        card: Model card, for its GSD.
        wanted: Keys of the classes.
        seed: Seed of the assignment of blocks.
        needed: Numbers of labels of each class to train on and to measure on.
    """
    cells, flags, sources = [], [], []
    for number, labels in enumerate(scenes):
        found, labelled = reviewed_cells(labels, len(wanted))
        cells += found
        flags += [tuple(row) for row in labelled.tolist()]
        sources += [number] * len(found)
    if not cells:
        return []
    windows = np.array([(c.col, c.row, c.width, c.height) for c in cells], np.int64)
    grids = [labels.grid for labels in scenes]
    boxes, planes = ground_boxes(grids, np.array(sources, np.int64), windows)
    shares = (("learn", 1 - HELD_OUT_SHARE), ("apart", HELD_OUT_SHARE))
    tries: list[list[TrainingArea]] = []
    for draw in range(_DRAWS):
        for side in _BLOCK_CELLS:
            spec = SplitSpec(shares, side * CELL_PX, BUFFER_M / card.gsd_m, seed + draw * _SEEDS)
            parts = split_chips(boxes, planes, spec)
            tries.append(_grouped(scenes, cells, flags, sources, parts.tolist()))
        best = max(tries, key=lambda areas: _worth(areas, len(wanted), needed))
        if len(cells) > _FEW_CELLS and _worth(best, len(wanted), needed)[0] >= 1:
            break
    return best


def count_labels(areas: Sequence[TrainingArea], count: int) -> Ints:
    """Return (2, K) numbers of labels of each class, to train on and held out."""
    counts = np.zeros((2, count), np.int64)
    for one in areas:
        counts[one.part] += one.count()
    return counts


def _grouped(
    scenes: Sequence[SceneLabels],
    cells: Sequence[PixelWindow],
    flags: Sequence[tuple[bool, ...]],
    sources: Sequence[int],
    parts: Sequence[int],
) -> list[TrainingArea]:
    """Join adjacent cells of the same scene, part and labels; cells of the buffer are left out."""
    rows = sorted(
        (row for row in zip(sources, parts, flags, cells, strict=True) if row[1] >= 0),
        key=lambda row: (*row[:3], row[3].row, row[3].col),
    )
    found = []
    for (source, part, labelled), group in groupby(rows, key=lambda row: row[:3]):
        windows = tuple(joined([row[3] for row in group], _WINDOW_CELLS * CELL_PX))
        found.append(TrainingArea(scenes[source], part, labelled, windows))
    return found


def joined(cells: Sequence[PixelWindow], limit_px: int) -> list[PixelWindow]:
    """Join adjacent cells to windows of at most `limit_px` a side, so that fewer objects are cut."""
    runs: list[PixelWindow] = []
    for cell in sorted(cells, key=lambda c: (c.row, c.height, c.col)):
        last = runs[-1] if runs else None
        beside = last and (last.row, last.height, last.right) == (cell.row, cell.height, cell.col)
        if last and beside and last.width + cell.width <= limit_px:
            runs[-1] = PixelWindow(last.col, last.row, last.width + cell.width, last.height)
        else:
            runs.append(cell)
    windows: list[PixelWindow] = []
    for run in sorted(runs, key=lambda r: (r.col, r.width, r.row)):
        last = windows[-1] if windows else None
        below = last and (last.col, last.width, last.bottom) == (run.col, run.width, run.row)
        if last and below and last.height + run.height <= limit_px:
            windows[-1] = PixelWindow(last.col, last.row, last.width, last.height + run.height)
        else:
            windows.append(run)
    return windows


def _worth(areas: Sequence[TrainingArea], count: int, needed: tuple[int, int]) -> tuple[float, float]:
    counts = count_labels(areas, count)
    shares = np.minimum(1.0, counts / np.maximum(1, np.array(needed))[:, None])
    learnt, apart = counts.sum(axis=1).tolist()
    return float(shares.min()), min(learnt / (1 - HELD_OUT_SHARE), apart / HELD_OUT_SHARE)


def _touched(frames: Geometries, labels: SceneLabels, which: Mask, count: int) -> Mask:
    """Return (N, count) whether an object of a class, of those in `which`, intersects a frame."""
    touched = np.zeros((len(frames), count), bool)
    index, cell = shapely.STRtree(frames).query(labels.polygons[which], "intersects")
    touched[cell, labels.classes[which][index]] = True
    return touched


def _frame(window: PixelWindow) -> shapely.Polygon:
    return shapely.box(window.col, window.row, window.right, window.bottom)
