"""Merging what many blocks found without holding it all: what no block to come can change leaves at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import shapely

from detectors.detections import Detections, Space
from detectors.merging.fuse import group_bounds
from detectors.merging.merge import DEFAULT_IOS, DEFAULT_IOU, merge_detections
from detectors.merging.overlap import Floats, Ints, Mask, connected, overlapping_pairs
from detectors.merging.stitch import matching_fragments

Polygons = npt.NDArray[np.object_]

_SIMPLIFIED_PX = 1.0  # what the union of pieces may reach beyond them


def outline_bounds(part: Detections) -> Floats:
    """(4,) float64, x0, y0, x1, y1: the bounds of all outlines; NaN where there are none."""
    if not len(part):
        return np.full(4, np.nan)
    return np.concatenate([part.coords.min(axis=0), part.coords.max(axis=0)])


def merge_blocks(
    extents: Floats,
    read: Callable[[int], Detections],
    *,
    iou: float = DEFAULT_IOU,
    ios: float = DEFAULT_IOS,
) -> Iterator[Detections]:
    """Suppress across parts, one part in memory after the other: the same objects as `merge_detections` of all.

    Held are the objects that lie in the extent of a part to come, and what hangs together with them. For blocks, that
    is a seam along the front.

    The one thing that is not foreseen: the union of rectangles is a rectangle, and one that is joined with pieces of
    a part to come may reach, with a corner that neither piece covers, an object that has left.

    Args:
        extents: (P, 4) float64, the `outline_bounds` of each part.
        read: gives a part, which may be empty; called once for each, in the order of `extents`.
        iou: see `merge_detections`.
        ios: see `merge_detections`.

    Yields:
        What is finished after each part, each highest score first; may be empty.
    """
    held = Detections.empty(Space.RESAMPLED)
    for index in range(len(extents)):
        part = read(index)
        held = Detections.concatenate([held, part] if len(held) else [part], part.space)
        waits = _waiting(held, extents[index + 1 :], iou, ios)
        yield merge_detections(held.take(~waits), iou=iou, ios=ios)
        held = held.take(waits)


def _waiting(found: Detections, to_come: Floats, iou: float, ios: float) -> Mask:
    """(N,) whether an object, or one that has to do with it, may overlap one of a part to come."""
    first, second = matching_fragments(found)
    joined = connected(len(found), first, second)
    reach = _reach(found.polygons(), joined)
    one, other = _related(found, reach, iou, ios)
    everyone = np.arange(len(found))
    group = connected(len(found), np.append(one, joined), np.append(other, everyone))
    near = np.zeros(len(found))
    near[_touching(reach, to_come)] = 1
    waits: Mask = np.bincount(group, near, len(found))[group] > 0
    return waits


def _reach(polygons: Polygons, joined: Ints) -> Polygons:
    """(N,) where what comes of each may lie: a rectangle around pieces that are `joined` (N,), else its outline."""
    reach, alone = polygons.copy(), np.bincount(joined, minlength=len(polygons))[joined] == 1
    around = group_bounds(shapely.bounds(polygons), joined)[joined[~alone]]
    low, high = around[:, :2] - _SIMPLIFIED_PX, around[:, 2:] + _SIMPLIFIED_PX
    reach[~alone] = shapely.box(*low.T, *high.T)
    return reach


def _related(found: Detections, reach: Polygons, iou: float, ios: float) -> tuple[Ints, Ints]:
    """Positions of pairs of which one may decide about the other: they overlap too much, or one is a cut piece, which
    others may account for, and which changes where it is joined."""
    polygons = found.polygons()
    pairs = overlapping_pairs(polygons, found.labels)
    close = pairs.take(pairs.clash(shapely.area(polygons), iou, ios))
    pieces = np.flatnonzero(found.edge_flags)
    asking, touched = shapely.STRtree(reach).query(reach[pieces], predicate="intersects")
    asking = pieces[asking]
    alike = found.labels[asking] == found.labels[touched]
    return np.append(close.first, asking[alike]), np.append(close.second, touched[alike])


def _touching(reach: Polygons, extents: Floats) -> Ints:
    """Positions of those whose bounds touch one of the extents (P, 4)."""
    there = extents[~np.isnan(extents[:, 0])]
    bounds: Polygons = np.asarray(shapely.box(*shapely.bounds(reach).T))
    return np.unique(shapely.STRtree(bounds).query(shapely.box(*there.T))[1])
