"""What reading a label file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from geoengine.model import FeatureState


@dataclass(frozen=True)
class ImportedFeature:
    """One polygon of the file.

    Attributes:
        index: which feature of the file it comes from, from 0.
        uid: the uid the file gives it, or None (a further part of a MultiPolygon has none).
        class_key: its class.
        geometry: valid Polygon in the scene's CRS.
        state: what the file says, or None.
        score: what the file says, or None.
        attributes: all other properties.
    """

    index: int
    uid: str | None
    class_key: str
    geometry: shapely.Polygon
    state: FeatureState | None
    score: float | None
    attributes: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Problem:
    """A feature, or a part of one, that was left out.

    Attributes:
        index: which feature of the file, from 0.
        id: what the file calls it, or None.
        reason: what is wrong, completing "feature 3 …".
    """

    index: int
    id: str | None
    reason: str

    def sentence(self) -> str:
        """The problem in words."""
        name = f" ({self.id})" if self.id else ""
        return f"feature {self.index}{name} {self.reason}"


@dataclass(frozen=True)
class ReadReport:
    """What a file holds: the good features in its order, and what is wrong with the others."""

    features: tuple[ImportedFeature, ...]
    problems: tuple[Problem, ...]
