"""PMTiles 3: map tiles in one file, found by their number on a Hilbert curve.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import gzip
import struct
import threading
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tiling.archives.archive import WORLD, ArchiveFacts, checked_zooms, decoded
from tiling.errors import TileArchiveError

MAGIC = b"PMTiles"
_HEADER = struct.Struct("<7sB11Q6B4i")
_IMAGES = {2, 3, 4}  # PNG, JPEG, WebP
_NONE, _GZIP = 1, 2
_MOST_BYTES = 8_000_000
_DEEPEST = 4
_KEPT_DIRECTORIES = 64


@dataclass(frozen=True)
class _Directory:
    """Entries in the order of their tiles: from `ids`, `runs` tiles (0: a further directory) at `offsets`."""

    ids: tuple[int, ...]
    runs: tuple[int, ...]
    lengths: tuple[int, ...]
    offsets: tuple[int, ...]


class PMTiles:
    """An open PMTiles file; threads take turns.

    Raises:
        TileArchiveError: It cannot be read, is no PMTiles file of version 3, or holds no images.
    """

    def __init__(self, path: Path) -> None:
        """Open the file and read its header and its first directory."""
        self._path = path
        self._lock = threading.Lock()
        self._directory = lru_cache(maxsize=_KEPT_DIRECTORIES)(self._read_directory)
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise TileArchiveError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            self.facts = self._read_header()
        except BaseException:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return an encoded image; None where there is none."""
        wanted = tile_id(z, x, y)
        offset, length = self._root
        for _ in range(_DEEPEST):
            directory = self._directory(offset, length)
            index = bisect_right(directory.ids, wanted) - 1
            if index < 0:
                return None
            run, at, size = directory.runs[index], directory.offsets[index], directory.lengths[index]
            if run:
                within = wanted < directory.ids[index] + run
                return self._read(self._tiles + at, size) if within else None
            offset, length = self._leaves + at, size
        raise TileArchiveError(
            f"{self._path} is damaged: its directories are nested more than {_DEEPEST} deep"
        )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_header(self) -> ArchiveFacts:
        head = self._read(0, _HEADER.size)
        magic, version, *numbers = _HEADER.unpack(head)
        if magic != MAGIC or version != 3:
            raise TileArchiveError(f"{self._path} is no PMTiles file of version 3")
        self._root = (numbers[0], numbers[1])
        self._leaves, self._tiles = numbers[4], numbers[6]
        _, self._compression, compressed, kind, low, high = numbers[11:17]
        if kind not in _IMAGES or compressed not in (0, _NONE):
            raise TileArchiveError(f"{self._path} holds vector tiles, expected images (PNG, JPEG or WebP)")
        if self._compression not in (_NONE, _GZIP):
            raise TileArchiveError(f"{self._path} has directories that are compressed otherwise than by gzip")
        zooms = checked_zooms(low, high, str(self._path))
        west, south, east, north = (number / 1e7 for number in numbers[17:21])
        side = decoded(self._any_tile(), str(self._path)).shape[0]
        bounds = (west, south, east, north) if west < east and south < north else WORLD
        return ArchiveFacts("PMTiles", side, *zooms, bounds)

    def _any_tile(self) -> bytes:
        offset, length = self._root
        for _ in range(_DEEPEST):
            directory = self._directory(offset, length)
            if not directory.ids:
                break
            if directory.runs[0]:
                return self._read(self._tiles + directory.offsets[0], directory.lengths[0])
            offset, length = self._leaves + directory.offsets[0], directory.lengths[0]
        raise TileArchiveError(f"{self._path} holds no tiles")

    def _read(self, offset: int, length: int) -> bytes:
        if length > _MOST_BYTES:
            raise TileArchiveError(f"{self._path} is damaged: a part of it would have {length:,} bytes")
        try:
            with self._lock:
                self._file.seek(offset)
                data = self._file.read(length)
        except (OSError, OverflowError, ValueError) as error:
            raise TileArchiveError(f"{self._path} cannot be read: {error}") from error
        if len(data) != length:
            raise TileArchiveError(f"{self._path} is damaged or truncated")
        return data

    def _read_directory(self, offset: int, length: int) -> _Directory:
        data = self._read(offset, length)
        try:
            if self._compression == _GZIP:
                data = _inflated(data)
            return _parsed(data)
        except (EOFError, IndexError, ValueError, zlib.error, gzip.BadGzipFile) as error:
            raise TileArchiveError(f"{self._path} has a damaged directory") from error


def tile_id(z: int, x: int, y: int) -> int:
    """Return the number of a tile: all of the coarser levels come before, within one a Hilbert curve counts.

    >>> [tile_id(*tile) for tile in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0))]
    [0, 1, 2, 3, 4, 5]
    """
    number = ((1 << 2 * z) - 1) // 3
    side = (1 << z) >> 1
    while side:
        right, below = int(bool(x & side)), int(bool(y & side))
        number += side * side * ((3 * right) ^ below)
        if not below:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side >>= 1
    return number


def _inflated(data: bytes) -> bytes:
    """Return what gzip holds; one that grows beyond all directories is refused."""
    stream = zlib.decompressobj(wbits=31)
    out = stream.decompress(data, _MOST_BYTES)
    if not stream.eof:
        raise ValueError("a directory of more bytes than any has")
    return out


def _parsed(data: bytes) -> _Directory:
    """Read a directory: its number of entries, then column by column numbers of 7 bits a byte."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a number of more than 64 bits")

    count = number()
    if count > len(data):
        raise ValueError("more entries than bytes")
    ids, last = [], 0
    for _ in range(count):
        last += number()
        ids.append(last)
    runs = [number() for _ in range(count)]
    lengths = [number() for _ in range(count)]
    offsets: list[int] = []
    for index in range(count):
        given = number()
        # 0: right behind the entry before it.
        offsets.append(given - 1 if given or not index else offsets[-1] + lengths[index - 1])
    return _Directory(tuple(ids), tuple(runs), tuple(lengths), tuple(offsets))
