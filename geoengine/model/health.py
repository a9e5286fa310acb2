"""Findings on the health of a project that is served: what is wrong, and with which scene and features."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """Kinds of trouble; each has a remedy of its own."""

    DATABASE = "database"
    """The database is locked by another process."""
    WRITE_BACK = "write-back"
    """The thread that writes label files fails."""
    LABEL_FILE = "label-file"
    """A label file cannot be written."""
    LATE = "late"
    """A label file is behind its edits."""
    LEFT_OUT = "left-out"
    """Features are in no label file."""
    DAMAGED = "damaged"
    """The row of a scene cannot be read."""
    RASTER = "raster"
    """The raster of a scene is gone, or is another one."""
    DISK = "disk"
    """The disk is full, or nearly so."""
    TILE_CACHE = "tile-cache"
    """Cached tiles cannot be removed."""


@dataclass(frozen=True)
class HealthFinding:
    """One thing that is wrong.

    Attributes:
        kind: What kind of thing.
        message: The thing in one sentence.
        scene_id: The scene it is about, or None.
        uids: The features it is about, of that scene; the first of them where they are many.
        features: How many features it is about.
    """

    kind: FindingKind
    message: str
    scene_id: int | None = None
    uids: tuple[str, ...] = ()
    features: int = 0
