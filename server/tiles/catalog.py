"""Catalog of scenes for tile requests, without a query for each tile."""

from __future__ import annotations

from geoengine.model import Scene
from geoengine.store import Store
from server.representations.scene_version import VersionedScene, scene_version
from server.tiles.source_watch import SourceWatch

# Looking at the files of thousands of scenes takes a second.
_MANY_SCENES = 200
_LISTED_AGE_S = 60.0


class SceneCatalog:
    """Scenes by number or key, read again after any commit, also of another process such as `geoengine stretch`."""

    def __init__(self, store: Store, watch: SourceWatch) -> None:
        """Make a catalog that has read no scene yet."""
        self._store = store
        self._watch = watch
        # Replaced as a whole: a thread that still has the old pair fills a dict that is no longer read.
        self._read: tuple[int, dict[str, VersionedScene]] = (-1, {})
        self._listed: tuple[int, list[Scene]] = (-1, [])

    def get(self, name: str) -> VersionedScene:
        """Return the scene of this number, or of this key where it is not all digits.

        Raises:
            NotFoundError: There is no such scene.
        """
        by_name = self._current()
        found = by_name.get(name)
        if found is None:
            is_number = name.isascii() and name.isdigit() and len(name) < 18
            with self._store.reading() as view:
                scene = view.scene(int(name)) if is_number else view.scene_by_key(name)
            found = by_name[name] = VersionedScene(scene, scene_version(scene))
        state = self._watch.state(found.scene)
        if state.problem is None:
            return found
        return VersionedScene(found.scene, f"{found.version}{state.token}", state.problem)

    def of(self, scene: Scene, max_age_s: float = 0.0) -> VersionedScene:
        """Return a scene that was read already, with its version; see `SourceWatch.state`."""
        state = self._watch.state(scene, max_age_s)
        return VersionedScene(scene, f"{scene_version(scene)}{state.token}", state.problem)

    def all(self) -> list[VersionedScene]:
        """Return all scenes, oldest first; with many of them, their files were looked at up to a minute ago."""
        changes = self._store.changes()
        number, scenes = self._listed
        if number != changes:
            with self._store.reading() as view:
                scenes = view.scenes()
            self._listed = (changes, scenes)
        max_age_s = _LISTED_AGE_S if len(scenes) > _MANY_SCENES else 0.0
        return [self.of(scene, max_age_s) for scene in scenes]

    def changed(self) -> list[VersionedScene]:
        """Return the scenes whose files were last seen to be gone or changed and, looked at again, still are.

        A scene that is a copy is not among them, whatever became of its original.
        """
        seen = self._watch.changed_ids()
        if not seen:
            return []
        with self._store.reading() as view:
            scenes = [scene for scene in view.scenes() if scene.id in seen]
        return [self.of(scene) for scene in scenes if self._watch.state(scene).token]

    def _current(self) -> dict[str, VersionedScene]:
        """Return the scenes read since the last commit, by the names they were asked for with."""
        changes = self._store.changes()
        number, by_name = self._read
        if number != changes:
            by_name = {}
            self._read = (changes, by_name)
        return by_name
