"""Edited label file, as far as an import has read it: the ground on which deletions are decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from geoengine.exchange.geojson import ImportedFeature
from geoengine.model import Feature, Scene
from geoengine.tasks.labels.import_merge import ProjectFeature


@dataclass
class EditedFile:
    """An edited label file, scene by scene: its uids, its age and its contents."""

    _uids: dict[int, set[str]] = field(default_factory=dict)
    _newest: dict[int, str] = field(default_factory=dict)
    _kinds: dict[int, set[tuple[str, str]]] = field(default_factory=dict)

    def note(self, scene: Scene, known: ProjectFeature, feature: ImportedFeature) -> None:
        """Take note of an object of the project that is in the file."""
        self._uids.setdefault(scene.id, set()).add(known.head.uid)
        if known.base is None:
            return
        self._newest[scene.id] = max(known.base.time, self._newest.get(scene.id, ""))
        self._kinds.setdefault(scene.id, set()).add((known.base.class_key, known.base.state.value))

    def has(self, scene: Scene) -> bool:
        """Return True if the file has revisions of objects of a scene."""
        return scene.id in self._kinds

    def lacks(self, scene: Scene, feature: Feature) -> bool:
        """Return True if an object is not in the file."""
        return feature.uid not in self._uids[scene.id]

    def held(self, scene: Scene, feature: Feature) -> bool:
        """Return True if the file surely held an object before it was edited.

        It is no newer than the newest that is there, and others of its class and state are: an export may have left
        out what it was not asked for.
        """
        kind = (feature.class_key, feature.state.value)
        return feature.time <= self._newest[scene.id] and kind in self._kinds[scene.id]
