"""Files that were identified by their content, known again while they stay unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Scene
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader
from geoengine.store.tables import known_files


@dataclass(frozen=True)
class KnownFile:
    """File with the content that it had.

    Attributes:
        path: The file, absolute, symbolic links followed.
        options: How it is seen, as JSON.
        fingerprint: Its state, see `tiling.ingest.fingerprint`.
        content_hashes: `Scene.content_hash` of each of its images.
    """

    path: str
    options: str
    fingerprint: str
    content_hashes: tuple[str, ...]


# Made once: a folder of thousands of files asks thousands of times.
_HASHES = sa.select(known_files.c.content_hashes).where(
    known_files.c.path == sa.bindparam("path"),
    known_files.c.options == sa.bindparam("options"),
    known_files.c.fingerprint == sa.bindparam("fingerprint"),
)


class KnownFileReader(Reader):
    """Reads of known files."""

    def scenes_of_file(self, path: str, options: str, fingerprint: str) -> list[Scene]:
        """Return the scenes of a file's images, in their order; none unless the file is unchanged and all are there."""
        values = {"path": path, "options": options, "fingerprint": fingerprint}
        found = self._connection.execute(_HASHES, values).scalar_one_or_none()
        by_hash = SceneReader(self._connection).scene_by_hash
        scenes = [by_hash(each) for each in json.loads(found or "[]")]
        there = [scene for scene in scenes if scene is not None]
        return there if len(there) == len(scenes) else []


def note_files(connection: Connection, files: Iterable[KnownFile]) -> None:
    """Note files in place of what was noted of them."""
    rows = [
        {
            "path": file.path,
            "options": file.options,
            "fingerprint": file.fingerprint,
            "content_hashes": json.dumps(file.content_hashes),
        }
        for file in files
    ]
    if rows:
        connection.execute(sa.insert(known_files).prefix_with("OR REPLACE"), rows)
