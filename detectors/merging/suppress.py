"""Greedy non-maximum suppression by polygon overlap."""

from __future__ import annotations

import numpy as np
import shapely

from detectors.detections import Detections
from detectors.merging.overlap import overlapping_pairs


def rank(found: Detections) -> Detections:
    """Sort by score, whole before cut, then position, so that the order of the input does not matter."""
    order = np.argsort(-found.scores, kind="stable")
    equal = np.diff(found.scores[order]) == 0
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    some = found.take(order[tied])
    area = shapely.area(some.polygons())
    keys = (*some.seen.T, area, some.labels, *some.boxes.T, some.edge_flags, -some.scores)
    order[tied] = order[tied][np.lexsort(keys)]
    return found.take(order)


def suppress(found: Detections, iou: float, ios: float) -> Detections:
    """Run greedy NMS: keep each detection that no kept, higher-ranked one overlaps.

    Args:
        found: Ranked, see `rank`.
        iou: Intersection over union above which the lower-ranked one is dropped.
        ios: Intersection over the smaller area above which it is dropped.
    """
    polygons = found.polygons()
    pairs = overlapping_pairs(polygons, found.labels)
    clashes = pairs.take(pairs.clash(shapely.area(polygons), iou, ios))
    kept = [True] * len(found)
    for i, j in zip(clashes.first.tolist(), clashes.second.tolist(), strict=True):
        if kept[i]:  # sorted by i: whether i is kept is known by now
            kept[j] = False
    return found.take(np.array(kept, np.bool_))
