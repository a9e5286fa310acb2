"""Completion: a person's word that every object of a scene, or of an area of it, is labelled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geoengine.model.ground_cells import GroundCells
from tiling.arrays import Mask
from tiling.grid.window import PixelWindow


@dataclass(frozen=True)
class Completion:
    """Word of a person on whether a scene or an area is complete; the last one holds, and the earlier ones stay.

    Attributes:
        scene_id: The scene.
        is_complete: False where it takes an earlier one back.
        author: Who said it.
        time: When, UTC ISO 8601.
        share: Share of the valid pixels there that had been seen by then, 0 to 1.
        classes: Keys of the classes that the project had then: objects of others were not looked for.
        area: Whole ground cells of the scene; None for all of it.
    """

    scene_id: int
    is_complete: bool
    author: str
    time: str
    share: float
    classes: tuple[str, ...]
    area: PixelWindow | None = None

    def missing(self, classes: Collection[str]) -> tuple[str, ...]:
        """Return those of some classes that it does not hold for."""
        return tuple(key for key in classes if key not in self.classes)

    def ground(self, cells: GroundCells, seen: Mask) -> Mask:
        """Return the complete ground, which is what was seen there, (rows, cols) bool.

        Args:
            cells: Those of the scene.
            seen: (rows, cols) bool, what anybody has seen of the scene.
        """
        return seen if self.area is None else seen & cells.within([self.area])
