"""What was done in every scene, and today's pace, without going through the whole history for each request."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from geoengine.model.activity import ChangesetFacts, Pace, SceneActivity, paces_of
from geoengine.store import Store
from geoengine.store.view import StoreView


@dataclass
class _Sums:
    """What is known of one scene."""

    runs: set[int] = field(default_factory=set)
    edited_at: str | None = None
    edited_by: str | None = None
    authors: dict[str, None] = field(default_factory=dict)

    def add(self, changeset: ChangesetFacts) -> None:
        if changeset.is_run:
            self.runs.add(changeset.id)
        self.runs.difference_update(changeset.undone)
        if changeset.is_edit:
            self.edited_at, self.edited_by = changeset.time, changeset.author
            self.authors[changeset.author] = None

    def activity(self) -> SceneActivity:
        return SceneActivity(len(self.runs), self.edited_at, self.edited_by, tuple(self.authors))


class ActivityLog:
    """Sums of the history, which only grows: each changeset is read once; for any thread."""

    def __init__(self, store: Store) -> None:
        """Make a log that has read no changeset yet."""
        self._store = store
        self._lock = threading.Lock()
        self._last = 0
        self._sums: dict[int, _Sums] = {}
        self._paces: tuple[tuple[int, str], list[Pace]] | None = None

    def of(self, view: StoreView, scene_ids: Iterable[int]) -> dict[int, SceneActivity]:
        """Return what was done in these scenes, as a view has it or, where that is older than another one, newer."""
        with self._lock:
            for changeset in view.changesets_after(self._last):
                self._sums.setdefault(changeset.scene_id, _Sums()).add(changeset)
                self._last = changeset.id
            return {
                number: sums.activity()
                for number in scene_ids
                if (sums := self._sums.get(number)) is not None
            }

    def paces(self, since: str) -> list[Pace]:
        """Return the pace of everybody who decided since a moment, as `utc_now` writes it."""
        key = self._store.changes(), since
        known = self._paces
        if known is not None and known[0] == key:
            return known[1]
        with self._store.reading() as view:
            paces = paces_of(view.decided_since(since))
        self._paces = key, paces
        return paces
