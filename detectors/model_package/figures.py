"""Figures on a model card: what a model found of held-out objects, with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_Z = 1.96  # of a 95 % interval
_IOU = "iou_"


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval (Wilson 1927), as if the objects were independent.

    Those of one image are alike, so that the true interval is wider.

    Attributes:
        value: The share, 0 to 1.
        low, high: Ends of the interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """How well a model finds one class on held-out data.

    Attributes:
        class_key: The class, as the card calls it.
        iou: Overlap from which an object counts as found.
        objects: Labelled objects, of which `recall` were found.
        images: Images that they lie on; None where the card does not say.
        precision, recall: With intervals.
        f1: Of both.
    """

    class_key: str
    iou: float
    objects: int
    images: int | None
    precision: Share
    recall: Share
    f1: float


def figures_of(metrics: Mapping[str, Any]) -> tuple[list[Figure], list[str]]:
    """Return the figures of a card's metrics by class and overlap, and the names of those of another shape."""
    found: list[Figure] = []
    others: list[str] = []
    for key, values in metrics.items():
        of_class = _of_class(key, values) if isinstance(values, Mapping) else []
        found += of_class
        others += [] if of_class else [key]
    return found, others


def wilson(successes: float, trials: float) -> Share:
    """Return a share of trials with its interval; all that is possible where there was none."""
    if trials <= 0:
        return Share(0.0, 0.0, 1.0)
    share = successes / trials
    spread = _Z * math.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    middle, scale = share + _Z**2 / (2 * trials), 1 + _Z**2 / trials
    return Share(share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def _of_class(key: str, values: Mapping[str, Any]) -> list[Figure]:
    """Return the figures of one class, the least overlap first."""
    objects, images = values.get("objects"), values.get("images")
    if not isinstance(objects, int):
        return []
    found = []
    for name, each in values.items():
        numbers = (
            [each.get(part) for part in ("precision", "recall", "f1")] if isinstance(each, Mapping) else []
        )
        iou = _number(name.removeprefix(_IOU)) if name.startswith(_IOU) else None
        if (
            iou is None
            or not numbers
            or not all(isinstance(one, int | float) and 0 <= one <= 1 for one in numbers)
        ):
            continue
        precision, recall, f1 = (float(one or 0) for one in numbers)
        hits = recall * objects
        # Of the detections the card has the share that is right, and so their number.
        right = wilson(hits, hits / precision) if precision > 0 else Share(0.0, 0.0, 1.0)
        of = images if isinstance(images, int) else None
        found.append(Figure(key, iou, objects, of, right, wilson(hits, objects), f1))
    return sorted(found, key=lambda figure: figure.iou)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
