"""Settings of a pre-labeling."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.inference.sliced import DEFAULT_BATCH


@dataclass(frozen=True)
class PrelabelSettings:
    """Settings that scenes are pre-labeled with.

    Attributes:
        min_score: Lowest score to propose; None for each class's own from the model card.
        device: `cpu`, `cuda` or `cuda:N`. A `DevicePool` replaces it by its own devices.
        batch: Chips per forward pass.
        again: Whether to repeat scenes that the same model has pre-labeled last, with the same settings.
    """

    min_score: float | None = None
    device: str = "cpu"
    batch: int = DEFAULT_BATCH
    again: bool = False
