"""Files that `add` has identified before: while they stay unchanged, none is opened or read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.known_files import KnownFile
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.ingest.fingerprint import fingerprint

_AT_ONCE = 500


@dataclass(frozen=True)
class FileLook:
    """State of a file at one moment.

    Attributes:
        path: The file, symbolic links followed.
        options: How it is seen, as JSON.
        fingerprint: See `tiling.ingest.fingerprint`; None where the file has to be identified.
    """

    path: str
    options: str
    fingerprint: str | None


class KnownFiles:
    """Files as they were when they were identified; a context manager that notes new ones in the project.

    A file is identified by reading all of it, once. What is noted here is a shortcut: without it, or after any change
    of a file or its side-cars, the file is identified again.
    """

    def __init__(self, project: Project, store: Store) -> None:
        """Take an open store."""
        self._policy = project.read_policy
        self._store = store
        self._new: list[KnownFile] = []

    def look(self, source: RasterSource) -> FileLook:
        """Return the state of a file as it is now; take it before the file is read."""
        try:
            path = self._policy.allowing(source.allow).find(source.path)
            str(path).encode()
        except (RasterReadError, UnicodeEncodeError):  # a name that is no text is none of the database
            return FileLook("", "", None)
        options = json.dumps(source.options_json(), sort_keys=True)
        return FileLook(str(path), options, fingerprint(path))

    def scenes(self, look: FileLook) -> list[Scene]:
        """Return the scene of each image of an unchanged file; none where the file has to be identified."""
        if look.fingerprint is None:
            return []
        with self._store.reading() as view:
            return view.scenes_of_file(look.path, look.options, look.fingerprint)

    def note(self, look: FileLook, scenes: Sequence[Scene | None]) -> None:
        """Note the scenes of all images of a file that was identified; None stands for one that failed."""
        hashes = tuple(scene.content_hash for scene in scenes if scene is not None)
        if look.fingerprint is not None and hashes and len(hashes) == len(scenes):
            self._new.append(KnownFile(look.path, look.options, look.fingerprint, hashes))
        if len(self._new) >= _AT_ONCE:
            self._write()

    def __enter__(self) -> KnownFiles:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write what is new, also where the command was interrupted."""
        self._write()

    def _write(self) -> None:
        new, self._new = self._new, []
        if new:
            self._store.note_files(new)
