"""Rows of the database that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DamagedFeature:
    """A feature whose row cannot be read.

    Attributes:
        uid: Its uid.
        scene_id: Its scene.
        reason: What is wrong, completing "feature …".
    """

    uid: str
    scene_id: int
    reason: str


@dataclass(frozen=True)
class DamagedScene:
    """A scene whose row cannot be read.

    Attributes:
        id: Its number.
        key: Its key.
        reason: What is wrong, completing "scene …".
    """

    id: int
    key: str
    reason: str

    def __str__(self) -> str:
        """Say which row is damaged, and how."""
        return f"scene {self.key!r} {self.reason}"
