"""Gazetteer of a project: names of places that the map goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from geoengine.exchange.geonames import LeftOut, read_geonames
from geoengine.project import Project
from geoengine.store.gazetteer import write_gazetteer


@dataclass(frozen=True)
class Loaded:
    """Number of places that a gazetteer has, and of lines that were left out, with the reason of the first."""

    places: int
    left_out: int
    first_reason: str | None


def load_gazetteer(project: Project, files: Sequence[Path]) -> Loaded:
    """Make the project's gazetteer of files in GeoNames' format, in place of the one that it has.

    Raises:
        ExchangeError: A file is in no such format; the gazetteer stays as it was.
        OSError: A file cannot be read, or the project cannot be written.
    """
    left_out = LeftOut()
    places = chain.from_iterable(read_geonames(file, left_out) for file in files)
    count = write_gazetteer(project.gazetteer_path, places)
    return Loaded(count, left_out.lines, left_out.first)


def remove_gazetteer(project: Project) -> bool:
    """Remove the project's gazetteer, and return whether there was one.

    Raises:
        OSError: It cannot be removed.
    """
    there = project.gazetteer_path.exists()
    project.gazetteer_path.unlink(missing_ok=True)
    return there
