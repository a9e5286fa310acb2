"""Edited label file, as far as an import has read it: the ground on which deletions are decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from geoengine.errors import InvalidValueError
from geoengine.model import Feature, FeatureFilter, Scene
from geoengine.store.view import StoreView
from geoengine.tasks.labels.import_merge import ProjectFeature

_SELECTED = ("states", "classes", "min_score", "unsure", "noted", "confidences")
"""Words of a file on what it was limited to, as `FeatureFilter.stated` writes them."""

_Kind = tuple[int, str, str]


@dataclass
class EditedFile:
    """An edited label file, scene by scene: its uids, its age and its contents.

    Attributes:
        member: What the file says of itself, empty where it says nothing: most programs drop it.
    """

    member: Mapping[str, Any]
    _uids: dict[int, set[str]] = field(default_factory=dict)
    _newest: dict[int, str] = field(default_factory=dict)
    _lowest: dict[_Kind, float] = field(default_factory=dict)  # score of a scene, class and state

    def __post_init__(self) -> None:
        """Read what the file was to hold."""
        self._selection = _selection(self.member)

    def note(self, scene: Scene, known: ProjectFeature) -> None:
        """Take note of an object of the project that is in the file."""
        self._uids.setdefault(scene.id, set()).add(known.head.uid)
        base = known.base
        if base is None:
            return
        self._newest[scene.id] = max(base.time, self._newest.get(scene.id, ""))
        kind, score = _kind(base), _score(base)
        self._lowest[kind] = min(score, self._lowest.get(kind, score))

    def missing(
        self, view: StoreView, scene: Scene, but: Collection[str | None]
    ) -> Iterator[tuple[Feature, bool]]:
        """Yield the objects of a scene that the file lacks, each with whether it surely held them once.

        Args:
            view: The project.
            scene: The scene; nothing is yielded where the file has no revision of an object in it.
            but: Uids to leave out.
        """
        if scene.id not in self._newest:
            return
        there = self._uids[scene.id]
        written = view.changeset_time(scene.id, self._changeset(scene))
        if written is not None:
            self._newest[scene.id] = written
        for feature in view.snapshot(scene.id).features:
            if feature.uid not in there and feature.uid not in but:
                yield feature, self._held(feature)

    def _changeset(self, scene: Scene) -> int:
        """Return the changeset of a scene that the file says it was written at; 0 where it does not say so."""
        for one in _scenes(self.member):
            if one.get("scene") == scene.key:
                number = one.get("changeset")
                return number if isinstance(number, int) and 0 < number < 2**63 else 0
        return 0

    def _held(self, feature: Feature) -> bool:
        """Return True if the file surely held an object before it was edited.

        The object is no newer than the file, or than the newest that is there. A file that says what it was to hold is
        believed; of any other, an export may have left out what it was not asked for, so that others of its class and
        state must be there, with scores as low.
        """
        if feature.time > self._newest[feature.scene_id]:
            return False
        if self._selection is not None:
            return not self.member.get("left_out") and self._selection.accepts(feature)
        lowest = self._lowest.get(_kind(feature))
        return lowest is not None and _score(feature) >= lowest

    def notes(self, missing: int, kept: int, deletions: bool) -> list[str]:
        """Return sentences on the objects that the file lacks.

        Args:
            missing: How many of them it surely held, that were not deleted.
            kept: How many it may never have held.
            deletions: Whether deletions were asked for.
        """
        found = []
        if missing:
            found.append(f"{missing:,} objects of the project are not in the file; --deletions deletes them")
        if kept and deletions:
            found.append(
                f"{kept:,} objects that the file lacks stay: they are newer than the file, or {self._why()}"
            )
        return found

    def _why(self) -> str:
        if self._selection is None:
            return "it holds none of their class and state with a score as low"
        if self.member.get("left_out"):
            return f"among those that could not be written to it ({self.member['left_out']})"
        words = [
            f"{name.replace('_', ' ')} {', '.join(value) if isinstance(value, list) else value}"
            for name, value in self.member.items()
            if name in _SELECTED
        ]
        return f"it was written without them ({'; '.join(words) or 'as it says'})"


def _scenes(member: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a file says of its scenes."""
    scenes = member.get("scenes", [member])
    return [one for one in scenes if isinstance(one, dict)] if isinstance(scenes, list) else []


def _selection(member: Mapping[str, Any]) -> FeatureFilter | None:
    """Return what a file was to hold; None where it does not say so."""
    if not isinstance(member.get("complete"), bool):
        return None
    if any("areas" in scene for scene in _scenes(member)):
        return FeatureFilter(states=())  # of parts of a scene: of nothing else is it sure that it was there
    limits = {name: member[name] for name in _SELECTED if member.get(name) is not None}
    try:
        if not limits and not member["complete"]:
            return FeatureFilter(states=())  # a word of a later version: nothing is sure
        return FeatureFilter(**limits)
    except (InvalidValueError, TypeError):
        return FeatureFilter(states=())


def _kind(feature: Feature) -> _Kind:
    return feature.scene_id, feature.class_key, feature.state.value


def _score(feature: Feature) -> float:
    """Return the score; objects without one go through any limit."""
    return 1.0 if feature.score is None else feature.score
