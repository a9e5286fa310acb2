"""Opening of an archive of map tiles, whatever its format."""

from __future__ import annotations

from pathlib import Path

from tiling.archives.archive import TileArchive
from tiling.archives.mbtiles import MBTiles
from tiling.archives.pmtiles import MAGIC, PMTiles
from tiling.archives.tile_folder import TileFolder
from tiling.errors import TileArchiveError

_SQLITE = b"SQLite format 3\0"
SUFFIXES = (".mbtiles", ".pmtiles")


def is_tile_archive(path: Path) -> bool:
    """Return whether a path looks like an archive of tiles, and not like a vector file: by its name, or a folder."""
    return path.suffix.lower() in SUFFIXES or path.is_dir()


def open_tile_archive(path: Path) -> TileArchive:
    """Open an archive by what it contains.

    Raises:
        TileArchiveError: It cannot be read, or is of no format that is read here.
    """
    if path.is_dir():
        return TileFolder(path)
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as error:
        raise TileArchiveError(f"{path} cannot be opened: {error.strerror}") from error
    if head == _SQLITE:
        return MBTiles(path)
    if head.startswith(MAGIC):
        return PMTiles(path)
    raise TileArchiveError(f"{path} is no MBTiles or PMTiles file")
