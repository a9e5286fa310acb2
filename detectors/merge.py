"""Putting the detections of overlapping chips together: every object once, whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from detectors.detections import Detections
from detectors.vectorize import simplify

DEFAULT_IOU = 0.4
DEFAULT_IOS = 0.7
_SEAM_IOS = 0.3
_SEAM_TOLERANCE_PX = 0.75


def merge_detections(
    detections: Detections, *, iou: float = DEFAULT_IOU, ios: float = DEFAULT_IOS
) -> Detections:
    """Merge duplicates per class by polygon overlap.

    1. A piece that a chip border cut goes where a whole object accounts for it: they overlap by more than `iou`
       of their union or `ios` of the piece.
    2. Pieces that are left and overlap by 30 % of the smaller are one object: their union (greedy non-maximum
       merging, Akyon et al. 2022, arXiv:2202.06934, with polygons in place of boxes).
    3. Greedy non-maximum suppression: by falling score, one is dropped if it overlaps a kept one by more than
       `iou` of their union or `ios` of the smaller.

    Whole ones go before pieces in step 1 only: a small whole one inside a large cut one says nothing about it.

    Args:
        detections: in any one space.
        iou: intersection over union above which the lesser one goes.
        ios: intersection over the smaller area above which the lesser one goes.

    Returns:
        What is left, highest score first; ties are broken by position, so the order of the input does not matter.
    """
    if not len(detections):
        return detections
    ranked = detections.take(_rank(detections))
    joined = _join_cut_pieces(ranked.take(~_accounted_for(ranked, iou, ios)))
    joined = joined.take(_rank(joined))
    return joined.take(_suppress(joined, iou, ios))


def _rank(detections: Detections) -> npt.NDArray[np.int64]:
    """Order of precedence: score, whole before cut, position."""
    area = shapely.area(detections.polygons())
    return np.lexsort(
        (area, detections.labels, *detections.boxes.T, detections.edge_flags, -detections.scores)
    )


def overlapping_pairs(
    polygons: npt.NDArray[np.object_], labels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Pairs (i < j) of one class that intersect, and the area of their intersection, in px2."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pair = (first < second) & (labels[first] == labels[second])
    first, second = first[pair], second[pair]
    return first, second, shapely.area(shapely.intersection(polygons[first], polygons[second]))


def _accounted_for(ranked: Detections, iou: float, ios: float) -> npt.NDArray[np.bool_]:
    """Which are cut pieces of an object that is there whole."""
    polygons = ranked.polygons()
    area = shapely.area(polygons)
    cut, whole = np.flatnonzero(ranked.edge_flags), np.flatnonzero(~ranked.edge_flags)
    near, other = shapely.STRtree(polygons[whole]).query(polygons[cut], predicate="intersects")
    piece, other = cut[near], whole[other]
    shared = shapely.area(shapely.intersection(polygons[piece], polygons[other]))
    same = (shared > ios * area[piece]) | (shared > iou * (area[piece] + area[other] - shared))
    gone = np.zeros(len(ranked), np.bool_)
    gone[piece[same & (ranked.labels[piece] == ranked.labels[other])]] = True
    return gone


def _suppress(ranked: Detections, iou: float, ios: float) -> npt.NDArray[np.bool_]:
    polygons = ranked.polygons()
    first, second, shared = overlapping_pairs(polygons, ranked.labels)
    area = shapely.area(polygons)
    union = area[first] + area[second] - shared
    clash = (shared > iou * union) | (shared > ios * np.minimum(area[first], area[second]))
    keep = np.ones(len(ranked), np.bool_)
    order = np.lexsort((second[clash], first[clash]))
    for i, j in zip(first[clash][order], second[clash][order], strict=True):
        if keep[i]:
            keep[j] = False
    return keep


def _join_cut_pieces(ranked: Detections) -> Detections:
    """Replace every group of cut pieces that overlap by their union, with the best score of the group."""
    cut = np.flatnonzero(ranked.edge_flags)
    if len(cut) < 2:
        return ranked
    polygons = ranked.polygons()
    first, second, shared = overlapping_pairs(polygons[cut], ranked.labels[cut])
    area = shapely.area(polygons[cut])
    same = shared > _SEAM_IOS * np.minimum(area[first], area[second])
    root = np.arange(len(cut))
    for i, j in zip(first[same], second[same], strict=True):
        a, b = sorted((_find(root, int(i)), _find(root, int(j))))
        root[b] = a
    groups: dict[int, list[int]] = {}
    for member in range(len(cut)):
        groups.setdefault(_find(root, member), []).append(int(cut[member]))
    boxes = ranked.boxes.copy()
    absorbed = np.zeros(len(ranked), np.bool_)
    for members in groups.values():
        if len(members) > 1:
            union = _union(polygons[members])
            if union is not None:
                polygons[members[0]] = union
                boxes[members[0], :2] = ranked.boxes[members, :2].min(axis=0)
                boxes[members[0], 2:] = ranked.boxes[members, 2:].max(axis=0)
                absorbed[members[1:]] = True
    keep = ~absorbed
    return Detections.from_polygons(
        polygons[keep],
        ranked.scores[keep],
        ranked.labels[keep],
        ranked.edge_flags[keep],
        ranked.space,
        boxes[keep],
    )


def _union(pieces: npt.NDArray[np.object_]) -> shapely.Polygon | None:
    """One polygon for all pieces; rectangles, as a class learnt from boxes has them, stay one."""
    whole = shapely.union_all(pieces)
    if shapely.equals(pieces, shapely.envelope(pieces)).all():
        return shapely.box(*whole.bounds)
    return simplify(whole, _SEAM_TOLERANCE_PX)


def _find(root: npt.NDArray[np.int64], member: int) -> int:
    while root[member] != member:
        member = int(root[member])
    return member
