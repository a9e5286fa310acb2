"""Write-back: after every change a scene's GeoJSON file is rewritten, whole, in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from geoengine.atomic import sweep_temporaries
from geoengine.errors import GeoEngineError, NotFoundError, StoreError
from geoengine.model import Scene
from geoengine.model.health import FindingKind, HealthFinding
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.label_file import LabelFile
from geoengine.tasks.labels.label_findings import LabelFindings
from geoengine.tasks.labels.write_labels import (
    label_lock,
    write_label_file,
    written_changeset,
    written_changesets,
)
from geoengine.watched_thread import WatchedThread

_log = logging.getLogger(__name__)
_SLICE_S = 0.25

PROMISE_S = 2.0
"""An edit is in its label file within so many seconds, or `WriteBack.problems` says so."""


@dataclass
class _Due:
    """A scene that waits to be written: marked first and last, and not tried again before (monotonic time)."""

    first: float
    last: float
    not_before: float = 0.0
    failures: int = 0


class WriteBack(AbstractContextManager["WriteBack"]):
    """A thread that keeps the label files of a project up to date.

    A scene is written `quiet_s` after its last mark, and under constant edits at most `latest_s` after the
    first. Changes by other processes are seen within `poll_s`. What cannot be written is logged, kept in
    `problems` and tried again; one scene's trouble is no other's.
    """

    def __init__(
        self,
        project: Project,
        store: Store,
        *,
        quiet_s: float = 0.3,
        latest_s: float = 1.5,
        poll_s: float = 1.0,
        longest_retry_s: float = 30.0,
    ) -> None:
        """Prepare the thread without starting it."""
        self._project = project
        self._store = store
        self._quiet_s = quiet_s
        self._latest_s = latest_s
        self._poll_s = poll_s
        self._longest_retry_s = longest_retry_s
        self._wake = threading.Condition()
        self._due: dict[int, _Due] = {}
        self._in_progress: tuple[Scene, float] | None = None
        self._findings = LabelFindings()
        self._rest_until: dict[int, float] = {}
        self._closed = False
        self._writing = threading.Lock()  # guards those below, and makes flush wait for a write in progress
        self._written: dict[int, int | None] = {}
        self._files: dict[int, LabelFile] = {}
        self._seen_changes: int | None = None
        self._behind: dict[int, None] = {}  # scenes found by polling that wait for their turn, in order
        self._next_poll = time.monotonic()
        self._swept = False
        self._thread = WatchedThread(self._step, "write-back of labels", pause_s=poll_s)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the thread, as `close` does."""
        self.close()

    @property
    def problems(self) -> list[str]:
        """Sentences on files not written, incomplete or late, on scenes that cannot be read, and on the thread."""
        return [finding.message for finding in self.findings()]

    def findings(self) -> list[HealthFinding]:
        """Return what is wrong with label files, with scenes that cannot be read, and with the thread."""
        failed = self._thread.watch()
        found = [HealthFinding(FindingKind.WRITE_BACK, failed)] if failed else []
        return [*found, *self._findings.all(), *self._late()]

    def _late(self) -> list[HealthFinding]:
        """Return the files that are further behind their edits than promised, and for no other known reason."""
        now = time.monotonic()
        with self._wake:
            waiting = {
                scene_id: (f"scene {scene_id}", now - due.first) for scene_id, due in self._due.items()
            }
            if self._in_progress is not None:
                scene, since = self._in_progress
                waiting[scene.id] = (f"scene {scene.key!r}", now - since)
        return [
            HealthFinding(
                FindingKind.LATE,
                f"the label file of {name} is {age:.1f} s behind its edits, expected at most {PROMISE_S:g} s",
                scene_id,
            )
            for scene_id, (name, age) in waiting.items()
            if age > PROMISE_S and not self._findings.is_unwritten(scene_id)
        ]

    def mark(self, scene_id: int) -> None:
        """Mark a scene as changed. Returns at once."""
        now = time.monotonic()
        with self._wake:
            due = self._due.setdefault(scene_id, _Due(now, now, self._rest_until.get(scene_id, 0.0)))
            due.last = now
            self._wake.notify()

    def flush(self, scene_id: int | None = None) -> bool:
        """Write the files that are not current, in the calling thread: of one scene, or all.

        Returns:
            Whether all of it is current; `problems` says why not.

        Raises:
            NotFoundError: No such scene.
            StoreError: The database cannot be read.
        """
        with self._store.reading() as view:
            scenes = view.scenes() if scene_id is None else [view.scene(scene_id)]
        return all([self._bring_up_to_date(scene) for scene in scenes])

    def close(self) -> None:
        """Write the files that are not current, but for those of scenes nobody has edited, and end the thread."""
        with self._wake:
            if self._closed:
                return
            self._closed = True
        self._thread.stop(self._notify)
        try:
            with self._store.reading() as view:
                last = view.last_changesets()
                scenes = [scene for scene in view.scenes() if last[scene.id]]
            for scene in scenes:
                self._bring_up_to_date(scene)
            self._save_indices(scenes)
        except GeoEngineError as error:
            _log.error("labels were not written back on closing: %s", error)

    def _notify(self) -> None:
        with self._wake:
            self._wake.notify()

    def _step(self) -> None:
        """Wait for something to do, and do it."""
        if not self._swept:
            self._sweep()
        with self._wake:
            now = time.monotonic()
            pause = min([self._next_poll, *(self._time_of(due) for due in self._due.values())]) - now
            if pause > 0 and not self._behind and not self._closed:
                self._wake.wait(pause)
            if self._closed:
                return
            now = time.monotonic()
            ripe = [scene_id for scene_id, due in self._due.items() if self._time_of(due) <= now]
        if now >= self._next_poll:
            self._next_poll = now + self._poll_s
            self._behind |= dict.fromkeys(self._changed())
        for scene_id in ripe:
            self._write_back(scene_id)
        # Thousands of scenes may be behind at the start; an edit that comes meanwhile does not wait for them all.
        until = time.monotonic() + _SLICE_S
        while self._behind and time.monotonic() < until:
            self._write_back(next(iter(self._behind)))

    def _write_back(self, scene_id: int) -> None:
        self._behind.pop(scene_id, None)
        scene = None if self._closed else self._scene(scene_id)
        if scene is not None:
            self._bring_up_to_date(scene)

    def _scene(self, scene_id: int) -> Scene | None:
        """Return a scene, or None for one that is not there or cannot be read; it is not due any more then."""
        try:
            with self._store.reading() as view:
                scene = view.scene(scene_id)
            self._findings.readable(scene_id)
            return scene
        except NotFoundError as error:
            _log.error("labels cannot be written back: %s", error)
        except StoreError:
            with self._store.reading() as view:
                damaged = view.damaged_scenes()
            self._findings.damaged(damaged)
            if not self._findings.is_damaged(scene_id):
                raise
        with self._wake:
            self._due.pop(scene_id, None)
        return None

    def _sweep(self) -> None:
        """Remove what killed writers left; nobody else writes label files while the lock is held."""
        self._swept = True
        if self._project.labels_dir.is_dir():
            with label_lock(self._project):
                sweep_temporaries(self._project.labels_dir, older_than_s=0)

    def _time_of(self, due: _Due) -> float:
        return max(min(due.last + self._quiet_s, due.first + self._latest_s), due.not_before)

    def _changed(self) -> list[int]:
        """Return the scenes whose file is behind and that are not marked."""
        if (changes := self._store.changes()) == self._seen_changes:
            return []
        with self._store.reading() as view:
            last = view.last_changesets()
            new = [] if last.keys() <= self._written.keys() else view.scenes()
        self._seen_changes = changes
        self._findings.keep(last.keys())
        with self._writing:
            self._written = written_changesets(self._project, new) | self._written
            behind = [scene_id for scene_id, number in last.items() if self._written.get(scene_id) != number]
        with self._wake:
            return [scene_id for scene_id in behind if scene_id not in self._due]

    def _bring_up_to_date(self, scene: Scene) -> bool:
        with self._wake:
            due = self._due.pop(scene.id, None)
        with self._writing:
            try:
                with self._store.reading() as view:
                    last = view.last_changeset(scene.id)
                if self._written.get(scene.id) != last:
                    self._written[scene.id] = written_changeset(self._project, scene)
                if self._written[scene.id] != last:
                    self._write_file(scene, due)
            except Exception as error:  # an error of one scene, of whatever kind, holds back no other
                if not isinstance(error, OSError | GeoEngineError):
                    _log.exception("labels of scene %r", scene.key)
                self._failed(scene, due, error)
                return False
        self._findings.current(scene.id)
        return True

    def _write_file(self, scene: Scene, due: _Due | None) -> None:
        begun = time.monotonic()
        with self._wake:
            self._in_progress = (scene, due.first if due else begun)
        try:
            file = self._files.get(scene.id) or self._label_file(scene)
            self._written[scene.id], report = write_label_file(self._project, self._store, scene.id, file)
        finally:
            with self._wake:
                self._in_progress = None
        if file.whole_writes:
            file.save(self._index_path(scene.key))
        self._findings.written(scene, report)
        # A scene that takes seconds leaves as long to everything else, however busy its editors; after one whole
        # write the next copies, and is quick.
        now = time.monotonic()
        self._rest_until[scene.id] = now + (now - begun if file.whole_writes > 1 else 0.0)

    def _label_file(self, scene: Scene) -> LabelFile:
        """Return the writer of a scene's file, with what an earlier process knew of the file."""
        file = self._files[scene.id] = LabelFile()
        file.load(self._index_path(scene.key), self._project.labels_path(scene.key))
        return file

    def _index_path(self, scene_key: str) -> Path:
        return self._project.cache_dir / "labels" / f"{scene_key}.npz"

    def _save_indices(self, scenes: Sequence[Scene]) -> None:
        """Keep for the next process where the features lie in the files that were written."""
        for scene in scenes:
            if scene.id in self._files:
                self._files[scene.id].save(self._index_path(scene.key))

    def _failed(self, scene: Scene, due: _Due | None, error: Exception) -> None:
        now = time.monotonic()
        failures = due.failures + 1 if due else 1
        self._findings.failed(scene, error)
        with self._wake:
            again = self._due.setdefault(scene.id, _Due(now, now))
            again.failures = failures
            again.not_before = now + min(0.5 * 2**failures, self._longest_retry_s)
