"""Of objects that overlap, one is made: their union, or their weighted mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from detectors.detections import Detections, is_cut
from detectors.merging.overlap import Floats, Ints
from detectors.merging.suppress import nms_clusters, ranked
from detectors.polygons.vectorize import simplify

_SEAM_TOLERANCE_PX = 0.75


def union_overlapping(found: Detections, iou: float, ios: float) -> Detections:
    """Greedy non-maximum merging (Akyon et al. 2022, arXiv:2202.06934): the kept ones take in those that go to them.

    Repeated until no two overlap by more than the limits, for a union may overlap what its parts did not.

    Args:
        found: ranked.
        iou: see `nms_clusters`.
        ios: see `nms_clusters`.
    """
    return _until_apart(found, iou, ios, union_groups)


def average_overlapping(found: Detections, iou: float, ios: float) -> Detections:
    """Weighted fusion (Solovyev et al. 2021, arXiv:1910.13302), of outlines as of boxes.

    The box of those that go to one kept is the mean of theirs, weighted by score; its score is the mean of theirs; its
    outline is the kept one's, stretched into that box. For objects that are boxes this is the paper's fusion for one
    model, but for the clusters: they form around the best one and not around the running mean. Repeated until no two
    overlap by more than the limits.

    Args:
        found: ranked.
        iou: see `nms_clusters`.
        ios: see `nms_clusters`.
    """
    return _until_apart(found, iou, ios, _averaged)


def _until_apart(
    found: Detections, iou: float, ios: float, fuse: Callable[[Detections, Ints], Detections]
) -> Detections:
    while True:
        kept_by = nms_clusters(found, iou, ios)
        if np.array_equal(kept_by, np.arange(len(found))):
            return found
        found = fuse(found, kept_by)


def union_groups(found: Detections, kept_by: Ints) -> Detections:
    """Put the union in the place of each kept one, with its score.

    Args:
        found: the detections.
        kept_by: (N,) int64, the position of the one that each goes to.
    """
    polygons, kept = found.polygons(), kept_by == np.arange(len(found))
    groups = _groups(kept_by)
    for group in groups:
        polygons[kept_by[group[0]]] = _union_of(polygons[group])
    changed = np.array([kept_by[group[0]] for group in groups], np.int64)
    boxes, seen = group_bounds(found.boxes, kept_by), group_bounds(found.seen, kept_by)
    flags = found.edge_flags.copy()
    flags[changed] = is_cut(boxes[changed], seen[changed])
    whole = replace(found, boxes=boxes, seen=seen, edge_flags=flags)
    return whole.with_polygons(polygons).take(kept)


def _averaged(found: Detections, kept_by: Ints) -> Detections:
    size, kept = len(found), np.unique(kept_by)
    count, weight = np.bincount(kept_by, minlength=size), np.bincount(kept_by, found.scores, size)
    columns = [np.bincount(kept_by, found.scores * column, size) for column in found.boxes.T]
    boxes = np.column_stack(columns)[kept] / weight[kept, None]
    alone = count[kept] == 1
    boxes[alone] = found.boxes[kept[alone]]
    scores = np.where(alone, found.scores[kept], weight[kept] / count[kept])
    seen = group_bounds(found.seen, kept_by)[kept]
    flags = np.where(alone, found.edge_flags[kept], is_cut(boxes, seen))
    whole = found.take(kept)
    polygons, changed = whole.polygons(), ~alone  # the others keep every bit
    polygons[changed] = _stretched(polygons[changed], whole.boxes[changed], boxes[changed])
    fused = replace(whole, boxes=boxes, scores=scores, seen=seen, edge_flags=flags)
    return ranked(fused.with_polygons(polygons))


def _stretched(polygons: npt.NDArray[np.object_], before: Floats, after: Floats) -> npt.NDArray[np.object_]:
    """Polygons as their boxes (N, 4) go from `before` to `after`."""
    old, new = before[:, 2:] - before[:, :2], after[:, 2:] - after[:, :2]
    scale = np.divide(new, old, out=np.ones_like(old), where=old > 0)
    coords, index = shapely.get_coordinates(polygons, return_index=True)
    moved = (coords - before[index, :2]) * scale[index] + after[index, :2]
    stretched: npt.NDArray[np.object_] = shapely.set_coordinates(polygons.copy(), moved)
    return stretched


def _groups(kept_by: Ints) -> list[Ints]:
    """Positions of each group of two or more."""
    members = np.flatnonzero(np.bincount(kept_by)[kept_by] > 1)
    members = members[np.argsort(kept_by[members], kind="stable")]
    groups = np.split(members, np.flatnonzero(np.diff(kept_by[members])) + 1)
    return groups if len(members) else []


def group_bounds(boxes: Floats, kept_by: Ints) -> Floats:
    """(N, 4) the bounds of each group, at its kept_by."""
    around = boxes.copy()
    np.minimum.at(around[:, :2], kept_by, boxes[:, :2])
    np.maximum.at(around[:, 2:], kept_by, boxes[:, 2:])
    return around


def _union_of(pieces: npt.NDArray[np.object_]) -> shapely.Polygon:
    """One polygon for all pieces; rectangles, as a class learnt from boxes has them, stay one."""
    whole = shapely.union_all(pieces)
    if shapely.equals(pieces, shapely.envelope(pieces)).all():
        return shapely.box(*whole.bounds)
    return simplify(whole, _SEAM_TOLERANCE_PX) or pieces[0]
