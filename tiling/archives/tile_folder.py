"""Folders of map tiles: z/x/y.png (.jpg, .webp), rows from the north, or from the south as gdal2tiles writes them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tiling.archives.archive import WORLD, ArchiveFacts, Bounds, checked_zooms, decoded, tile_bounds
from tiling.errors import TileArchiveError

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
_TMS_FILE = "tilemapresource.xml"
_MOST_BYTES = 8_000_000
# A level with more columns is not walked through to find where it has tiles.
_MOST_COLUMNS = 64


class TileFolder:
    """A folder of tiles. One with a `tilemapresource.xml` counts rows from the south (TMS).

    Raises:
        TileArchiveError: It cannot be read, or holds no tiles of Web Mercator.
    """

    def __init__(self, path: Path) -> None:
        """Look at the folder's levels and at one tile."""
        self._path = path
        self._from_south = _is_tms(path)
        zooms = sorted(_numbers(path))
        if not zooms:
            raise TileArchiveError(
                f"{path} holds no folders of zoom levels, expected z/x/y.png as in 14/8725/5684.png"
            )
        low, high = checked_zooms(zooms[0], zooms[-1], str(path))
        first = self._a_tile(high)
        self._ending = first.suffix
        side = decoded(first.read_bytes(), str(path)).shape[0]
        self.facts = ArchiveFacts("folder of tiles", side, low, high, self._bounds(zooms))

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return an encoded image; None where there is none."""
        row = (1 << z) - 1 - y if self._from_south else y
        path = self._path / str(z) / str(x) / f"{row}{self._ending}"
        try:
            with path.open("rb") as file:
                return file.read(_MOST_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TileArchiveError(f"{path} cannot be read: {error.strerror}") from error

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def _a_tile(self, z: int) -> Path:
        for column in _numbers(self._path / str(z)):
            for file in sorted((self._path / str(z) / str(column)).iterdir()):
                if file.suffix.lower() in _ENDINGS and file.stem.isdigit():
                    return file
        raise TileArchiveError(
            f"{self._path} holds no tiles at zoom level {z}, expected images (PNG, JPEG or WebP)"
        )

    def _bounds(self, zooms: list[int]) -> Bounds:
        """Return where the finest level has tiles that has few enough columns to be looked at."""
        for z in reversed(zooms):
            columns = _numbers(self._path / str(z))
            if not columns or len(columns) > _MOST_COLUMNS:
                continue
            rows = [
                int(name)
                for column in columns
                for name in (file.stem for file in (self._path / str(z) / str(column)).iterdir())
                if name.isdigit()
            ]
            if rows:
                span = (min(rows), max(rows))
                if self._from_south:
                    span = ((1 << z) - 1 - span[1], (1 << z) - 1 - span[0])
                return tile_bounds(z, (min(columns), max(columns)), span)
        return WORLD


def is_tile_folder(path: Path) -> bool:
    """Return whether a folder has folders that are named by zoom levels; one that cannot be read has none."""
    try:
        return bool(_numbers(path))
    except TileArchiveError:
        return False


def _numbers(folder: Path) -> list[int]:
    """Return the folders within a folder that are named by a number."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                int(one.name) for one in entries if re.fullmatch(r"\d{1,8}", one.name) and one.is_dir()
            )
    except OSError as error:
        raise TileArchiveError(f"{folder} cannot be read: {error.strerror}") from error


def _is_tms(path: Path) -> bool:
    """Return whether the folder is a Tile Map Service by OSGeo.

    Raises:
        TileArchiveError: It is one of another projection than Web Mercator.
    """
    try:
        text = (path / _TMS_FILE).read_text(encoding="utf-8", errors="replace")[:1_000_000]
    except FileNotFoundError:
        return False
    except OSError as error:
        raise TileArchiveError(f"{path / _TMS_FILE} cannot be read: {error.strerror}") from error
    profile = re.search(r"<TileSets[^>]*\bprofile=[\"']([^\"']*)", text)
    said = profile[1] if profile else ""
    # gdal2tiles says "mercator", others write the name of the standard.
    if said not in ("", "mercator", "global-mercator"):
        raise TileArchiveError(
            f"{path / _TMS_FILE} has the profile {said!r}, expected 'mercator' (EPSG:3857)"
        )
    return True
