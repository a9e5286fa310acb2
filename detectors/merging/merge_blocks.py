"""Merging of detections across blocks in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import shapely

from detectors.detections import Detections, Space
from detectors.merging.merge import DEFAULT_RULES, MergeRules, merge_detections
from detectors.merging.overlap import connected
from detectors.merging.stitch import group_bounds, matching_fragments
from tiling.arrays import Floats, Geometries, Ints, Mask

_SIMPLIFIED_PX = 1.0  # how far the simplified union of fragments may lie outside of them


def outline_bounds(part: Detections) -> Floats:
    """Return (4,) float64, x0, y0, x1, y1: the bounds of all polygons; NaN where there are none."""
    if not len(part):
        return np.full(4, np.nan)
    return np.concatenate([part.coords.min(axis=0), part.coords.max(axis=0)])


def merge_blocks(
    bounds: Floats,
    read: Callable[[int], Detections],
    rules: MergeRules = DEFAULT_RULES,
) -> Iterator[Detections]:
    """Merge the detections of many blocks, with one block and the open detections in memory.

    Returns the same objects as `merge_detections` of all. A detection stays open while it, or one that it may merge
    with, lies in the bounds of a later block. For blocks in row order, the open ones lie along the front.

    One case is not foreseen: the union of rectangles is a rectangle, and one that is stitched with fragments of a later
    block may overlap, with a corner that neither fragment covers, a detection that was yielded already.

    Args:
        bounds: (B, 4) float64, x0, y0, x1, y1 that hold all polygons of each block, as from `outline_bounds`; NaN
            for a block without any. Larger bounds cost memory only.
        read: Returns the detections of a block. Called once for each, in the order of `bounds`.
        rules: See `merge_detections`.

    Yields:
        The detections that are finished after each block, highest score first; may be empty.
    """
    held = Detections.empty(Space.RESAMPLED)
    for index in range(len(bounds)):
        part = read(index)
        held = Detections.concatenate([held, part] if len(held) else [part], part.space)
        is_open = _open(held, bounds[index + 1 :], rules)
        yield merge_detections(held.take(~is_open), rules)
        held = held.take(is_open)


def _open(found: Detections, later: Floats, rules: MergeRules) -> Mask:
    """Return (N,) whether a detection, or one that it may merge with, may overlap one of the `later` bounds."""
    first, second = matching_fragments(found)
    stitched = connected(len(found), first, second)
    area = _possible_area(found.polygons(), stitched)
    one, other = _related(found, area, rules)
    everyone = np.arange(len(found))
    group = connected(len(found), np.append(one, stitched), np.append(other, everyone))
    near = np.zeros(len(found))
    near[_touching(area, later)] = 1
    is_open: Mask = np.bincount(group, near, len(found))[group] > 0
    return is_open


def _possible_area(polygons: Geometries, stitched: Ints) -> Geometries:
    """Return (N,) where each may lie after the merge: a rectangle around `stitched` (N,) groups, else its polygon."""
    area, alone = polygons.copy(), np.bincount(stitched, minlength=len(polygons))[stitched] == 1
    around = group_bounds(shapely.bounds(polygons), stitched)[stitched[~alone]]
    low, high = around[:, :2] - _SIMPLIFIED_PX, around[:, 2:] + _SIMPLIFIED_PX
    area[~alone] = shapely.box(*low.T, *high.T)
    return area


def _related(found: Detections, area: Geometries, rules: MergeRules) -> tuple[Ints, Ints]:
    """Return positions of pairs of which one may decide about the other.

    They overlap too much, or one is a fragment, which others may cover, and which changes where it is stitched.
    """
    close = rules.pairs(found)
    fragments = np.flatnonzero(found.edge_flags)
    asking, touched = shapely.STRtree(area).query(area[fragments], predicate="intersects")
    asking = fragments[asking]
    alike = rules.any_class | (found.labels[asking] == found.labels[touched])
    return np.append(close.first, asking[alike]), np.append(close.second, touched[alike])


def _touching(area: Geometries, bounds: Floats) -> Ints:
    """Return positions of the areas whose own bounds touch one of the bounds (B, 4)."""
    present = bounds[~np.isnan(bounds[:, 0])]
    boxes: Geometries = np.asarray(shapely.box(*shapely.bounds(area).T))
    return np.unique(shapely.STRtree(boxes).query(shapely.box(*present.T))[1])
