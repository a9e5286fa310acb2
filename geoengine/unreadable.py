"""Parts of scenes that could not be read while they were served, recorded by all processes in one file."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from pathlib import Path

log = logging.getLogger(__name__)

FILE_NAME = "unreadable.jsonl"

# One line in the log per scene in so many seconds; a scene damaged throughout has a hundred thousand places.
_LOG_EVERY_S = 5.0
# The file stops growing here: that something is wrong is then known well enough.
_MAX_PLACES = 100_000


class UnreadableLog:
    """Adds to the list of unreadable places; each place once, however often it is asked for.

    A file of JSON lines in the project's ``cache/``: deleting it starts the count anew. Where it cannot be
    written, places are still logged.
    """

    def __init__(self, directory: Path) -> None:
        """Read what is recorded in the project's folder of caches."""
        self._path = directory / FILE_NAME
        self._lock = threading.Lock()
        self._seen = _read(self._path)
        self._logged: dict[str, float] = {}

    def add(self, scene_key: str, place: str, reason: str) -> None:
        """Record that `place` of a scene cannot be read."""
        with self._lock:
            if (scene_key, place) in self._seen or len(self._seen) >= _MAX_PLACES:
                return
            self._seen.add((scene_key, place))
            count = sum(key == scene_key for key, _ in self._seen)
            now = time.monotonic()
            if now - self._logged.get(scene_key, -_LOG_EVERY_S) >= _LOG_EVERY_S:
                self._logged[scene_key] = now
                log.warning("%s of scene %r is marked (%d so far): %s", place, scene_key, count, reason)
            line = json.dumps({"scene": scene_key, "place": place, "reason": reason}, ensure_ascii=False)
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # One write of one line to a file opened for appending: processes do not mix their lines.
                with self._path.open("ab", buffering=0) as file:
                    file.write(line.encode() + b"\n")
            except OSError as error:
                log.warning("%s cannot be written: %s", self._path, error.strerror or error)


def unreadable_counts(directory: Path) -> dict[str, int]:
    """Return the number of unreadable places by the key of their scene."""
    return dict(Counter(key for key, _ in _read(directory / FILE_NAME)))


def _read(path: Path) -> set[tuple[str, str]]:
    """Return (scene key, place) of every whole line."""
    places = set()
    try:
        for line in path.read_bytes().splitlines():
            try:
                entry = json.loads(line)
                places.add((str(entry["scene"]), str(entry["place"])))
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by a full disk
    except OSError:
        return set()
    return places
