"""Writes of scenes; `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from geoengine.model import Scene
from geoengine.store import known_files, scene_removal, scenes
from geoengine.store.connection import Database
from geoengine.store.known_files import KnownFile

if TYPE_CHECKING:
    from tiling.display.statistics import RasterStatistics
    from tiling.display.stretch import Stretch
    from tiling.grid.raster_grid import RasterGrid


class SceneStore:
    """Part of `Store` that adds, changes and removes scenes, and knows their files."""

    _database: Database

    def add_scene(self, **values: Unpack[scenes.SceneValues]) -> Scene:
        """Register a raster; the arguments are the attributes of `Scene`.

        Raises:
            DuplicateSceneError: A scene has the same content, or the same key.
            InvalidValueError: An argument breaks a rule of `Scene`.
        """
        with self._database.write() as connection:
            return scenes.add_scene(connection, values)

    def set_stretch(
        self, scene_id: int, stretch: Stretch, statistics: RasterStatistics | None = None
    ) -> Scene:
        """Set the stretch of a scene, for the map and for models, and what was measured anew; return the scene with it.

        Raises:
            NotFoundError: There is no such scene.
        """
        with self._database.write() as connection:
            return scenes.set_stretch(connection, scene_id, stretch, statistics)

    def restore_scene(
        self, scene_id: int, read_raster: Callable[[str, Mapping[str, Any]], tuple[RasterGrid, Stretch]]
    ) -> None:
        """Write the damaged columns of a scene anew; `read_raster` gives the grid and a stretch of its raster.

        Raises:
            StoreError: A column is damaged that the raster does not tell.
        """
        with self._database.write() as connection:
            scenes.restore_scene(connection, scene_id, read_raster)

    def remove_scene(self, scene_id: int, changeset: int) -> None:
        """Remove a scene with its features and their history, and cancel its queued jobs.

        Its number, and those of its changesets, are not given again.

        Args:
            scene_id: The scene.
            changeset: Its last changeset, as it was when its labels were kept elsewhere.

        Raises:
            NotFoundError: There is no such scene.
            JobStateError: It was edited since, or a worker is on it; nothing was removed.
        """
        with self._database.write() as connection:
            scene_removal.remove_scene(connection, scene_id, changeset)

    def rename_scene(self, scene_id: int, key: str, name: str) -> Scene:
        """Give a scene another key and name; queued jobs follow it.

        Raises:
            NotFoundError: There is no such scene.
            DuplicateSceneError: Another scene has the key.
            InvalidValueError: The key or the name breaks a rule of `Scene`.
            JobStateError: A worker is on it.
        """
        with self._database.write() as connection:
            return scene_removal.rename_scene(connection, scene_id, key, name)

    def relink_scene(
        self, scene_id: int, *, uri: str, source: str, content_hash: str, reading: Mapping[str, Any]
    ) -> Scene:
        """Let a scene be read from another file of the same grid; the arguments are attributes of `Scene`.

        Raises:
            NotFoundError: There is no such scene.
            DuplicateSceneError: Another scene has the content.
        """
        with self._database.write() as connection:
            return scene_removal.relink_scene(connection, scene_id, uri, source, content_hash, reading)

    def note_files(self, files: Iterable[KnownFile]) -> None:
        """Note files by which content they had, in place of what was noted of them."""
        with self._database.write() as connection:
            known_files.note_files(connection, files)
