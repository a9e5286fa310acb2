"""Confusion matrix of COCO results: boxes matched whatever their class, and what is left over on either side."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pycocotools import mask as run_lengths

from detectors.coco.dataset import CocoDataset
from detectors.coco.records import CocoObject
from detectors.coco.results import CocoResult, CocoResults
from tiling.arrays import Floats, Ints

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
    coco: CocoDataset, results: CocoResults, limits: Mapping[str, float] | None = None, iou: float = 0.5
) -> Confusion:
    """Compare COCO results with COCO labels whatever their class.

    On each image what is found takes its turn by falling score, and takes the free label its box overlaps most, if
    by `iou` or more. What finds no label and lies by `iou` or more of its area in a crowd of its own category is
    ignored, as for AP.

    Args:
        coco: The labels.
        results: The results on them.
        limits: By label of the category, the score from which something counts as found; 0.5 where there is none.
        iou: Threshold in 0..1.
    """
    names = (*(category.label for category in coco.categories), BACKGROUND)
    counts = np.zeros((len(names), len(names)), np.int64)
    labels = coco.by_image()
    found: dict[int, list[CocoResult]] = {image.number: [] for image in coco.images}
    for result in results.rows:
        if result.score >= (limits or {}).get(names[result.category - 1], 0.5):
            found[result.image].append(result)
    mistakes = []
    for image in coco.images:
        crowds = [label for label in labels[image.number] if label.crowd]
        single = [label for label in labels[image.number] if not label.crowd]
        for label, guess in _pairs(single, found[image.number], iou):
            if label is None and guess is not None and _in_crowd(guess, crowds, iou):
                continue
            row = len(names) - 1 if label is None else label.category - 1
            column = len(names) - 1 if guess is None else guess.category - 1
            counts[row, column] += 1
            if row != column:
                shown = label or guess
                assert shown is not None
                score = None if guess is None else guess.score
                was, seen = names[row] if label else None, names[column] if guess else None
                mistakes.append(Mistake(image.file_name, shown.bbox, was, seen, score))
    return Confusion(names, counts, tuple(mistakes))


def _in_crowd(guess: CocoResult, crowds: list[CocoObject], share: float) -> bool:
    same = [crowd for crowd in crowds if crowd.category == guess.category]
    return bool(same) and bool((_overlap([guess], same, crowd=True) >= share).any())


def _overlap(found: list[CocoResult], labels: list[CocoObject], *, crowd: bool = False) -> Floats:
    """Return the IoU of boxes, (found, labels); with `crowd`, the share of what is found that lies inside."""
    boxes = [np.array([row.bbox for row in rows], np.float64) for rows in (found, labels)]
    return np.asarray(run_lengths.iou(*boxes, [int(crowd)] * len(labels)))


def _pairs(
    labels: list[CocoObject], found: list[CocoResult], iou: float
) -> list[tuple[CocoObject | None, CocoResult | None]]:
    """Pair each label with the detection that found it; None where one has no partner."""
    found = sorted(found, key=lambda row: -row.score)
    overlap = _overlap(found, labels) if labels and found else np.zeros((len(found), len(labels)))
    free = np.ones(len(labels), bool)
    pairs: list[tuple[CocoObject | None, CocoResult | None]] = []
    for row, guess in zip(overlap, found, strict=True):
        best = int(np.where(free, row, -1.0).argmax()) if free.any() else -1
        if best >= 0 and row[best] >= iou:
            free[best] = False
            pairs.append((labels[best], guess))
        else:
            pairs.append((None, guess))
    return [*pairs, *((labels[i], None) for i in np.flatnonzero(free))]
