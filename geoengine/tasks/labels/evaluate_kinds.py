"""Scores of each class of two files, of polygons, points and lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from detectors.evaluation.match import match_polygons
from detectors.evaluation.match_lines import matched_lengths
from detectors.evaluation.match_points import match_points
from geoengine.tasks.labels.scores import (
    ANY_CLASS,
    NO_CLASS,
    ClassScore,
    LineScore,
    PointScore,
    total_score,
)
from tiling.arrays import Floats
from tiling.vectors import PolygonFile

_Pair = tuple[str, PolygonFile, PolygonFile]


def polygon_scores(truth: PolygonFile, predictions: PolygonFile, iou: float) -> list[ClassScore]:
    """Return the scores of each class and of all together, at one IoU."""

    def score(key: str, true: PolygonFile, predicted: PolygonFile) -> ClassScore:
        if key == NO_CLASS:
            return ClassScore(key, iou, 0, len(predicted), len(true))
        match = match_polygons(true.polygons, predicted.polygons, _ranks(predicted), iou)
        return ClassScore(key, iou, match.tp, match.fp, match.fn)

    each = [score(*pair) for pair in _by_class(truth, predictions)]
    return each if each[0].is_total else [*each, total_score(each, iou)]


def point_scores(truth: PolygonFile, predictions: PolygonFile, distance_m: float) -> list[PointScore]:
    """Return the scores of each class of points and of all together; none where there are no points."""
    if not len(truth) and not len(predictions):
        return []
    found: list[PointScore] = []
    offsets: list[float] = []
    for key, true, predicted in _by_class(truth, predictions):
        apart = np.empty(0)
        if key != NO_CLASS:
            _, apart = match_points(true.polygons, predicted.polygons, _ranks(predicted), distance_m)
        counts = ClassScore(key, 0.0, len(apart), len(predicted) - len(apart), len(true) - len(apart))
        found.append(PointScore(counts, distance_m, float(apart.mean()) if len(apart) else None))
        offsets += apart.tolist()
    if not found[0].counts.is_total:
        counts = total_score([one.counts for one in found], 0.0)
        found.append(PointScore(counts, distance_m, float(np.mean(offsets)) if offsets else None))
    return found


def line_scores(truth: PolygonFile, predictions: PolygonFile, buffer_m: float) -> list[LineScore]:
    """Return the scores of each class of lines and of all together; none where there are no lines."""
    if not len(truth) and not len(predictions):
        return []
    found: list[LineScore] = []
    for key, true, predicted in _by_class(truth, predictions):
        lengths = [float(shapely.length(one.polygons).sum()) for one in (true, predicted)]
        matched = [0.0, 0.0]
        if key != NO_CLASS:
            both = (true.polygons, predicted.polygons)
            matched = [
                float(matched_lengths(one, other, buffer_m).sum()) for one, other in (both, both[::-1])
            ]
        found.append(LineScore(key, buffer_m, *lengths, *matched))
    if not found[0].is_total:
        sums = [
            sum(getattr(one, name) for one in found)
            for name in ("true_m", "predicted_m", "found_m", "right_m")
        ]
        found.append(LineScore(ANY_CLASS, buffer_m, *sums))
    return found


def _by_class(truth: PolygonFile, predictions: PolygonFile) -> Iterator[_Pair]:
    """Yield the true and predicted objects of each class; all under `ANY_CLASS` where a file names no classes."""
    both = truth, predictions
    named = [set(file.classes) - {""} for file in both if len(file)]
    if not named or not all(named):
        yield ANY_CLASS, truth, predictions
        return
    for key in sorted({str(key) for keys in named for key in keys}):
        yield key, truth.subset(truth.classes == key), predictions.subset(predictions.classes == key)
    if any((file.classes == "").any() for file in both):
        yield NO_CLASS, truth.subset(truth.classes == ""), predictions.subset(predictions.classes == "")


def _ranks(predictions: PolygonFile) -> Floats:
    """Return the scores, 1 where there is none."""
    return np.nan_to_num(predictions.scores, nan=1.0)
