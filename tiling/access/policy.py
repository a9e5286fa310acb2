"""Read policy: the files that may be read, named by a person or referred to by another file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from tiling.errors import RasterReadError, RefusedRasterError


@dataclass(frozen=True)
class ReadPolicy:
    """Folders and protocols that a raster may be read from.

    A raster may use the files in its own folder and below (its home), and below the roots. "In" is meant
    after symbolic links are followed, so a link leads out of a folder no more than `..` does.

    Without roots, a file given by name may lie anywhere: the caller can read it anyway. With
    roots, it must lie below one of them too. What is checked is checked before GDAL opens the file; a
    policy is no defence against files that are swapped while they are read.

    Attributes:
        roots: folders, followed to where they really are.
        allow_network: also read what is fetched: URLs and `/vsicurl/` in a VRT, WMS and its like.
        own: folders of VRTs that we made ourselves, of files that the person at the keyboard named. Such a VRT
            may refer to files anywhere (with roots: below them), and each of these has its own folder as its
            home, as if it had been given by name.
        references: folders that a raster may refer to as to its own; with roots, as far as they lie below them.
    """

    roots: tuple[Path, ...] = ()
    allow_network: bool = False
    own: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Follow symbolic links of the folders."""
        for name in ("roots", "own", "references"):
            object.__setattr__(self, name, tuple(_real(path) for path in getattr(self, name)))

    def owning(self, folder: Path) -> ReadPolicy:
        """Return a policy under which the VRTs in `folder` are our own."""
        return replace(self, own=(*self.own, folder))

    def allowing(self, folders: tuple[Path, ...]) -> ReadPolicy:
        """Return a policy under which rasters may also refer to files in `folders`."""
        return replace(self, references=(*self.references, *folders)) if folders else self

    def find(self, path: Path) -> Path:
        """Return the real path of a file that a person names.

        Raises:
            RasterReadError: There is none, its name is none of a file, or it lies outside the roots.
        """
        if is_no_file_name(str(path)):
            raise RefusedRasterError(f"{path} is not the name of a file; only files can be read.")
        real = _real(path)
        if not real.exists():
            raise RasterReadError(f"{path} does not exist; expected a raster file.")
        if not self.is_in_roots(real):
            raise RefusedRasterError(
                f"{path} lies outside the folders that rasters may be read from ({_listed(self.roots)})."
            )
        return real

    def is_in_roots(self, real: Path) -> bool:
        """Return True where a file, followed to where it really is, lies below a root, or where there are none."""
        return not self.roots or any(real.is_relative_to(root) for root in (*self.roots, *self.own))

    def home_of(self, real: Path, base: Path, home: Path) -> Path | None:
        """Return the home of a file that `base`, of a raster in `home`, refers to; None if it may not be read."""
        if real.is_relative_to(home) or (self.roots and self.is_in_roots(real)):
            return home
        if self.is_in_roots(real) and any(real.is_relative_to(folder) for folder in self.references):
            return home
        is_ours = any(base.is_relative_to(folder) for folder in self.own)
        return real.parent if is_ours and not self.roots else None


DEFAULT_POLICY = ReadPolicy()


# What GDAL takes for something else than a file of the disk: a file system of its own, XML, JSON, a URL.
_NO_FILE = re.compile(r"\s*(/+vsi|<|\{|[a-z][a-z0-9+.-]*:/)", re.IGNORECASE)


def is_no_file_name(name: str) -> bool:
    """Return True for a name that is none of a file: /vsi…, a URL, XML, JSON, nothing."""
    return not name.strip() or "\0" in name or _NO_FILE.match(name) is not None


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name with a null byte
        raise RasterReadError(f"{path} cannot be followed to a file ({error}).") from error


def _listed(paths: tuple[Path, ...]) -> str:
    return ", ".join(str(path) for path in paths)
