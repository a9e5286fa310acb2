"""Edits of a changeset. The validity of geometries is checked on commit, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geoengine.errors import InvalidValueError
from geoengine.model.checks import (
    check_attribute_limits,
    check_attributes,
    check_class_key,
    check_note,
    check_optional_text,
    check_revision,
    check_score,
    check_uid,
)
from geoengine.model.feature import Confidence, FeatureState, Origin
from geoengine.model.geometry import FeatureGeometry


@dataclass(frozen=True)
class CreateFeature:
    """A new object; the client makes its `uid`, so that sending it twice does not create two."""

    uid: str
    class_key: str
    geometry: FeatureGeometry
    state: FeatureState = FeatureState.ACCEPTED
    score: float | None = None
    origin: Origin = Origin.HUMAN
    model: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    unsure: bool = False
    note: str = ""
    confidence: Confidence = Confidence.UNSTATED

    def __post_init__(self) -> None:
        """Check the values."""
        check_uid(self.uid)
        check_class_key(self.class_key)
        check_score(self.score)
        check_optional_text(self.model, "model")
        check_attributes(self.attributes)
        check_attribute_limits(self.attributes)
        if self.note:
            check_note(self.note)


@dataclass(frozen=True)
class _ChangedFields:
    """Values that an update and a restore may change; None keeps one, `attributes` replaces them all.

    An empty note removes it, `Confidence.UNSTATED` the confidence; `set_attributes` changes those that it names and
    removes those that it gives None.
    """

    uid: str
    base_revision: int
    class_key: str | None = None
    geometry: FeatureGeometry | None = None
    state: FeatureState | None = None
    attributes: Mapping[str, Any] | None = field(default=None, hash=False)
    set_attributes: Mapping[str, Any] | None = field(default=None, hash=False)
    unsure: bool | None = None
    note: str | None = None
    confidence: Confidence | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        check_uid(self.uid)
        check_revision(self.base_revision)
        if self.class_key is not None:
            check_class_key(self.class_key)
        if self.attributes is not None:
            check_attributes(self.attributes)
            check_attribute_limits(self.attributes)
        if self.set_attributes is not None:
            check_attributes(self.set_attributes, "set_attributes")
            if self.attributes is not None:
                raise InvalidValueError(
                    "an edit has attributes and set_attributes, expected one of the two", "set_attributes"
                )
        if self.note:
            check_note(self.note)


@dataclass(frozen=True)
class UpdateFeature(_ChangedFields):
    """A change to a live object; what is None stays. `attributes` replaces them all."""


@dataclass(frozen=True)
class DeleteFeature:
    """A soft delete: the object leaves the map and keeps its history."""

    uid: str
    base_revision: int

    def __post_init__(self) -> None:
        """Check the values."""
        check_uid(self.uid)
        check_revision(self.base_revision)


@dataclass(frozen=True)
class RestoreFeature(_ChangedFields):
    """Brings a deleted object back, with the same optional changes as an update."""


Edit = CreateFeature | UpdateFeature | DeleteFeature | RestoreFeature
