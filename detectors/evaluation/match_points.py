"""Matching of predicted points with true ones by distance."""

from __future__ import annotations

import numpy as np
import shapely

from tiling.arrays import Floats, Geometries, Ints


def match_points(truth: Geometries, pred: Geometries, scores: Floats, distance: float) -> tuple[Ints, Floats]:
    """Pair predictions with true points one to one.

    Predictions take their turn by falling score; each takes the nearest free true point that is not farther than
    `distance`, as `match_polygons` takes that of the highest IoU.

    Args:
        truth: (T,) Points.
        pred: (P,) Points in the same coordinates, of the same class.
        scores: (P,) float64.
        distance: In units of the coordinates, inclusive.

    Returns:
        (K, 2) indices of true point and prediction, and (K,) how far they are apart.

    >>> truth, pred = shapely.points([[0, 0], [10, 0]]), shapely.points([[1, 0], [2, 0], [50, 0]])
    >>> pairs, apart = match_points(truth, pred, np.array([0.2, 0.9, 0.9]), 3.0)
    >>> pairs.tolist(), apart.tolist()
    ([[0, 1]], [2.0])
    """
    p, t = shapely.STRtree(truth).query(pred, predicate="dwithin", distance=distance)
    apart = shapely.distance(pred[p], truth[t])
    rank = np.empty(len(pred), np.int64)
    rank[np.argsort(-scores, kind="stable")] = np.arange(len(pred))
    taken_truth, taken_pred = np.zeros(len(truth), bool), np.zeros(len(pred), bool)
    kept: list[int] = []
    for k in np.lexsort((t, apart, rank[p])).tolist():
        if not taken_truth[t[k]] and not taken_pred[p[k]]:
            taken_truth[t[k]] = taken_pred[p[k]] = True
            kept.append(k)
    return np.column_stack([t[kept], p[kept]]).astype(np.int64).reshape(-1, 2), apart[kept]
