"""MBTiles 1.3: map tiles in an SQLite database, rows counted from the south."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

from tiling.archives.archive import WORLD, ArchiveFacts, Bounds, checked_zooms, decoded
from tiling.errors import TileArchiveError


class MBTiles:
    """An open MBTiles file; threads take turns.

    Raises:
        TileArchiveError: It cannot be read, is no MBTiles file, or holds no images.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, for reading only."""
        self._path = path
        self._lock = threading.Lock()
        try:
            # Read only: neither is a missing file made, nor is anything written beside one.
            self._database = sqlite3.connect(
                f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise TileArchiveError(f"{path} cannot be opened: {error}") from error
        try:
            self.facts = self._read_facts()
        except BaseException:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return an encoded image; None where there is none."""
        row = (1 << z) - 1 - y
        found = self._ask(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", z, x, row
        )
        if not found:
            return None
        (data,) = found[0]
        if not isinstance(data, bytes):
            raise TileArchiveError(f"{self._path} has a tile that is no image")
        return data

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        try:
            with self._lock:
                return self._database.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise TileArchiveError(f"{self._path} cannot be read as MBTiles: {error}") from error

    def _read_facts(self) -> ArchiveFacts:
        said = {str(name): value for name, value in self._ask("SELECT name, value FROM metadata")}
        # Each by itself is found by the index, both in one question are not.
        ((low,),) = self._ask("SELECT MIN(zoom_level) FROM tiles")
        ((high,),) = self._ask("SELECT MAX(zoom_level) FROM tiles")
        zooms = checked_zooms(low, high, str(self._path))
        ((data,),) = self._ask("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", zooms[1])
        if not isinstance(data, bytes):
            raise TileArchiveError(f"{self._path} has a tile that is no image")
        side = decoded(data, str(self._path)).shape[0]
        return ArchiveFacts("MBTiles", side, *zooms, _bounds(said.get("bounds")))


def _bounds(text: object) -> Bounds:
    """Return the bounds that the metadata say; those of the world where they say none that can be."""
    try:
        west, south, east, north = (float(part) for part in str(text).split(","))
    except ValueError:
        return WORLD
    return (west, south, east, north) if west < east and south < north else WORLD
