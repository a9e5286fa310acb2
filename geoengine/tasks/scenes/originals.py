"""Check that the files that scenes are read from, or were copied from, are still those that were registered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoengine.errors import GeoEngineError
from geoengine.model import Scene
from geoengine.project import Project
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.ingest.file_stamps import FileStamp, check_there, originals_of

# Keys in a scene's `reading` under which files are described; no options of `RasterSource`.
_FILE = "file"
_COPIED_FROM = "copied_from"
_PARTS = "parts"

_GONE = "gone"
# How the file that a VRT of the project reads from was to be seen: what was assigned to it is in the VRT.
_MADE_OF = "made_of"

REMEDY = "geoengine scenes relink takes it as it is now, if its grid is the same"
"""What to do about a file that has changed."""


@dataclass(frozen=True)
class SourceState:
    """State of a scene's files.

    Attributes:
        problem: one sentence where a file is gone or changed, else None.
        token: text that differs with every state of the files that the scene is read from; empty where they are
            as they were registered, and where only the original of a copy changed.
    """

    problem: str | None = None
    token: str = ""

    @property
    def is_replaced(self) -> bool:
        """True where a file that the scene is read from is there, and is another one than was registered."""
        return self.token not in ("", _GONE)


def source_record(
    source: RasterSource,
    project: Project,
    originals: Iterable[Path] = (),
    parts: Iterable[Path] = (),
    *,
    made_of: RasterSource | None = None,
) -> dict[str, Any]:
    """Return what a scene records of its source: options, and the stamps of files outside the project.

    Args:
        source: what the scene is read from.
        project: the project.
        originals: files that it was copied from, where it was.
        parts: files that a VRT outside the project is made of.
        made_of: the raster, or the first one of a mosaic, that `source` was made of, where it was.

    Raises:
        RasterReadError: A file is not there.
    """
    options = source.options_json()
    if source.path.is_relative_to(project.scenes_dir):
        assigned = {} if made_of is None or made_of.path == source.path else made_of.options_json()
        options |= {_MADE_OF: assigned} if assigned else {}
        copied = {str(path): FileStamp.of(path).to_json() for path in originals}
        return options | ({_COPIED_FROM: copied} if copied and source.path.suffix == ".tif" else {})
    stamped = {str(path): FileStamp.of(path).to_json() for path in parts}
    record = options | {_FILE: FileStamp.of(source.path).to_json()}
    return record | ({_PARTS: stamped} if stamped else {})


def original_source(project: Project, scene: Scene) -> RasterSource:
    """Return the raster that a scene was registered from: its own, or what a VRT or copy in the project was made of."""
    at = project.resolve(scene.uri)
    if at.is_relative_to(project.scenes_dir) and str(at) != scene.source:
        made_of = scene.reading.get(_MADE_OF)
        return RasterSource.from_json(Path(scene.source), made_of if isinstance(made_of, Mapping) else {})
    return project.raster_source(scene)


class ChangedSourceError(GeoEngineError, ValueError):
    """A file that a scene is read from is gone, or is another one than was registered."""


def check_unchanged(project: Project, scene: Scene) -> None:
    """Refuse a scene whose raster is another one by now: what is made from it would lie on other ground.

    A copy is what was registered, whatever became of its original.

    Raises:
        ChangedSourceError: A file that the scene is read from is gone or has changed since it was registered.
    """
    refuse_changed(scene.key, source_state(project, scene))


def refuse_changed(scene_key: str, state: SourceState) -> None:
    """Refuse a scene whose files are in a state that is not the registered one.

    Raises:
        ChangedSourceError: They are gone or others.
    """
    if state.token:
        raise ChangedSourceError(f"{scene_key}: {state.problem} Expected the file as it was; {REMEDY}.")


def source_problem(project: Project, scene: Scene) -> str | None:
    """Return one sentence where a scene's raster, or a file it reads from, is gone or another one by now.

    Sizes, times and side-cars are compared; nothing else is read, so this is quick also for a mosaic of a thousand
    files.
    """
    return source_state(project, scene).problem


def source_state(project: Project, scene: Scene) -> SourceState:
    """Return whether a scene's files are as they were registered."""
    return recorded_state(project, scene.uri, scene.reading)


def recorded_state(project: Project, uri: str, reading: Mapping[str, Any]) -> SourceState:
    """Return the same by what a scene records: its `uri` and `reading`."""
    path = project.resolve(uri)
    try:
        check_there(path)
        stamps = _stamps(project, reading, path)
    except RasterReadError as error:
        return SourceState(str(error), _GONE)
    compared = [stamp.compare() for stamp in stamps]
    tokens = "".join(token for _, token in compared)
    token = hashlib.sha256(tokens.encode()).hexdigest()[:12] if tokens else ""
    problems = [problem for problem, _ in compared if problem]
    if not problems:
        problems = _problems_of_originals(reading)
    if not problems:
        return SourceState()
    more = len(problems) - 1
    return SourceState(
        problems[0][:-1] + (f", and {more} more of its {len(stamps)} files." if more else "."), token
    )


def _stamps(project: Project, reading: Mapping[str, Any], path: Path) -> list[FileStamp]:
    stamps = []
    file = reading.get(_FILE)
    if isinstance(file, Mapping):
        stamps = [FileStamp.from_json(path, file)]
    stamps += _noted(reading, _PARTS)
    if path.suffix == ".vrt" and path.is_relative_to(project.scenes_dir):
        for vrt in sorted(path.parent.glob(f"{path.stem}.*vrt")):
            stamps += originals_of(vrt)
    return stamps


def _problems_of_originals(reading: Mapping[str, Any]) -> list[str]:
    """Return sentences on the files of a copy that are there and changed; they may be gone, a copy needs none."""
    return [
        f"{problem[:-1]}; the scene is a copy of what it was."
        for stamp in _noted(reading, _COPIED_FROM)
        if stamp.path.exists() and (problem := stamp.problem())
    ]


def _noted(reading: Mapping[str, Any], key: str) -> list[FileStamp]:
    noted = reading.get(key)
    if not isinstance(noted, Mapping):
        return []
    return [FileStamp.from_json(Path(name), values) for name, values in noted.items()]
