"""Check that the files that scenes are read from are still those that were registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geoengine.errors import GeoEngineError
from geoengine.model import Scene
from geoengine.project import Project
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.ingest.file_stamps import FileStamp, originals_of

# The key in a scene's `reading` under which the file at its uri is described; no option of `RasterSource`.
_FILE = "file"

REMEDY = "geoengine scenes relink takes it as it is now, if its grid is the same"
"""What to do about a file that has changed."""


def source_record(source: RasterSource, project: Project) -> dict[str, Any]:
    """Return what a scene records of its source: options, and the stamp of a file outside the project.

    Raises:
        RasterReadError: The file is not there.
    """
    options = source.options_json()
    if source.path.is_relative_to(project.scenes_dir):
        return options
    stamp = FileStamp.of(source.path)
    return options | {_FILE: {"bytes": stamp.size, "modified_ns": stamp.modified_ns}}


class ChangedSourceError(GeoEngineError, ValueError):
    """A file that a scene is read from is gone, or is another one than was registered."""


def check_unchanged(project: Project, scene: Scene) -> None:
    """Refuse a scene whose raster is another one by now: what is made from it would lie on other ground.

    Raises:
        ChangedSourceError: A file that the scene is read from is gone or has changed since it was registered.
    """
    problem = source_problem(project, scene)
    if problem is not None:
        raise ChangedSourceError(f"{scene.key}: {problem} Expected the file as it was; {REMEDY}.")


def source_problem(project: Project, scene: Scene) -> str | None:
    """Return one sentence where a scene's raster, or a file it reads from, is gone or another one by now.

    Sizes and times are compared; nothing is read, so this is quick also for a mosaic of a thousand files.
    """
    path = project.resolve(scene.uri)
    stamps = []
    file = scene.reading.get(_FILE)
    if isinstance(file, Mapping):
        stamps = [FileStamp(path, int(file["bytes"]), int(file["modified_ns"]))]
    try:
        FileStamp.of(path)
        if path.suffix == ".vrt" and path.is_relative_to(project.scenes_dir):
            for vrt in sorted(path.parent.glob(f"{path.stem}.*vrt")):
                stamps += originals_of(vrt)
    except RasterReadError as error:
        return str(error)
    problems = [problem for problem in (stamp.problem() for stamp in stamps) if problem]
    if not problems:
        return None
    more = len(problems) - 1
    return problems[0][:-1] + (f", and {more} more of its {len(stamps)} files." if more else ".")
