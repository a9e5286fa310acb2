"""Scenes as tiles need them, without asking the database for each one."""

from __future__ import annotations

from dataclasses import dataclass

from geoengine.model import Scene
from geoengine.store import Store
from server.representations.scene_json import scene_version


@dataclass(frozen=True)
class VersionedScene:
    """A scene and its version (see `scene_version`)."""

    scene: Scene
    version: str


class SceneCatalog:
    """Scenes by number or key, read anew after anybody's commit: `geoengine stretch` runs in another process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Replaced as one, never changed in its number: threads that still hold the old one do no harm.
        self._seen: tuple[int, dict[str, VersionedScene]] = (-1, {})

    def get(self, name: str) -> VersionedScene:
        """The scene of this number, or of this key where it is not all digits.

        Raises:
            NotFoundError: there is none.
        """
        changes = self._store.changes()
        number, versioned = self._seen
        if number != changes:
            versioned = {}
            self._seen = (changes, versioned)
        found = versioned.get(name)
        if found is None:
            is_number = name.isascii() and name.isdigit() and len(name) < 18
            scene = self._store.scene(int(name)) if is_number else self._store.scene_by_key(name)
            found = versioned[name] = VersionedScene(scene, scene_version(scene))
        return found
