"""Samples to learn from and samples held out, and what must be true of them before a training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from detectors.errors import DatasetError
from detectors.training.config import TrainConfig
from detectors.training.samples import Sample


@dataclass(frozen=True)
class Split:
    """Samples to learn from, and samples kept apart to measure on.

    Attributes:
        train: To learn from.
        val: To measure on.
        left_out: Reason -> how many labels of the data set are in neither, though nobody asked for that.
    """

    train: list[Sample]
    val: list[Sample]
    left_out: dict[str, int] = field(default_factory=dict)


def check_outlines(config: TrainConfig, splits: Iterable[Split]) -> None:
    """Check that a class that is to have outlines learns some, in one data set at least.

    Raises:
        DatasetError: None of the objects of such a class has an outline.
    """
    samples = [sample for split in splits for sample in split.train]
    for number, info in enumerate(config.classes, start=1):
        flags = np.concatenate([np.empty(0, bool), *(s.outlined[s.labels == number] for s in samples)])
        if info.geometry == "polygon" and len(flags) and not flags.any():
            raise DatasetError(
                f"class {info.key!r} has the geometry 'polygon', but none of its {len(flags):,} objects has an "
                'outline; give it geometry = "box", or labels with outlines'
            )


def check_held_out(splits: Iterable[Split]) -> None:
    """Check that something is held out.

    Raises:
        DatasetError: Nothing is, so that nothing could be measured.
    """
    if not any(split.val for split in splits):
        raise DatasetError(
            "no image is held out, so that nothing could be measured; give more images, a holdout_fraction above 0, or "
            "a validation file of its own"
        )
