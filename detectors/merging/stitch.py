"""Objects that a chip's border cut: their pieces go where the whole object is there, or become one again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from detectors.detections import EDGE_PX, Detections, cut_sides
from detectors.merging.fuse import union_groups
from detectors.merging.overlap import Floats, Ints, Mask, Pairs, connected, overlapping_pairs

_SEAM_IOS = 0.3


def drop_covered_fragments(found: Detections, iou: float, ios: float) -> Detections:
    """Leave out the cut pieces of objects that are there whole.

    They overlap by more than `iou` of their union or `ios` of the piece. A small whole one inside a large cut one says
    nothing about it.
    """
    polygons = found.polygons()
    area = shapely.area(polygons)
    pairs = overlapping_pairs(
        polygons, found.labels, np.flatnonzero(found.edge_flags), np.flatnonzero(~found.edge_flags)
    )
    gone = pairs.first[(pairs.shared > ios * area[pairs.first]) | (pairs.iou(area) > iou)]
    return found.take(np.setdiff1d(np.arange(len(found)), gone)) if len(gone) else found


def stitch_fragments(found: Detections) -> Detections:
    """Replace cut pieces of one object by their union, with the best score among them.

    Two pieces are of one object where a border that cuts one lies inside of what the other's chip saw, and both chips
    found the same there: inside the strip that both saw, the pieces share 30 % of the smaller. (Elsewhere only one chip
    had a say, so pieces of any length can belong together.) A joined object counts as cut where it still reaches the
    border of all that was seen of it.

    Args:
        found: ranked: the first of a group lends its score.
    """
    first, second = matching_fragments(found)
    if not len(first):
        return found
    return union_groups(found, connected(len(found), first, second))


def matching_fragments(found: Detections) -> tuple[Ints, Ints]:
    """Positions (P,) and (P,) of the pairs of cut pieces that two chips agree on; see `stitch_fragments`."""
    pieces = np.flatnonzero(found.edge_flags)
    cut = found.take(pieces)
    polygons = cut.polygons()
    pairs = overlapping_pairs(polygons, cut.labels)
    same = pairs.take(_agree(polygons, cut.boxes, cut.seen, pairs))
    return pieces[same.first], pieces[same.second]


def _agree(polygons: npt.NDArray[np.object_], boxes: Floats, seen: Floats, pairs: Pairs) -> Mask:
    """(P,) whether the two of a pair are the same object, by what both chips saw."""
    first, second = pairs.first, pairs.second
    low = np.maximum(seen[first, :2], seen[second, :2])
    high = np.minimum(seen[first, 2:], seen[second, 2:])
    smaller = np.minimum(_area_within(polygons[first], low, high), _area_within(polygons[second], low, high))
    goes_on = _cut_inside(boxes[first], seen[first], seen[second])
    goes_on |= _cut_inside(boxes[second], seen[second], seen[first])
    agree: Mask = goes_on & (pairs.shared > _SEAM_IOS * smaller)
    return agree


def _cut_inside(boxes: Floats, seen: Floats, other: Floats) -> Mask:
    """(P,) whether boxes are cut by a border that lies well inside of what the `other` (P, 4) saw."""
    inside = (np.tile(other[:, :2] + EDGE_PX, 2) < seen) & (seen < np.tile(other[:, 2:] - EDGE_PX, 2))
    flags: Mask = np.any(cut_sides(boxes, seen) & inside, axis=1)
    return flags


def _area_within(polygons: npt.NDArray[np.object_], low: Floats, high: Floats) -> Floats:
    """(P,) area of the parts of polygons between corners (P, 2), which may be infinite."""
    bounds = shapely.bounds(polygons)
    low, high = np.maximum(low, bounds[:, :2]), np.minimum(high, bounds[:, 2:])
    area: Floats = shapely.area(shapely.intersection(polygons, shapely.box(*low.T, *high.T)))
    return area
