"""Writes of seen and complete ground; `Store` has them all."""

from __future__ import annotations

from collections.abc import Iterable

from geoengine.model import Completion
from geoengine.store import completions, seen_ground
from geoengine.store.connection import Database
from tiling.grid.window import PixelWindow


class GroundStore:
    """Part of `Store` that records what was seen of a scene, and whether it is complete."""

    _database: Database

    def add_seen(self, scene_id: int, author: str, windows: Iterable[PixelWindow]) -> bool:
        """Add what lies wholly within windows to the ground that an author has seen of a scene.

        Args:
            scene_id: The scene.
            author: Who saw it.
            windows: In pixels of the scene; what is beyond its border is left out.

        Returns:
            Whether any of it was new; the same windows again change nothing.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The author is no name of a person.
        """
        with self._database.write() as connection:
            return seen_ground.add_seen(connection, scene_id, author, windows)

    def set_completion(
        self,
        scene_id: int,
        is_complete: bool,
        *,
        author: str,
        share: float,
        area: PixelWindow | None = None,
    ) -> Completion | None:
        """Record that a scene, or an area of it, is complete for the classes of now, or that it is not.

        Args:
            scene_id: The scene.
            is_complete: False takes back what was said.
            author: Who says it.
            share: Share of the valid pixels there that anybody has seen, 0 to 1.
            area: Whole ground cells of the scene (see `GroundCells.around`); None for all of it. What holds for the
                scene and for each area is said apart.

        Returns:
            The completion that holds then: an earlier one where nothing changed, None for none.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The author is no name of a person.
        """
        with self._database.write() as connection:
            return completions.set_completion(connection, scene_id, is_complete, author, share, area)
