"""Stitching of objects that a chip border cut.

Fragments that a whole detection covers are dropped; fragments that two chips agree on are unioned.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from detectors.detections import EDGE_PX, Detections, cut_sides, is_cut
from detectors.merging.overlap import Pairs, connected, overlapping_pairs
from detectors.polygons.vectorize import simplify_all
from tiling.arrays import Floats, Geometries, Ints, Mask

_AGREEMENT_IOS = 0.3
_STITCH_TOLERANCE_PX = 0.75


def drop_covered_fragments(found: Detections, iou: float, ios: float) -> Detections:
    """Drop the cut fragments of objects that were also detected whole.

    A fragment is covered where a whole detection of its class overlaps it by more than `iou` of their union or `ios`
    of the fragment. A small whole detection inside a large fragment is no reason to drop the fragment.
    """
    polygons = found.polygons()
    area = shapely.area(polygons)
    pairs = overlapping_pairs(
        polygons, found.labels, np.flatnonzero(found.edge_flags), np.flatnonzero(~found.edge_flags)
    )
    covered = pairs.first[(pairs.shared > ios * area[pairs.first]) | (pairs.iou(area) > iou)]
    return found.take(np.setdiff1d(np.arange(len(found)), covered)) if len(covered) else found


def stitch_fragments(found: Detections) -> Detections:
    """Replace the fragments of an object by their union, with the best score among them.

    Two fragments are of one object where a border that cuts one lies inside the window that the other was detected
    in, and both chips found the same there: inside the strip that both windows cover, the fragments share 30 % of the
    smaller one. (Outside that strip only one chip decides, so fragments of any length can belong together.) A
    stitched object counts as cut where it still reaches the border of all the windows it was detected in.

    Args:
        found: Ranked; the first of a group lends its score.
    """
    first, second = matching_fragments(found)
    if not len(first):
        return found
    return union_groups(found, connected(len(found), first, second))


def matching_fragments(found: Detections) -> tuple[Ints, Ints]:
    """Return positions (P,) and (P,) of the pairs of fragments that two chips agree on; see `stitch_fragments`."""
    fragments = np.flatnonzero(found.edge_flags)
    cut = found.take(fragments)
    polygons = cut.polygons()
    pairs = overlapping_pairs(polygons, cut.labels)
    same = pairs.take(_agree(polygons, cut.boxes, cut.seen, pairs))
    return fragments[same.first], fragments[same.second]


def _agree(polygons: Geometries, boxes: Floats, seen: Floats, pairs: Pairs) -> Mask:
    """Return (P,) whether the two of a pair are the same object, by the windows they were detected in."""
    first, second = pairs.first, pairs.second
    low = np.maximum(seen[first, :2], seen[second, :2])
    high = np.minimum(seen[first, 2:], seen[second, 2:])
    smaller = np.minimum(_area_within(polygons[first], low, high), _area_within(polygons[second], low, high))
    continues = _cut_inside(boxes[first], seen[first], seen[second])
    continues |= _cut_inside(boxes[second], seen[second], seen[first])
    agree: Mask = continues & (pairs.shared > _AGREEMENT_IOS * smaller)
    return agree


def _cut_inside(boxes: Floats, seen: Floats, other: Floats) -> Mask:
    """Return (P,) whether a border that cuts a box lies well inside the `other` window (P, 4)."""
    inside = (np.tile(other[:, :2] + EDGE_PX, 2) < seen) & (seen < np.tile(other[:, 2:] - EDGE_PX, 2))
    flags: Mask = np.any(cut_sides(boxes, seen) & inside, axis=1)
    return flags


def _area_within(polygons: Geometries, low: Floats, high: Floats) -> Floats:
    """Return (P,) areas of the parts of polygons between corners (P, 2), which may be infinite."""
    bounds = shapely.bounds(polygons)
    low, high = np.maximum(low, bounds[:, :2]), np.minimum(high, bounds[:, 2:])
    area: Floats = shapely.area(shapely.intersection(polygons, shapely.box(*low.T, *high.T)))
    return area


def union_groups(found: Detections, group: Ints) -> Detections:
    """Replace each group of detections by the union of its polygons, with the score of its first member.

    Args:
        found: The detections.
        group: (N,) int64, the position of the first member of the group that each belongs to.
    """
    polygons, kept = found.polygons(), group == np.arange(len(found))
    members = _members(group)
    changed = group[members[np.diff(group[members], prepend=-1) != 0]]
    polygons[changed] = _unions(polygons[members], group[members])
    boxes, seen = group_bounds(found.boxes, group), group_bounds(found.seen, group)
    flags = found.edge_flags.copy()
    flags[changed] = is_cut(boxes[changed], seen[changed])
    whole = replace(found, boxes=boxes, seen=seen, edge_flags=flags)
    return whole.with_polygons(polygons).take(kept)


def group_bounds(boxes: Floats, group: Ints) -> Floats:
    """Return (N, 4) the bounds of each group, at the position of its first member; see `union_groups`."""
    bounds = boxes.copy()
    np.minimum.at(bounds[:, :2], group, boxes[:, :2])
    np.maximum.at(bounds[:, 2:], group, boxes[:, 2:])
    return bounds


def _members(group: Ints) -> Ints:
    """Return the positions of the members of all groups of two or more, group after group."""
    members = np.flatnonzero(np.bincount(group)[group] > 1)
    return members[np.argsort(group[members], kind="stable")]


def _unions(fragments: Geometries, group: Ints) -> Geometries:
    """Return one polygon for each group; rectangles, from a class trained on boxes, stay one rectangle.

    Args:
        fragments: (M,) polygons, group after group.
        group: (M,) int64, which group each belongs to.
    """
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(starts, append=len(group))
    whole = np.empty(len(starts), object)
    # One call for all groups of a size: a call for each takes as long as the unions.
    for size in np.unique(sizes):
        which = np.flatnonzero(sizes == size)
        whole[which] = shapely.union_all(fragments[starts[which, None] + np.arange(size)], axis=1)
    boxes = np.logical_and.reduceat(shapely.equals(fragments, shapely.envelope(fragments)), starts)
    whole[boxes] = shapely.box(*shapely.bounds(whole[boxes]).T)
    whole[~boxes] = simplify_all(whole[~boxes], _STITCH_TOLERANCE_PX)
    lost = shapely.is_missing(whole)
    whole[lost] = fragments[starts[lost]]
    return whole
