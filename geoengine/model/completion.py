"""Completion: a person's word that every object of a scene is labelled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Completion:
    """Word of a person on whether a scene is complete; the last one holds, and the earlier ones stay.

    Attributes:
        scene_id: The scene.
        is_complete: False where it takes an earlier one back.
        author: Who said it.
        time: When, UTC ISO 8601.
        share: Share of the scene's valid pixels that had been seen by then, 0 to 1.
        classes: Keys of the classes that the project had then: objects of others were not looked for.
    """

    scene_id: int
    is_complete: bool
    author: str
    time: str
    share: float
    classes: tuple[str, ...]

    def missing(self, classes: Collection[str]) -> tuple[str, ...]:
        """Return those of some classes that the scene is not complete for."""
        return tuple(key for key in classes if key not in self.classes)
