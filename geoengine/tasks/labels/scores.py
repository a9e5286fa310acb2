"""Scores of predicted objects: polygons by IoU, points by distance, lines by buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ANY_CLASS = "*"
NO_CLASS = "(no class)"


@dataclass(frozen=True)
class ClassScore:
    """Counts of one class at one IoU.

    Attributes:
        class_key: The class, or `ANY_CLASS` for all together.
        iou: The least IoU at which a prediction matches a true object.
        tp: Predictions that match a true object, one to one.
        fp: Predictions that match none.
        fn: True objects that no prediction matches.
    """

    class_key: str
    iou: float
    tp: int
    fp: int
    fn: int

    @property
    def is_total(self) -> bool:
        """True for the score of all classes together."""
        return self.class_key == ANY_CLASS

    @property
    def precision(self) -> float:
        """Share of the predictions that match a true object; 0 where there is none."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of the true objects that a prediction matches; 0 where there is none."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is neither."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the score as JSON values; recall and F1 are null without true objects, which tell nothing."""
        counts = {"class": self.class_key, "iou": self.iou, "tp": self.tp, "fp": self.fp, "fn": self.fn}
        recall, f1 = (self.recall, self.f1) if self.tp + self.fn else (None, None)
        precision = self.precision if self.tp + self.fp else None
        return counts | {"precision": precision, "recall": recall, "f1": f1}


@dataclass(frozen=True)
class PointScore:
    """Counts of the points of one class.

    Attributes:
        counts: Those that match within the distance, and those that do not; its IoU has no meaning.
        distance_m: How far a prediction may lie from the true point, in metres.
        apart_m: How far those that match lie apart in the mean; None where none does.
    """

    counts: ClassScore
    distance_m: float
    apart_m: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the score as JSON values."""
        found = self.counts.to_json()
        del found["iou"]
        return found | {"distance_m": self.distance_m, "apart_m": self.apart_m}


@dataclass(frozen=True)
class LineScore:
    """Lengths of the lines of one class, in metres.

    Attributes:
        class_key: The class, or `ANY_CLASS` for all together.
        buffer_m: How far a line may lie from the other.
        true_m: Length of the true lines.
        predicted_m: Length of the predicted ones.
        found_m: Length of true lines that a predicted one lies beside.
        right_m: Length of predicted lines that a true one lies beside.
    """

    class_key: str
    buffer_m: float
    true_m: float
    predicted_m: float
    found_m: float
    right_m: float

    @property
    def is_total(self) -> bool:
        """True for the score of all classes together."""
        return self.class_key == ANY_CLASS

    @property
    def completeness(self) -> float | None:
        """Share of the true length that was found; None where there is none."""
        return self.found_m / self.true_m if self.true_m else None

    @property
    def correctness(self) -> float | None:
        """Share of the predicted length that is right; None where there is none."""
        return self.right_m / self.predicted_m if self.predicted_m else None

    @property
    def quality(self) -> float | None:
        """Length that is right over that of all predicted and missed lines (Heipke et al., 1997)."""
        whole = self.predicted_m + self.true_m - self.found_m
        return self.right_m / whole if self.true_m and whole else None

    def to_json(self) -> dict[str, Any]:
        """Return the score as JSON values."""
        return {
            "class": self.class_key,
            "buffer_m": self.buffer_m,
            "true_m": self.true_m,
            "predicted_m": self.predicted_m,
            "found_m": self.found_m,
            "right_m": self.right_m,
            "completeness": self.completeness,
            "correctness": self.correctness,
            "quality": self.quality,
        }


def total_score(scores: Sequence[ClassScore], iou: float) -> ClassScore:
    """Return the sum of the scores of classes."""
    tp, fp, fn = (sum(values) for values in zip(*((s.tp, s.fp, s.fn) for s in scores), strict=True))
    return ClassScore(ANY_CLASS, iou, tp, fp, fn)
