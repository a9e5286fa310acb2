"""Confinement of a name to a folder that somebody allowed: neither `..` nor a symbolic link leads out of it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from geoengine.errors import NotFoundError


def real_folder(path: Path) -> Path:
    """Return where a folder really is.

    Raises:
        NotFoundError: There is none.
    """
    try:
        real = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        real = None
    if real is None or not real.is_dir():
        raise NotFoundError(f"{path} is no folder, expected one that is there")
    return real


def confined(folder: Path, name: str) -> Path:
    """Return the path of a file or folder below `folder`.

    What leads out of it is answered as what is not there: nobody learns what lies outside. A file that is swapped for
    a link later is not noticed.

    Args:
        folder: Where the folder really was when it was allowed, see `real_folder`.
        name: Path below it, with `/` between its parts; "" is the folder itself.

    Raises:
        NotFoundError: There is no such thing, it lies outside, or the folder is another one by now.
    """
    parts = PurePosixPath(name).parts
    try:
        if not name.startswith("/") and ".." not in parts and folder.resolve(strict=True) == folder:
            path = folder.joinpath(*parts)
            if path.resolve(strict=True).is_relative_to(folder):
                return path
    except (OSError, RuntimeError, ValueError):  # not there, a loop of links, a name with a null byte
        pass
    raise NotFoundError(
        f"there is no {name[:200]!r} in {folder.name!r}, expected a file or folder that lies in it"
    )
