"""Gazetteer of a project: names of places that the map goes to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geoengine.exchange.gazetteer import Loaded, write_gazetteer
from geoengine.project import Project


def load_gazetteer(project: Project, files: Sequence[Path]) -> Loaded:
    """Make the project's gazetteer of files in GeoNames' format, in place of the one that it has.

    Raises:
        GazetteerError: A file is in no such format; the gazetteer stays as it was.
        OSError: A file cannot be read, or the project cannot be written.
    """
    return write_gazetteer(project.gazetteer_path, files)


def remove_gazetteer(project: Project) -> bool:
    """Remove the project's gazetteer, and return whether there was one.

    Raises:
        OSError: It cannot be removed.
    """
    there = project.gazetteer_path.exists()
    project.gazetteer_path.unlink(missing_ok=True)
    return there
