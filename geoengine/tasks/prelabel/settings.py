"""Settings of a pre-labeling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detectors.inference.sizes import DEFAULT_BATCH


@dataclass(frozen=True)
class PrelabelSettings:
    """Settings that scenes are pre-labeled with.

    Attributes:
        min_score: Lowest score to propose; None for each class's own from the model card.
        class_scores: Lowest scores of single classes, (class, score), which go before `min_score`.
        classes: Only these classes of the project are proposed; empty for all that the model finds.
        renamed: (class of the model, class of the project) where their names differ.
        device: `cpu`, `cuda` or `cuda:N`. A `DevicePool` replaces it by its own devices.
        batch: Chips per forward pass.
        again: Whether to repeat scenes that the same model has pre-labeled last, with the same settings.
    """

    min_score: float | None = None
    device: str = "cpu"
    batch: int = DEFAULT_BATCH
    again: bool = False
    class_scores: tuple[tuple[str, float], ...] = ()
    classes: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_job(cls, params: Mapping[str, Any], device: str) -> PrelabelSettings:
        """Return the settings that a job was recorded with."""
        return cls(
            params.get("min_score"),
            device,
            class_scores=tuple((params.get("min_scores") or {}).items()),
            classes=tuple(params.get("classes") or ()),
            renamed=tuple((params.get("map") or {}).items()),
        )
