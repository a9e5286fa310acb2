"""A scene's labels as of one moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from geoengine.model.damage import DamagedFeature
from geoengine.model.feature import Feature
from geoengine.model.scene import Scene


@dataclass(frozen=True)
class Snapshot:
    """Scene with its features at one moment, as an exporter writes them.

    Attributes:
        scene: The scene.
        changeset: Number of its last changeset at that moment, 0 before the first.
        features: Its features; may be an iterator that is read once.
        damaged: Those among them whose rows cannot be read; complete once `features` has been read to its end.
    """

    scene: Scene
    changeset: int
    features: Iterable[Feature]
    damaged: list[DamagedFeature] = field(default_factory=list)
