"""Comparison of COCO results with COCO annotations, as figures, tables and charts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from detectors.evaluation.charts import draw_counts, draw_curves, draw_mistakes, worst_mistakes
from detectors.evaluation.confusion import confuse
from detectors.evaluation.scoring import CategoryMatches, ClassMetrics, bootstrap_metrics, match_by_category
from geoengine.atomic import atomic_write

KINDS = ("bbox", "segm")


def evaluate_coco(
    truth: Path,
    predictions: Path,
    *,
    min_score: float | None = None,
    report: Path | None = None,
    images: Path | None = None,
) -> dict[str, list[ClassMetrics]]:
    """Measure AP50 and F1 of boxes and of masks, by category, with 95 % intervals by bootstrap over images.

    Args:
        truth: COCO annotations.
        predictions: COCO results.
        min_score: The least score that counts for F1 and the confusion matrix; None takes for each category the one
            with the highest F1 on this very set.
        report: A folder for `figures.json`, `confusion.csv` and `.png`, `precision_recall.png` and, where `images` is
            given, `mistakes.png`.
        images: The folder of the images.

    Returns:
        `bbox` and, where the results have masks, `segm`.

    Raises:
        DatasetError: A file is no COCO file, or the results do not belong to the annotations.
    """
    found, matches = {}, []
    for kind in KINDS if _has_masks(truth, predictions) else KINDS[:1]:
        matches = match_by_category(truth, predictions, kind)
        limits = None if min_score is None else dict.fromkeys((o.category for o in matches), min_score)
        found[kind] = bootstrap_metrics(matches, limits)
    if report is not None:
        limits = {f.category: f.limit for f in found["bbox"] if f.limit is not None}
        _write_report(report, truth, predictions, found, matches, limits, images)
    return found


def figures_json(found: Mapping[str, list[ClassMetrics]]) -> dict[str, Any]:
    """Return the figures as JSON values; null where there is nothing to measure."""
    text = json.dumps({kind: [asdict(figure) for figure in figures] for kind, figures in found.items()})
    values: dict[str, Any] = json.loads(text, parse_constant=lambda _: None)
    return values


def _has_masks(truth: Path, predictions: Path) -> bool:
    try:
        results = json.loads(predictions.read_text())
        labels = json.loads(truth.read_text())["annotations"]
        return all("segmentation" in row for row in results) and any(
            row.get("segmentation") for row in labels
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # reading the outcomes reports the error


def _write_report(
    folder: Path,
    truth: Path,
    predictions: Path,
    found: Mapping[str, list[ClassMetrics]],
    matches: list[CategoryMatches],
    limits: Mapping[str, float],
    images: Path | None,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(folder / "figures.json", json.dumps(figures_json(found), indent=2).encode())
    confusion = confuse(truth, predictions, limits)
    atomic_write(folder / "confusion.csv", confusion.to_csv().encode())
    draw_counts(folder / "confusion.png", confusion.names, confusion.counts)
    curves = {category.category: _precision_recall(category) for category in matches if category.truth.sum()}
    draw_curves(folder / "precision_recall.png", "IoU 0.5", curves, ("recall", "precision"))
    if images is not None:
        draw_mistakes(folder / "mistakes.png", worst_mistakes(confusion.mistakes), images)


def _precision_recall(category: CategoryMatches) -> tuple[np.ndarray, np.ndarray]:
    right = np.cumsum(category.hits)
    return right / category.truth.sum(), right / np.arange(1, len(right) + 1)
