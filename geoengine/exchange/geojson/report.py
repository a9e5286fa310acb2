"""Results of reading and of writing a label file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from geoengine.model import Confidence, FeatureState
from geoengine.model.geometry import FeatureGeometry


@dataclass(frozen=True)
class ImportedFeature:
    """One object of the file.

    Attributes:
        index: Which feature of the file it comes from, from 0.
        uid: The uid the file gives it, or None. Pieces of a split object, and parts of a multi-part geometry, have
            the same.
        class_key: Its class.
        geometry: Valid geometry in the scene's CRS.
        state: What the file says, or None.
        score: What the file says, or None.
        attributes: All other properties.
        revision: The revision that the file's is based on, or None.
        scene: Key of the scene that the file names, or None.
        model: Model that proposed it, or None.
        maker: Who made it in the project that it was exported from, and when, as the attributes `SOURCE_FIELDS`.
        unsure: Whether the file marks it as unsure; None where it does not say, as the next two.
        note: Its note; empty where the file says that it has none.
        confidence: Its confidence; `Confidence.UNSTATED` where the file says that it has none.
    """

    index: int
    uid: str | None
    class_key: str
    geometry: FeatureGeometry
    state: FeatureState | None
    score: float | None
    attributes: Mapping[str, Any] = field(hash=False)
    revision: int | None = None
    scene: str | None = None
    model: str | None = None
    maker: Mapping[str, str] = field(default_factory=dict, hash=False)
    unsure: bool | None = None
    note: str | None = None
    confidence: Confidence | None = None

    def with_geometry(self, geometry: FeatureGeometry) -> Self:
        """Return the feature with another geometry; like `dataclasses.replace`, which takes five times as long."""
        moved = object.__new__(type(self))
        vars(moved).update(vars(self), geometry=geometry)
        return moved


@dataclass(frozen=True)
class Problem:
    """A feature, or a part of one, that was left out.

    Attributes:
        index: Which feature of the file, from 0.
        id: What the file calls it, or None.
        reason: What is wrong, completing "feature 3 …".
    """

    index: int
    id: str | None
    reason: str

    def sentence(self) -> str:
        """Return the problem in words."""
        name = f" ({self.id})" if self.id else ""
        return f"feature {self.index}{name} {self.reason}"


@dataclass(frozen=True)
class ReadReport:
    """Contents of a file: the features in its order, and the faults of those left out."""

    features: tuple[ImportedFeature, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class LeftOut:
    """A feature that is not in the file, because the file would not show it where it is.

    Attributes:
        uid: Its uid.
        scene: Key of its scene.
        reason: Why, completing the sentence "feature … of scene …".
    """

    uid: str
    scene: str
    reason: str

    def __str__(self) -> str:
        """Name the feature, its scene and the reason."""
        return f"feature {self.uid} of scene {self.scene!r} {self.reason}"


@dataclass(frozen=True)
class WriteReport:
    """Result of writing.

    Attributes:
        path: The file.
        features: How many features are in it.
        scenes: Keys of their scenes.
        left_out: Features that are not in it.
        notes: What the format cannot carry as it is, as sentences.
    """

    path: Path
    features: int
    scenes: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
