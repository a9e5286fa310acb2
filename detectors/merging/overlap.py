"""Pairs of overlapping polygons of one class, with the areas they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from tiling.arrays import Floats, Geometries, Ints, Mask

# Bounds of the memory in a crowd: polygons that are looked up together, and intersections that exist at once.
_POLYGONS_AT_ONCE = 8192
_PAIRS_AT_ONCE = 16384


@dataclass(frozen=True)
class Pairs:
    """Pairs of polygons of one class whose interiors overlap.

    Attributes:
        first: (P,) int64, positions.
        second: (P,) int64, positions.
        shared: (P,) float64, area of the intersection, px2.
    """

    first: Ints
    second: Ints
    shared: Floats

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.first)

    def take(self, mask: Mask) -> Pairs:
        """Return the pairs where `mask` (P,) holds."""
        return Pairs(self.first[mask], self.second[mask], self.shared[mask])

    def iou(self, area: Floats) -> Floats:
        """Return (P,) intersection over union; `area` (N,) is that of the polygons."""
        return self.shared / (area[self.first] + area[self.second] - self.shared)

    def clash(self, area: Floats, iou: float, ios: float) -> Mask:
        """Return (P,) whether a pair overlaps by more than `iou` of its union or `ios` of the smaller."""
        smaller = np.minimum(area[self.first], area[self.second])
        union = area[self.first] + area[self.second] - self.shared
        return (self.shared > iou * union) | (self.shared > ios * smaller)


def overlapping_pairs(
    polygons: Geometries, labels: Ints, some: Ints | None = None, others: Ints | None = None
) -> Pairs:
    """Return the pairs of one class whose interiors overlap, sorted by position.

    Args:
        polygons: (N,) valid shapely polygons.
        labels: (N,) int64.
        some: Positions that may come first in a pair; None for any.
        others: Positions that may come second; None for any after the first.
    """
    first = np.arange(len(polygons)) if some is None else some
    second = first if others is None else others
    tree = shapely.STRtree(polygons[second])
    parts = []
    for start in range(0, len(first), _POLYGONS_AT_ONCE):
        asking = first[start : start + _POLYGONS_AT_ONCE]
        near, found = tree.query(polygons[asking], predicate="intersects")
        i, j = asking[near], second[found]
        wanted = labels[i] == labels[j]
        if others is None:
            wanted &= i < j
        i, j = i[wanted], j[wanted]
        shared = _shared_area(polygons, i, j)
        order = np.lexsort((j, i))
        order = order[shared[order] > 0]
        parts.append((i[order], j[order], shared[order]))
    if not parts:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _shared_area(polygons: Geometries, first: Ints, second: Ints) -> Floats:
    shared = np.empty(len(first))
    for start in range(0, len(first), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        shared[part] = shapely.area(shapely.intersection(polygons[first[part]], polygons[second[part]]))
    return shared


def connected(count: int, first: Ints, second: Ints) -> Ints:
    """Label the connected components of a graph: (count,) int64, the lowest position in each one's component.

    Args:
        count: Number of nodes.
        first: (P,) int64, one end of each edge.
        second: (P,) int64, the other end.

    Examples:
        >>> connected(4, np.array([0, 1]), np.array([1, 3])).tolist()
        [0, 0, 2, 0]
    """
    lowest = np.arange(count)
    while True:
        before = lowest.copy()
        low = np.minimum(lowest[first], lowest[second])
        np.minimum.at(lowest, first, low)
        np.minimum.at(lowest, second, low)
        lowest = lowest[lowest]
        if np.array_equal(before, lowest):
            return lowest
