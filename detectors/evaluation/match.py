"""Matching of detections with labels, and the metrics that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from tiling.arrays import Floats, Geometries, Ints


@dataclass(frozen=True)
class Match:
    """Pairs of labels and predictions at one IoU.

    Attributes:
        pairs: (K, 2) int64, index of the label and of the prediction.
        num_truth, num_pred: How many there were.
        iou: The threshold.
    """

    pairs: Ints
    num_truth: int
    num_pred: int
    iou: float

    @property
    def tp(self) -> int:
        """True positives: predictions that found a label."""
        return len(self.pairs)

    @property
    def fp(self) -> int:
        """False positives: predictions that found none."""
        return self.num_pred - self.tp

    @property
    def fn(self) -> int:
        """False negatives: labels that no prediction found."""
        return self.num_truth - self.tp

    @property
    def precision(self) -> float:
        """True positives / predictions; 0 where there are none."""
        return self.tp / self.num_pred if self.num_pred else 0.0

    @property
    def recall(self) -> float:
        """True positives / labels; 0 where there are none."""
        return self.tp / self.num_truth if self.num_truth else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.tp / (self.num_truth + self.num_pred) if self.num_truth + self.num_pred else 0.0


def match_polygons(
    truth: Geometries,
    pred: Geometries,
    scores: Floats | None = None,
    iou: float = 0.5,
) -> Match:
    """Pair predictions with labels one to one, as COCO and Pascal VOC do.

    Predictions take their turn by falling score (as given where `scores` is None); each takes the free label
    it overlaps most, if their intersection over union reaches `iou`.

    Args:
        truth: (T,) valid polygons.
        pred: (P,) valid polygons in the same coordinates, of the same class.
        scores: (P,) float64, or None.
        iou: Threshold in 0..1, inclusive.

    >>> truth = shapely.box([0, 100], 0, [10, 110], 10)
    >>> found = shapely.box([1, 50], 0, [11, 60], 10)
    >>> match = match_polygons(truth, found, np.array([0.9, 0.8]))
    >>> match.pairs.tolist(), match.tp, match.fp, match.fn, match.f1
    ([[0, 0]], 1, 1, 1, 0.5)
    """
    empty = Match(np.empty((0, 2), np.int64), len(truth), len(pred), iou)
    if not len(truth) or not len(pred):
        return empty
    p, t = shapely.STRtree(truth).query(pred, predicate="intersects")
    shared = shapely.area(shapely.intersection(pred[p], truth[t]))
    overlap = shared / (shapely.area(pred)[p] + shapely.area(truth)[t] - shared)
    rank = np.empty(len(pred), np.int64)
    by_score = np.argsort(-scores, kind="stable") if scores is not None else np.arange(len(pred))
    rank[by_score] = np.arange(len(pred))
    taken_truth, taken_pred, pairs = np.zeros(len(truth), bool), np.zeros(len(pred), bool), []
    for k in np.lexsort((t, -overlap, rank[p])):
        if overlap[k] >= iou and not taken_truth[t[k]] and not taken_pred[p[k]]:
            taken_truth[t[k]] = taken_pred[p[k]] = True
            pairs.append((int(t[k]), int(p[k])))
    return Match(np.array(pairs, np.int64).reshape(-1, 2), len(truth), len(pred), iou)


def best_threshold(truth: Geometries, pred: Geometries, scores: Floats, iou: float) -> tuple[float, Match]:
    """Return the lowest score (in steps of 0.05) to keep for the highest F1, and the match it gives."""
    tried = [
        (limit, match_polygons(truth, pred[scores >= limit], scores[scores >= limit], iou))
        for limit in _LIMITS
    ]
    return max(tried, key=lambda pair: pair[1].f1)


_LIMITS = tuple(round(0.05 * i, 2) for i in range(1, 20))
