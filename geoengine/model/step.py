"""Steps: what one changeset did to the objects of a scene, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from geoengine.model.feature import Bounds


class Did(StrEnum):
    """What became of an object in a step; the first that applies."""

    DRAWN = "drawn"
    DELETED = "deleted"
    RESTORED = "restored"
    RESHAPED = "reshaped"
    CLASSIFIED = "classified"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PROPOSED = "proposed"
    SAID = "said"


@dataclass(frozen=True)
class PastStep:
    """One changeset of a person.

    Attributes:
        changeset: Its number.
        time: When it was committed, in UTC.
        comment: Of the changeset, or None.
        counts: Numbers of objects by what became of them, without zeros.
        bbox: Box around its objects as they are now, in the scene's CRS.
        uids: Some of its objects.
        deleted: Those of `uids` that are deleted now.
    """

    changeset: int
    time: str
    comment: str | None
    counts: Mapping[Did, int]
    bbox: Bounds
    uids: tuple[str, ...]
    deleted: tuple[str, ...]

    @property
    def objects(self) -> int:
        """How many objects it changed."""
        return sum(self.counts.values())
