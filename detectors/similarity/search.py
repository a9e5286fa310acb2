"""Dense search of a scene's features with a linear classifier: scores of boxes of a few sizes, peaks, NMS."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.ndimage import maximum_filter

from detectors.detections import Detections, Space
from detectors.merging.merge import MergeRules, merge_detections
from detectors.model_package.calibration import Calibration
from detectors.similarity.classifier import Classifier
from detectors.similarity.feature_map import CELL_PX, FeatureMap, Reals
from detectors.similarity.pooling import AROUND, CORE, BoxMeans
from tiling.arrays import Floats, Ints, Mask

# Boxes of the examples' own sizes are looked for, at most so many of them.
_SIZES = 5
_APART = 1.2
# Small objects are looked for at twice as many places each way.
_SMALL_CELLS = 4.0
_RULES = MergeRules(iou=0.3, ios=0.7)
# Before NMS, in which about one of three is left.
_PEAKS_PER_RESULT = 6
_ROWS = 256


def box_sizes(sides: Floats) -> Floats:
    """Return the sizes to look for, (S, 2) width and height, of (N, 2) sides of examples.

    >>> box_sizes(np.array([[10.0, 20.0], [10.0, 21.0], [40.0, 40.0]])).tolist()
    [[10.0, 20.0], [40.0, 40.0]]
    """
    ordered = sides[np.argsort(sides.prod(axis=1), kind="stable")]
    picked = np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), 4 * _SIZES)).round().astype(int))
    sizes: list[Floats] = []
    for side in ordered[picked]:
        if all(np.abs(np.log(side / known)).max() > np.log(_APART) for known in sizes):
            sizes.append(side)
    chosen = np.linspace(0, len(sizes) - 1, min(len(sizes), _SIZES)).round().astype(int)
    kept: Floats = np.array(sizes)[chosen]
    return kept


def search(
    features: FeatureMap, classifier: Classifier, sizes: Floats, calibration: Calibration, limit: int
) -> Detections:
    """Find the boxes that score highest, each object once.

    Args:
        features: The scene's.
        classifier: What is looked for.
        sizes: (S, 2) width and height of the boxes in pixels of the features' resolution.
        calibration: Of the scores.
        limit: The most to return.

    Returns:
        Boxes in RESAMPLED space, the highest score first; their label is 1.
    """
    if not features.valid.any():
        return Detections.empty(Space.RESAMPLED)
    maps = _part_maps(features, classifier)
    parts = [_peaks(maps, features.valid, size, limit * _PEAKS_PER_RESULT) for size in sizes / CELL_PX]
    boxes = np.concatenate([boxes for boxes, _ in parts]) * CELL_PX
    margins = np.concatenate([values for _, values in parts]) + classifier.offset
    boxes = np.clip(boxes, 0, np.tile(np.array(features.size), 2))
    best = np.argsort(-margins, kind="stable")[: limit * _PEAKS_PER_RESULT]
    boxes, margins = boxes[best], margins[best]
    scores = calibration.apply(1 / (1 + np.exp(-np.clip(margins, -50, 50))))
    uncut = np.zeros(len(boxes), np.bool_)
    found = Detections.from_polygons(
        shapely.box(*boxes.T), scores, np.ones(len(boxes)), uncut, Space.RESAMPLED
    )
    merged = merge_detections(found, _RULES)
    return merged.take(np.arange(min(limit, len(merged))))


def _part_maps(features: FeatureMap, classifier: Classifier) -> Reals:
    """Return (3, H, W) float32: what each cell adds to the score in each part of a box."""
    projection = features.projection
    weights = (projection.basis @ classifier.weights.T * projection.scale[:, None]).astype(np.float32)
    constant = (classifier.weights @ projection.mean).astype(np.float32)
    height, width, _ = features.codes.shape
    maps = np.empty((len(constant), height, width), np.float32)
    for row in range(0, height, _ROWS):  # a copy of all codes in float32 would be large
        strip = features.codes[row : row + _ROWS].astype(np.float32) @ weights + constant
        maps[:, row : row + _ROWS] = np.moveaxis(strip, -1, 0)
    return maps


def _peaks(maps: Reals, valid: Mask, size: Floats, limit: int) -> tuple[Floats, Floats]:
    """Return the boxes (N, 4) of one size, in cells, that score higher than their neighbours, and the scores (N,)."""
    width, height = size
    step = 0.5 if size.min() < _SMALL_CELLS else 1.0
    whole, core, around = (BoxMeans(each, step) for each in maps)
    sums, area = whole.sums(width, height)
    scores = sums / area
    sums, core_area = core.sums(width * CORE, height * CORE)
    scores += sums / core_area
    wide, wide_area = around.sums(width * AROUND, height * AROUND)
    inner, _ = around.sums(width, height)
    scores += (wide - inner) / np.maximum(wide_area - area, 1e-6)
    there = valid[np.ix_(around.rows.astype(int), around.columns.astype(int))]
    row, column = np.nonzero((maximum_filter(scores, 3) == scores) & there)
    values = scores[row, column]
    if len(values) > limit:
        best = np.argpartition(-values, limit)[:limit]
        row, column, values = row[best], column[best], values[best]
    shift = np.column_stack([_summit(scores.T, column, row), _summit(scores, row, column)])
    middle = np.column_stack([around.columns[column], around.rows[row]]) + step * shift
    return np.hstack([middle - size / 2, middle + size / 2]), values


def _summit(scores: Floats, row: Ints, column: Ints) -> Floats:
    """Return how far from a peak along the rows, -0.5 to 0.5, the parabola through it and its neighbours is highest."""
    last = len(scores) - 1
    below, here, above = (scores[np.clip(row + by, 0, last), column] for by in (-1, 0, 1))
    bend = below - 2 * here + above
    shift = np.divide(below - above, 2 * bend, out=np.zeros(len(row)), where=bend < -1e-12)
    return np.clip(shift, -0.5, 0.5) * ((row > 0) & (row < last))
