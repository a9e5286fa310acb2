"""AP50 and F1 of COCO results with confidence intervals, by bootstrap over images.

The matching is COCO's own (pycocotools); what is drawn again and again are the images (Efron 1979), so an interval says
how much the metric would move on another set of images like these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.coco.dataset import CocoDataset
from detectors.coco.results import CocoResults
from detectors.evaluation.coco_match import counts_as_label, match_coco
from tiling.arrays import Floats, Ints, Mask

DRAWS = 1000
_RECALLS = np.linspace(0, 1, 101)
_LIMITS = np.round(np.arange(0.05, 1.0, 0.05), 2)


@dataclass(frozen=True)
class CategoryMatches:
    """Detections of one category at IoU 0.5, highest score first.

    Attributes:
        category: Its name.
        scores: (N,) float64.
        hits: (N,) bool, whether each found a label.
        image: (N,) int64, the number of the image each is on.
        truth: (images,) int64, labels on each image.
    """

    category: str
    scores: Floats
    hits: Mask
    image: Ints
    truth: Ints

    def average_precision(self, weights: Floats) -> float:
        """Compute COCO's AP (101 recalls) where image i counts `weights[i]` times; NaN without labels."""
        total = float(weights @ self.truth)
        if total == 0:
            return float("nan")
        weight = weights[self.image]
        right, wrong = np.cumsum(weight * self.hits), np.cumsum(weight * ~self.hits)
        precision = right / np.maximum(right + wrong, np.finfo(float).tiny)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        at = np.searchsorted(right / total, _RECALLS, side="left")
        return float(np.append(envelope, 0.0)[np.minimum(at, len(envelope))].mean())

    def f1(self, weights: Floats, limit: float) -> float:
        """Compute F1 of detections that score `limit` or more; NaN without labels, as the average precision is."""
        labels = float(weights @ self.truth)
        if labels == 0:
            return float("nan")
        kept = self.scores >= limit
        weight = weights[self.image[kept]]
        return 2 * float(weight @ self.hits[kept]) / (labels + float(weight.sum()))

    def best_limit(self) -> float | None:
        """Return the score (in steps of 0.05) from which F1 is best; None without labels, which tell nothing."""
        if not self.truth.any():
            return None
        once = np.ones(len(self.truth))
        return float(max(_LIMITS, key=lambda limit: self.f1(once, limit)))


@dataclass(frozen=True)
class Metric:
    """Value of a metric with its 95 % interval; NaN where there is nothing to measure."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return the value with its interval; a dash where there is nothing to measure."""
        return "-" if np.isnan(self.value) else f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class ClassMetrics:
    """Metrics of one category, or the mean of all.

    Number of labels, AP50, and F1 of detections that score `limit` or more. `f1` is None for the mean, `limit` there
    and for a category without labels where none was given.
    """

    category: str
    labels: int
    ap50: Metric
    f1: Metric | None
    limit: float | None


def match_by_category(coco: CocoDataset, results: CocoResults, kind: str = "bbox") -> list[CategoryMatches]:
    """Match COCO results with COCO labels at IoU 0.5, category by category; crowds are ignored.

    Args:
        coco: The labels.
        results: The results on them.
        kind: `bbox` or `segm`; for masks, labels without an outline are ignored as crowds are.

    Raises:
        DatasetError: `kind` is another.
    """
    entries: dict[int, list[Any]] = {category.number: [] for category in coco.categories}
    for entry in match_coco(coco, results, kind):
        entries[entry["category_id"]].append(entry)
    counts = np.zeros((len(coco.categories), len(coco.images)), np.int64)
    for row in coco.objects:
        counts[row.category - 1, row.image - 1] += counts_as_label(row, kind)
    matches = []
    for category in coco.categories:
        parts = [_one_image(entry) for entry in entries[category.number]]
        scores, hits, image = (np.concatenate([p[i] for p in parts] or [np.empty(0)]) for i in range(3))
        order = np.argsort(-scores, kind="mergesort")
        matches.append(
            CategoryMatches(
                category.label,
                scores[order],
                hits[order].astype(bool),
                image[order].astype(np.int64),
                counts[category.number - 1],
            )
        )
    return matches


def _one_image(entry: Any) -> tuple[Floats, Floats, Floats]:
    counted = ~np.asarray(entry["dtIgnore"][0], bool)
    scores = np.asarray(entry["dtScores"], np.float64)[counted]
    hits = np.asarray(entry["dtMatches"][0] > 0, np.float64)[counted]
    return scores, hits, np.full(len(scores), float(entry["image_id"] - 1))


def bootstrap_metrics(
    matches: list[CategoryMatches],
    limits: Mapping[str, float] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[ClassMetrics]:
    """Compute AP50 and F1 per category, and their mean over those with labels, with intervals.

    Args:
        matches: Of one set of images.
        limits: Lowest score that counts for F1, by category; the best one on this very set where there is none.
        draws: How many sets of images are drawn, with replacement.
        seed: Of the draws.
    """
    images = len(matches[0].truth)
    rng = np.random.default_rng(seed)
    sets = rng.multinomial(images, np.full(images, 1 / images), draws).astype(np.float64)
    sets = np.vstack([np.ones(images), sets])  # the first one is the set itself
    metrics, every = [], []
    for category in matches:
        limit = (limits or {}).get(category.category, category.best_limit())
        ap50 = np.array([category.average_precision(weights) for weights in sets])
        f1 = np.array([category.f1(weights, limit or 0.0) for weights in sets])
        every.append(ap50)
        metrics.append(
            ClassMetrics(
                category.category, int(category.truth.sum()), _with_interval(ap50), _with_interval(f1), limit
            )
        )
    labelled = np.array([ap for ap in every if not np.isnan(ap[0])]).reshape(-1, len(sets))
    there = ~np.isnan(labelled)
    with np.errstate(invalid="ignore"):  # a set that was drawn, or the set itself, may have no label at all
        mean = np.where(there, labelled, 0.0).sum(axis=0) / there.sum(axis=0)
    total = sum(metric.labels for metric in metrics)
    return [*metrics, ClassMetrics("all", total, _with_interval(mean), None, None)]


def _with_interval(values: Floats) -> Metric:
    """Return the first value with the interval of the others."""
    drawn = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(drawn):
        return Metric(float(values[0]), float("nan"), float("nan"))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Metric(float(values[0]), float(low), float(high))
