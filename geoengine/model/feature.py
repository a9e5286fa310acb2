"""Features, and the results of reading them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from geoengine.model.checks import (
    check_attributes,
    check_class_key,
    check_revision,
    check_score,
    check_text,
    check_uid,
)
from geoengine.model.geometry import FeatureGeometry
from tiling.arrays import Geometries


@dataclass(frozen=True)
class FeatureColumns:
    """A page of N features in the order they were created; entry i of each column is of feature i.

    Attributes:
        uid, class_key, state, origin, author, time: As in `Feature`.
        geometry: (N,) object, shapely Polygons, LineStrings and Points in the scene's CRS.
        score, model: None where there is none.
        revision: From 1 on.
        attributes: JSON objects as text.
        said: JSON objects as text of `unsure` (0 or 1), `note` and `confidence`; None where nothing is said.
        total: How many there were before a limit cut in.
    """

    uid: Sequence[str]
    class_key: Sequence[str]
    geometry: Geometries
    state: Sequence[str]
    score: Sequence[float | None]
    revision: Sequence[int]
    origin: Sequence[str]
    model: Sequence[str | None]
    author: Sequence[str]
    time: Sequence[str]
    attributes: Sequence[str]
    said: Sequence[str | None]
    total: int

    @property
    def truncated(self) -> bool:
        """True if a limit left some out."""
        return self.total > len(self.uid)


Bounds = tuple[float, float, float, float]
"""minx, miny, maxx, maxy in the scene's CRS."""


class FeatureState(StrEnum):
    """State of a feature in the review."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Origin of the first revision of a feature."""

    HUMAN = "human"
    MODEL = "model"
    IMPORT = "import"


class Confidence(StrEnum):
    """How sure a person is of a feature."""

    UNSTATED = ""
    POSSIBLE = "possible"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Feature:
    """One object in one of its revisions.

    Attributes:
        uid: Name for life, 8 to 64 letters, digits and dashes.
        scene_id: The scene it lies in.
        class_key: Its label class.
        geometry: Shapely geometry of the kind of its class, in the scene's CRS (world space, float64, unrounded).
        state: Proposed, accepted or rejected.
        score: The model's confidence from 0 to 1, or None.
        revision: 1, 2, 3, …
        origin: Who made revision 1.
        model: Name and version of the model that proposed it, or None.
        author: Who made this revision.
        time: When, UTC ISO 8601.
        attributes: Anything else, JSON values under text keys.
        deleted: True where this revision is a deletion; the rest is as it was before.
        unsure: True where a person has marked it to be looked at again.
        note: What a person says of it, one line; empty for nothing.
        confidence: How sure a person is of it.
    """

    uid: str
    scene_id: int
    class_key: str
    geometry: FeatureGeometry
    state: FeatureState
    score: float | None
    revision: int
    origin: Origin
    model: str | None
    author: str
    time: str
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    deleted: bool = False
    unsure: bool = False
    note: str = ""
    confidence: Confidence = Confidence.UNSTATED

    def __post_init__(self) -> None:
        """Check the values."""
        check_uid(self.uid)
        check_class_key(self.class_key)
        check_score(self.score)
        check_revision(self.revision, "revision")
        check_text(self.author, "author")
        check_attributes(self.attributes)


@dataclass(frozen=True)
class FeaturePage:
    """The answer to a query: `features` in the order they were created, `total` before the limit cut in."""

    features: tuple[Feature, ...]
    total: int
    truncated: bool


class QueueOrder(StrEnum):
    """Order of the review queue.

    Attributes:
        SUREST: Highest score first, those without a score last.
        LEAST_SURE: Lowest score first, those without a score last.
        NEAREST: In strips from the top of the scene down, from left to right and back.
        SIZE: Largest bounding box first; of lines without an area the longest, points last.
        CLASS: Class by class in the project's order, the surest of each first.
        OVERLAPS: Only pairs of one class that overlap, those that overlap most first; none of lines or points.
    """

    SUREST = "surest"
    LEAST_SURE = "least-sure"
    NEAREST = "nearest"
    SIZE = "size"
    CLASS = "class"
    OVERLAPS = "overlaps"


DISTINCT_FROM = "distinct_from"
"""Attribute of an object that overlaps others and is none of them: their uids, separated by spaces."""


@dataclass(frozen=True)
class QueueItem:
    """One object that waits for a review, or a pair of them.

    Attributes:
        uid: The object; of a pair the surer one.
        class_key: Its class.
        score: Its score, or None.
        bbox: Its box, or that around the pair, in the scene's CRS.
        other: The other one of a pair, or None.
        overlap: Intersection over union of a pair.
        inside: Share of the smaller one of a pair that lies in the other.
    """

    uid: str
    class_key: str
    score: float | None
    bbox: Bounds
    other: str | None = None
    overlap: float | None = None
    inside: float | None = None


@dataclass(frozen=True)
class FeatureCount:
    """Number of live features of a class in a state in a scene."""

    scene_id: int
    class_key: str
    state: FeatureState
    count: int


def new_uid() -> str:
    """Return a new uid (32 hex digits)."""
    return uuid.uuid4().hex
