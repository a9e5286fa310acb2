"""Confusion matrix of COCO results: boxes matched whatever their class, and what is left over on either side."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as run_lengths

from detectors.errors import DatasetError
from tiling.arrays import Ints

BACKGROUND = "(nothing)"


@dataclass(frozen=True)
class Mistake:
    """Missed label (`found` is None), false detection (`truth` is None), or one class taken for another.

    `bbox` is x, y, width, height in pixels; `score` is that of the detection.
    """

    file_name: str
    bbox: tuple[float, float, float, float]
    truth: str | None
    found: str | None
    score: float | None


@dataclass(frozen=True)
class Confusion:
    """Confusion matrix with its mistakes.

    Attributes:
        names: The categories, and last `BACKGROUND`.
        counts: (K + 1, K + 1) int64: labelled as the row, found as the column; the last row is found where nothing
            is labelled, the last column labelled and not found.
        mistakes: All of them.
    """

    names: tuple[str, ...]
    counts: Ints
    mistakes: tuple[Mistake, ...]

    def to_csv(self) -> str:
        """Return the counts as a CSV table, rows as labelled, columns as found."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(["labelled \\ found", *self.names])
        writer.writerows([name, *row] for name, row in zip(self.names, self.counts.tolist(), strict=True))
        return buffer.getvalue()


def confuse(
    truth: Path, predictions: Path, limits: Mapping[str, float] | None = None, iou: float = 0.5
) -> Confusion:
    """Compare COCO results with COCO labels whatever their class.

    On each image what is found takes its turn by falling score, and takes the free label its box overlaps most, if
    by `iou` or more.

    Args:
        truth: COCO annotations.
        predictions: COCO results.
        limits: By category, the score from which something counts as found; 0.5 where there is none.
        iou: Threshold in 0..1.

    Raises:
        DatasetError: One of the files is not what it should be.
    """
    try:
        coco, results = json.loads(truth.read_text()), json.loads(predictions.read_text())
        categories = {row["id"]: row["name"] for row in sorted(coco["categories"], key=lambda row: row["id"])}
        files = {row["id"]: row["file_name"] for row in coco["images"]}
        labels: dict[int, list[Any]] = {image: [] for image in files}
        found: dict[int, list[Any]] = {image: [] for image in files}
        for row in coco["annotations"]:
            if not row.get("iscrowd"):
                labels[row["image_id"]].append(row)
        for row in results:
            if row["score"] >= (limits or {}).get(categories[row["category_id"]], 0.5):
                found[row["image_id"]].append(row)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{predictions} cannot be compared with {truth}: {error!r}") from error
    index = {number: i for i, number in enumerate(categories)}
    names = (*categories.values(), BACKGROUND)
    counts = np.zeros((len(names), len(names)), np.int64)
    mistakes = []
    for image, name in files.items():
        for label, guess in _pairs(labels[image], found[image], iou):
            row = index[label["category_id"]] if label else len(index)
            column = index[guess["category_id"]] if guess else len(index)
            counts[row, column] += 1
            if row != column:
                x, y, width, height = (float(v) for v in (label or guess)["bbox"])
                score = None if guess is None else float(guess["score"])
                was, seen = names[row] if label else None, names[column] if guess else None
                mistakes.append(Mistake(name, (x, y, width, height), was, seen, score))
    return Confusion(names, counts, tuple(mistakes))


def _pairs(labels: list[Any], found: list[Any], iou: float) -> list[tuple[Any, Any]]:
    """Pair each label with the detection that found it; None where one has no partner."""
    found = sorted(found, key=lambda row: -row["score"])
    overlap = np.zeros((len(found), len(labels)))
    if labels and found:
        boxes = [np.array([row["bbox"] for row in rows], np.float64) for rows in (found, labels)]
        overlap = np.asarray(run_lengths.iou(*boxes, [0] * len(labels)))
    free, pairs = np.ones(len(labels), bool), []
    for row, guess in zip(overlap, found, strict=True):
        best = int(np.where(free, row, -1.0).argmax()) if free.any() else -1
        if best >= 0 and row[best] >= iou:
            free[best] = False
            pairs.append((labels[best], guess))
        else:
            pairs.append((None, guess))
    return [*pairs, *((labels[i], None) for i in np.flatnonzero(free))]
