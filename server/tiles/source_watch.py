"""Watch over the files of scenes while they are served: a raster that is replaced gets new tiles, all of them."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

from geoengine.errors import GeoEngineError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.tasks.scenes.originals import SourceState, source_state

# Side-cars and files that a VRT reads from are looked at again after so many seconds, the raster itself each time.
INTERVAL_S = 2.0

_Stat = tuple[int, int] | None


@dataclass(frozen=True)
class _Seen:
    state: SourceState
    reading: str
    stat: _Stat
    at: float


class SourceWatch:
    """States of the files of scenes, looked at anew when they may have changed; for any thread."""

    def __init__(self, project: Project, interval_s: float = INTERVAL_S) -> None:
        """Make a watch that has looked at no scene yet.

        Args:
            project: The project of the scenes.
            interval_s: Age from which a state is looked at anew.
        """
        self._project = project
        self._interval_s = interval_s
        self._lock = threading.Lock()
        self._seen: dict[int, _Seen] = {}

    def state(self, scene: Scene, max_age_s: float = 0.0) -> SourceState:
        """Return the state of a scene's files, at most `interval_s` old; in a list of many, at most `max_age_s`."""
        seen = self._seen.get(scene.id)
        if seen is not None and max_age_s and time.monotonic() - seen.at < max_age_s:
            return seen.state
        try:
            stat = _stat(self._project.resolve(scene.uri))
        except GeoEngineError as error:
            return SourceState(str(error), "gone")
        reading = f"{scene.uri} {scene.content_hash}"
        seen = self._seen.get(scene.id)
        now = time.monotonic()
        if (
            seen is not None
            and seen.stat == stat
            and seen.reading == reading
            and now - seen.at < self._interval_s
        ):
            return seen.state
        state = source_state(self._project, scene)
        with self._lock:
            self._seen[scene.id] = _Seen(state, reading, stat, now)
        return state

    def changed_ids(self) -> set[int]:
        """Return the ids of scenes that were read from files gone or changed when they were last looked at."""
        with self._lock:
            return {scene_id for scene_id, seen in self._seen.items() if seen.state.token}


def _stat(path: str | os.PathLike[str]) -> _Stat:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
