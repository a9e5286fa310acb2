"""Greedy non-maximum suppression by polygon overlap."""

from __future__ import annotations

import numpy as np
import shapely

from detectors.detections import Detections
from detectors.merging.overlap import Pairs


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


def suppress(found: Detections, pairs: Pairs) -> Detections:
    """Run greedy NMS: keep each detection that is not one object with a kept, higher-ranked one.

    Args:
        found: Ranked, see `rank`.
        pairs: Pairs of them that are one object, sorted by position.
    """
    kept = [True] * len(found)
    for i, j in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
        if kept[i]:  # sorted by i: whether i is kept is known by now
            kept[j] = False
    return found.take(np.array(kept, np.bool_))
