"""Of objects that overlap, the best stays: non-maximum suppression, hard and soft."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
import shapely

from detectors.detections import Detections
from detectors.merging.overlap import Floats, Ints, Pairs, overlapping_pairs

_SIGMA = 0.5
_FLOOR = 0.05


def ranked(found: Detections) -> Detections:
    """In the order of precedence: score, whole before cut, position; so the order of the input does not matter."""
    order = np.argsort(-found.scores, kind="stable")
    equal = np.diff(found.scores[order]) == 0
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    some = found.take(order[tied])
    area = shapely.area(some.polygons())
    keys = (*some.seen.T, area, some.labels, *some.boxes.T, some.edge_flags, -some.scores)
    order[tied] = order[tied][np.lexsort(keys)]
    return found.take(order)


def nms_clusters(found: Detections, iou: float, ios: float) -> Ints:
    """(N,) int64: for each the position of the one that stands for it; its own where it is kept.

    Greedy: down the ranking that `found` is in, one that overlaps a kept one by more than `iou` of their union or
    `ios` of the smaller goes to the first such.
    """
    polygons = found.polygons()
    area = shapely.area(polygons)
    pairs = overlapping_pairs(polygons, found.labels)
    clashes = pairs.take(pairs.clash(area, iou, ios))
    keeper = list(range(len(found)))
    for i, j in zip(clashes.first.tolist(), clashes.second.tolist(), strict=True):
        if keeper[i] == i and keeper[j] == j:  # sorted by i: whether i stays is known by now
            keeper[j] = i
    return np.array(keeper, np.int64)


def suppress(found: Detections, iou: float, ios: float) -> Detections:
    """Greedy non-maximum suppression: only those that stand for themselves stay."""
    return found.take(nms_clusters(found, iou, ios) == np.arange(len(found)))


def soften(found: Detections) -> Detections:
    """Soft non-maximum suppression (Bodla et al. 2017, arXiv:1704.04503), Gaussian with sigma 0.5.

    Again and again the best one left is taken, and the scores of those left that overlap it are multiplied by
    exp(-IoU^2 / 0.5). What falls below 0.05 goes. Crowded objects survive that hard suppression would drop; so does,
    with a low score, what a model found twice.

    Returns:
        By falling score.
    """
    polygons = found.polygons()
    pairs = overlapping_pairs(polygons, found.labels)
    weight = np.exp(-(pairs.iou(shapely.area(polygons)) ** 2) / _SIGMA)
    order, scores = _picked(found.scores, pairs, weight)
    return replace(found, scores=scores).take(order[scores[order] >= _FLOOR])


def _picked(scores: Floats, pairs: Pairs, weight: Floats) -> tuple[Ints, Floats]:
    """The order in which the best one left is picked, and the scores by then."""
    centre = np.concatenate([pairs.first, pairs.second])
    other = np.concatenate([pairs.second, pairs.first])
    by_centre = np.argsort(centre, kind="stable")
    starts = np.searchsorted(centre[by_centre], np.arange(len(scores) + 1)).tolist()
    near, factor = other[by_centre].tolist(), np.tile(weight, 2)[by_centre].tolist()
    left: list[float] = scores.tolist()
    heap = [(-score, i) for i, score in enumerate(left)]
    heapq.heapify(heap)
    picked: dict[int, None] = {}
    while heap:
        score, i = heapq.heappop(heap)
        if i in picked or -score != left[i]:  # an entry that a later one replaced
            continue
        picked[i] = None
        for k in range(starts[i], starts[i + 1]):
            j = near[k]
            if j not in picked:
                left[j] *= factor[k]
                heapq.heappush(heap, (-left[j], j))
    return np.array(list(picked), np.int64), np.array(left)
