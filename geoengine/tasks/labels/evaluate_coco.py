"""Comparison of COCO results with COCO annotations, as figures, tables and charts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detectors.coco.dataset import CocoDataset, read_dataset
from detectors.coco.read_report import listed
from detectors.coco.results import CocoResults, read_results
from detectors.evaluation.charts import draw_counts, draw_curves, draw_mistakes, worst_mistakes
from detectors.evaluation.coco_match import KINDS
from detectors.evaluation.confusion import confuse
from detectors.evaluation.scoring import (
    DRAWS,
    CategoryMatches,
    ClassMetrics,
    bootstrap_metrics,
    match_by_category,
)
from geoengine.atomic import atomic_write


@dataclass(frozen=True)
class CocoEvaluation:
    """Outcome of comparing COCO results with COCO annotations.

    Attributes:
        figures: By kind, `bbox` and, where both sides have outlines, `segm`.
        left_out: Ids of what is not compared, by file and reason.
        remarks: One sentence for each reason for which something is left out or used otherwise than a file says.
    """

    figures: dict[str, list[ClassMetrics]]
    left_out: dict[str, list[str]]
    remarks: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON values; null where there is nothing to measure."""
        values = {kind: [asdict(figure) for figure in figures] for kind, figures in self.figures.items()}
        text = json.dumps({**values, "left_out": self.left_out, "remarks": self.remarks})
        parsed: dict[str, Any] = json.loads(text, parse_constant=lambda _: None)
        return parsed


def evaluate_coco(
    truth: Path,
    predictions: Path,
    *,
    min_score: float | None = None,
    report: Path | None = None,
    images: Path | None = None,
    draws: int = DRAWS,
) -> CocoEvaluation:
    """Measure AP50 and F1 of boxes and of masks, by category, with 95 % intervals by bootstrap over images.

    Masks are compared where a label and every result has an outline; labels without one are ignored there.

    Args:
        truth: COCO annotations.
        predictions: COCO results.
        min_score: The least score that counts for F1 and the confusion matrix; None takes for each category the one
            with the highest F1 on this very set.
        report: A folder for `figures.json`, `confusion.csv` and `.png`, `precision_recall.png` and, where `images` is
            given, `mistakes.png`.
        images: The folder of the images.
        draws: How many sets of images are drawn for the intervals.

    Raises:
        DatasetError: A file is no COCO file, or the results do not belong to the annotations.
    """
    coco = read_dataset(truth)
    results = read_results(predictions, coco)
    remarks = [*coco.report.sentences(), *results.report.sentences()]
    kinds = _kinds(coco, results, remarks)
    figures, matches = {}, []
    for kind in kinds:
        matches = match_by_category(coco, results, kind)
        limits = None if min_score is None else dict.fromkeys((o.category for o in matches), min_score)
        figures[kind] = bootstrap_metrics(matches, limits, draws=draws)
    left_out = {f"truth: {reason}": ids for reason, ids in coco.report.left_out.items()}
    left_out |= {f"predictions: {reason}": ids for reason, ids in results.report.left_out.items()}
    found = CocoEvaluation(figures, left_out, remarks)
    if report is not None:
        limits = {f.category: f.limit for f in figures["bbox"] if f.limit is not None}
        _write_report(report, coco, results, found, matches, limits, images)
    return found


def _kinds(coco: CocoDataset, results: CocoResults, remarks: list[str]) -> tuple[str, ...]:
    """Return what can be compared; say where some results, but not all, have outlines."""
    outlined = sum(row.outline is not None for row in results.rows)
    if not any(row.outline is not None for row in coco.objects):
        return KINDS[:1]
    if outlined == len(results.rows):
        without = [str(row.id) for row in coco.objects if row.outline is None and not row.crowd]
        if without:
            remarks.append(
                f"{coco.path.name}: {len(without):,} without outline, ignored for masks: {listed(without)}"
            )
        return KINDS
    if outlined:
        remarks.append(
            f"{results.path.name}: only {outlined:,} of {len(results.rows):,} results have an outline, so masks are "
            "not compared"
        )
    return KINDS[:1]


def _write_report(
    folder: Path,
    coco: CocoDataset,
    results: CocoResults,
    found: CocoEvaluation,
    matches: list[CategoryMatches],
    limits: Mapping[str, float],
    images: Path | None,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(folder / "figures.json", json.dumps(found.to_json(), indent=2).encode())
    confusion = confuse(coco, results, limits)
    atomic_write(folder / "confusion.csv", confusion.to_csv().encode())
    draw_counts(folder / "confusion.png", confusion.names, confusion.counts)
    curves = {category.category: _precision_recall(category) for category in matches if category.truth.sum()}
    draw_curves(folder / "precision_recall.png", "IoU 0.5", curves, ("recall", "precision"))
    if images is not None:
        draw_mistakes(folder / "mistakes.png", worst_mistakes(confusion.mistakes), images)


def _precision_recall(category: CategoryMatches) -> tuple[np.ndarray, np.ndarray]:
    right = np.cumsum(category.hits)
    return right / category.truth.sum(), right / np.arange(1, len(right) + 1)
