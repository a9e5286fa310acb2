"""Slow reference of `detectors.merging.merge`, one pair at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import shapely
from shapely.geometry import Polygon, box

from detectors.detections import Detections
from detectors.merging.merge import DEFAULT_IOS, DEFAULT_IOU
from detectors.polygons.vectorize import simplify

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Item:
    """One detection."""

    polygon: Polygon
    score: float
    label: int
    cut: bool
    box: Bounds
    seen: Bounds

    @property
    def rank(self) -> tuple[object, ...]:
        x0, y0, x1, y1 = self.box
        return -self.score, self.cut, y1, x1, y0, x0, self.label, self.polygon.area, self.seen[::-1]


def items(found: Detections) -> list[Item]:
    columns = (found.polygons(), found.scores, found.labels, found.edge_flags, found.boxes, found.seen)
    return [
        Item(polygon, float(score), int(label), bool(cut), tuple(bounds), tuple(seen))
        for polygon, score, label, cut, bounds, seen in zip(*columns, strict=True)
    ]


def merged(found: Detections) -> list[Item]:
    """What `merge_detections` returns with its default limits."""
    whole = [item for item in items(found) if not item.cut]
    pieces = [item for item in items(found) if item.cut and not any(covers(w, item) for w in whole)]
    ranked = sorted(whole + [stitched(group) for group in grouped(pieces)], key=lambda item: item.rank)
    return [cluster[0] for cluster in clustered(ranked)]


def shared(a: Item, b: Item) -> float:
    return a.polygon.intersection(b.polygon).area if a.label == b.label else 0.0


def iou(a: Item, b: Item) -> float:
    return shared(a, b) / (a.polygon.area + b.polygon.area - shared(a, b))


def covers(whole: Item, piece: Item) -> bool:
    return shared(whole, piece) > DEFAULT_IOS * piece.polygon.area or iou(whole, piece) > DEFAULT_IOU


def clash(a: Item, b: Item) -> bool:
    return iou(a, b) > DEFAULT_IOU or shared(a, b) > DEFAULT_IOS * min(a.polygon.area, b.polygon.area)


def agree(a: Item, b: Item) -> bool:
    """Whether two pieces are of one object."""
    strip = intersection(intersection(a.seen, b.seen), hull([a.polygon.bounds, b.polygon.bounds]))
    if strip[0] >= strip[2] or strip[1] >= strip[3]:
        smaller = 0.0
    else:
        smaller = min(a.polygon.intersection(box(*strip)).area, b.polygon.intersection(box(*strip)).area)
    return (continues(a, b) or continues(b, a)) and shared(a, b) > 0 and shared(a, b) > 0.3 * smaller


def continues(a: Item, b: Item) -> bool:
    """Whether a border that cuts `a` lies 2 px or more inside of what was seen when `b` was found."""
    left, top, right, bottom = a.box
    x0, y0, x1, y1 = a.seen
    return (
        (left < x0 + 2 and b.seen[0] + 2 < x0 < b.seen[2] - 2)
        or (top < y0 + 2 and b.seen[1] + 2 < y0 < b.seen[3] - 2)
        or (right > x1 - 2 and b.seen[0] + 2 < x1 < b.seen[2] - 2)
        or (bottom > y1 - 2 and b.seen[1] + 2 < y1 < b.seen[3] - 2)
    )


def grouped(pieces: Sequence[Item]) -> list[list[Item]]:
    groups: list[list[Item]] = []
    for piece in pieces:
        joins = [group for group in groups if any(agree(member, piece) for member in group)]
        groups = [group for group in groups if group not in joins]
        groups.append([*(member for group in joins for member in group), piece])
    return [sorted(group, key=lambda item: item.rank) for group in groups]


def clustered(ranked: Sequence[Item]) -> list[list[Item]]:
    """Each kept detection with those that it suppresses."""
    clusters: list[list[Item]] = []
    for item in ranked:
        home = next((cluster for cluster in clusters if clash(cluster[0], item)), None)
        if home is None:
            clusters.append([item])
        else:
            home.append(item)
    return clusters


def hull(bounds: Sequence[Bounds]) -> Bounds:
    x0, y0, x1, y1 = zip(*bounds, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def intersection(a: Bounds, b: Bounds) -> Bounds:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def still_cut(bounds: Bounds, seen: Bounds) -> bool:
    return any(bounds[i] < seen[i] + 2 for i in (0, 1)) or any(bounds[i] > seen[i] - 2 for i in (2, 3))


def stitched(group: Sequence[Item]) -> Item:
    if len(group) == 1:
        return group[0]
    shapes = [item.polygon for item in group]
    whole = shapely.union_all(shapes)
    boxes = all(shape.equals(shape.envelope) for shape in shapes)
    bounds, seen = hull([item.box for item in group]), hull([item.seen for item in group])
    polygon = whole.envelope if boxes else simplify(whole, 0.75) or shapes[0]
    # What `simplify` returns remembers the grid its corners lie on, and GEOS would round every overlap with it to that
    # grid. `Detections` keeps corners only, so there overlaps are exact; here the grid is forgotten.
    floating = shapely.set_precision(polygon, 0)
    assert isinstance(floating, Polygon)
    return replace(group[0], polygon=floating, box=bounds, seen=seen, cut=still_cut(bounds, seen))


def assert_same(found: Detections, expected: Sequence[Item]) -> None:
    """Compare items in order; polygons, boxes and scores up to the rounding of another order of sums."""
    got = items(found)
    assert [item.label for item in got] == [item.label for item in expected]
    assert [item.cut for item in got] == [item.cut for item in expected]
    assert [item.seen for item in got] == [item.seen for item in expected]
    np.testing.assert_allclose([item.score for item in got], [item.score for item in expected], rtol=1e-7)
    np.testing.assert_allclose(
        np.reshape([item.box for item in got], (-1, 4)),
        np.reshape([item.box for item in expected], (-1, 4)),
        atol=1e-9,
    )
    for a, b in zip(got, expected, strict=True):
        assert a.polygon.symmetric_difference(b.polygon).area <= 1e-9 * b.polygon.area


EVERYWHERE: Bounds = (-inf, -inf, inf, inf)
