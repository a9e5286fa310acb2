"""Folders of the server whose rasters and layers the page may list and add."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from geoengine.confined import confined, real_folder
from geoengine.errors import NotFoundError, ProjectError
from geoengine.project import Project
from geoengine.tasks.scenes.collect import is_raster_name

MAX_ENTRIES = 2000
"""Subfolders, and rasters, of one folder that are listed; those after them by name are counted."""


@dataclass(frozen=True)
class FoundFile:
    """File that looks like what was asked for.

    Attributes:
        name: Its name.
        size: Bytes.
        modified_s: When it was last changed, seconds since 1970.
        path: Where it is.
    """

    name: str
    size: int
    modified_s: float
    path: Path


@dataclass(frozen=True)
class Listing:
    """Content of one folder.

    Attributes:
        folders: Names of its subfolders.
        files: Files that look like what was asked for.
        left_out: Subfolders and such files beyond `MAX_ENTRIES`.
        others: Other files: side-cars, labels, documents, and what leads out of the folder.
    """

    folders: Sequence[str]
    files: Sequence[FoundFile]
    left_out: int
    others: int


@dataclass(frozen=True)
class ImageryFolders:
    """Allowed folders by the names that the page knows them by; where they are is not told.

    Attributes:
        by_name: Where each really is.
        hidden: The project's own folder, which is never listed.
    """

    by_name: Mapping[str, Path]
    hidden: Path

    @classmethod
    def of(cls, project: Project, folders: Iterable[Path]) -> Self:
        """Allow folders.

        Raises:
            NotFoundError: One of them is not there.
            ProjectError: Rasters of the project may not be read from one of them.
        """
        found: dict[str, Path] = {}
        policy = project.read_policy
        for real in dict.fromkeys(real_folder(folder) for folder in folders):
            if not policy.is_in_roots(real):
                raise ProjectError(
                    f"{real} lies outside the folders that rasters of {project.name} may be read from, expected one of "
                    "rasters.roots in its geoengine.toml"
                )
            name, number = real.name or "/", 2
            while name in found:
                name, number = f"{real.name} ({number})", number + 1
            found[name] = real
        return cls(found, project.directory)

    def find(self, name: str) -> Path:
        """Return where an allowed folder is.

        Raises:
            NotFoundError: None of that name is allowed.
        """
        folder = self.by_name.get(name)
        if folder is None:
            raise NotFoundError(
                f"no folder {name[:200]!r} is allowed here, expected one that geoengine serve --imagery names"
            )
        return folder

    def listing(self, name: str, path: str, wanted: Callable[[str], bool] = is_raster_name) -> Listing:
        """Return what is in `path` of an allowed folder, by name; files by whether their name is `wanted`.

        Raises:
            NotFoundError: There is no such folder, or it lies elsewhere.
            OSError: It cannot be read.
        """
        root = self.find(name)
        folder = confined(root, path).resolve()
        # One that was allowed within the project is meant.
        hidden = None if root.is_relative_to(self.hidden) else self.hidden
        if not folder.is_dir() or (hidden is not None and folder.is_relative_to(hidden)):
            raise NotFoundError(
                f"there is no folder {path[:200]!r} in {name!r}, expected one that lies in it"
            )
        folders: list[str] = []
        files: list[os.DirEntry[str]] = []
        others = 0
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if not _stays(entry, root, hidden):
                    others += 1
                elif entry.is_dir():
                    folders.append(entry.name)
                elif wanted(entry.name):
                    files.append(entry)
                else:
                    others += 1
        folders.sort(key=str.casefold)
        files.sort(key=lambda entry: entry.name.casefold())
        left_out = max(0, len(folders) - MAX_ENTRIES) + max(0, len(files) - MAX_ENTRIES)
        shown = [_file(entry, folder) for entry in files[:MAX_ENTRIES]]
        there = [file for file in shown if file is not None]
        return Listing(folders[:MAX_ENTRIES], there, left_out, others)


def _stays(entry: os.DirEntry[str], root: Path, hidden: Path | None) -> bool:
    """Return whether an entry is a file or folder within the root, and has a name that JSON can carry."""
    try:
        entry.name.encode()
        real = Path(entry.path).resolve(strict=True) if entry.is_symlink() else Path(entry.path)
        return real.is_relative_to(root) and real != hidden and (entry.is_dir() or entry.is_file())
    except (OSError, RuntimeError, UnicodeEncodeError):
        return False


def _file(entry: os.DirEntry[str], folder: Path) -> FoundFile | None:
    try:
        status = entry.stat()
    except OSError:  # gone meanwhile
        return None
    return FoundFile(entry.name, status.st_size, status.st_mtime, folder / entry.name)
