"""Making tiles: four together, because they come out of one block of the file, once for all who wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.unreadable import UnreadableLog
from server.http.errors import TileRangeError, TileUnreadableError
from server.tiles.cache import TileCache
from server.tiles.catalog import VersionedScene
from server.tiles.media import MediaChoice
from tiling.arrays import Rgba
from tiling.display.rendering import JPEG, encode_image, hatch_unreadable, is_opaque
from tiling.display.stretch import Stretch
from tiling.errors import RasterReadError, WindowError
from tiling.grid.window import PixelWindow
from tiling.maptiles.jpeg_passthrough import jpeg_tile
from tiling.maptiles.tile_sets import NativeTiles, TileSet, pad_to_tile, tile_counts, tile_window
from tiling.raster.pool import RasterPool
from tiling.raster.raster import Raster


class SingleFlight:
    """Locks by key, made when asked for and gone when nobody holds them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Holds the lock of `key`."""
        with self._lock:
            flight, users = self._flights.get(key, (threading.Lock(), 0))
            self._flights[key] = (flight, users + 1)
        try:
            with flight:
                yield
        finally:
            with self._lock:
                flight, users = self._flights.pop(key)
                if users > 1:
                    self._flights[key] = (flight, users - 1)


# Tiles drawn together, along each axis. COGs come in blocks of 512 px, two tiles.
SPAN = 2

# Around what cannot be read, at least so much is marked.
_LEAST_PX = 32


@dataclass(frozen=True)
class TileRequest:
    """One tile, and how it is to look.

    Attributes:
        versioned: the scene.
        name: of the tile set, for keys: "native", "WebMercatorQuad", "on-…".
        tileset: where it is drawn.
        z: level.
        x: column.
        y: row.
        stretch: how values are shown.
        look: a text that differs where the stretch is not the scene's own; else empty.
        media: what to send it as.
    """

    versioned: VersionedScene
    name: str
    tileset: TileSet
    z: int
    x: int
    y: int
    stretch: Stretch
    look: str
    media: MediaChoice

    @property
    def group(self) -> list[tuple[int, int]]:
        """The tiles (x, y) drawn together with this one."""
        columns, rows = tile_counts(self.tileset, self.z)
        left, top = self.x - self.x % SPAN, self.y - self.y % SPAN
        return [
            (x, y) for y in range(top, min(rows, top + SPAN)) for x in range(left, min(columns, left + SPAN))
        ]

    @property
    def group_key(self) -> str:
        """Everything that decides what the group's pictures are."""
        place = f"{self.name}/{self.z}/{self.x // SPAN}/{self.y // SPAN}"
        return f"{self.versioned.version} {place} {self.look} {self.media.opaque} {self.media.partial}"


@dataclass(frozen=True)
class EncodedImage:
    """An encoded tile; `is_marked` where a part of it could not be read."""

    data: bytes
    is_marked: bool = False


class TileDrawer:
    """Draws, encodes and keeps tiles; shared by all threads."""

    def __init__(
        self, project: Project, rasters: RasterPool, cache: TileCache, unreadable: UnreadableLog
    ) -> None:
        self._project = project
        self._rasters = rasters
        self._cache = cache
        self._unreadable = unreadable
        self._flights = SingleFlight()
        # As many as there are processors, because each has files of its own open, and GDAL keeps decoded blocks
        # by open file: eight threads would decode a block that eight tiles share eight times.
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="tiles")

    def close(self) -> None:
        """Finishes the tiles that are being drawn; none can be asked for afterwards."""
        self._threads.shutdown(cancel_futures=True)

    def tile(self, request: TileRequest) -> EncodedImage:
        """One tile.

        Raises:
            TileRangeError: the tile set has no such tile.
            TileUnreadableError: the scene's file cannot be opened at all.
        """
        check_range(request)
        ready = self._as_it_lies(request)
        if ready is not None:
            return EncodedImage(ready)
        group, key = request.group, request.group_key
        index = group.index((request.x, request.y))
        kept = self._cache.get(key)
        if kept is not None and len(kept) == len(group):
            return EncodedImage(kept[index])
        with self._flights.of(key):
            kept = self._cache.get(key)
            if kept is not None and len(kept) == len(group):
                return EncodedImage(kept[index])
            return self._threads.submit(self._drawn, request, group, key, index).result()

    def _as_it_lies(self, request: TileRequest) -> bytes | None:
        """The tile out of the file itself, where it is a JPEG there already."""
        if request.media.opaque != JPEG or not isinstance(request.tileset, NativeTiles):
            return None
        with self.opened(request.versioned.scene, f"tile {request.z}/{request.x}/{request.y}") as raster:
            return jpeg_tile(raster, request.stretch, request.z, request.x, request.y)

    def _drawn(
        self, request: TileRequest, group: Sequence[tuple[int, int]], key: str, index: int
    ) -> EncodedImage:
        tileset, z = request.tileset, request.z
        windows = [tile_window(tileset, z, x, y) for x, y in group]
        around = PixelWindow(
            windows[0].col,
            windows[0].row,
            windows[-1].right - windows[0].col,
            windows[-1].bottom - windows[0].row,
        )
        is_open = False
        try:
            with self.opened(request.versioned.scene, f"tile {z}/{request.x}/{request.y}") as raster:
                is_open = True
                whole = tileset.render(raster, request.stretch, z, around)
        except TileUnreadableError:
            if not is_open:
                raise
        else:
            parts = [whole[window.shift(-around.col, -around.row).slices] for window in windows]
            pictures = [_encoded(pad_to_tile(part), request.media) for part in parts]
            self._cache.put(key, pictures)
            return EncodedImage(pictures[index])
        # Something there cannot be read; perhaps not in this tile.
        rgba, marked = self._pieces(request, windows[index])
        if marked:
            self._unreadable.add(
                request.versioned.scene.key, f"{request.name} tile {z}/{request.x}/{request.y}", marked
            )
        return EncodedImage(_encoded(pad_to_tile(rgba), request.media), bool(marked))

    def _pieces(self, request: TileRequest, window: PixelWindow) -> tuple[Rgba, str]:
        """A window, hatched where it cannot be read, and why; by quarters, so that the rest is seen."""
        try:
            with self._rasters.open(self._project.raster_source(request.versioned.scene)) as raster:
                return request.tileset.render(raster, request.stretch, request.z, window), ""
        except RasterReadError as error:
            reason = str(error)
        rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
        if max(window.width, window.height) <= _LEAST_PX:
            hatch_unreadable(rgba, window.col, window.row)
            return rgba, reason
        half = max(window.width, window.height) // 2
        for row in range(window.row, window.bottom, half):
            for col in range(window.col, window.right, half):
                part = PixelWindow(col, row, min(half, window.right - col), min(half, window.bottom - row))
                rgba[part.shift(-window.col, -window.row).slices], _ = self._pieces(request, part)
        return rgba, reason

    @contextmanager
    def opened(self, scene: Scene, what: str) -> Iterator[Raster]:
        """The scene's raster, open for this thread.

        Raises:
            TileUnreadableError: If it can't be opened, or not be read in the block; the cause, which names the
                file, goes to the log and not to the browser.
        """
        try:
            with self._rasters.open(self._project.raster_source(scene)) as raster:
                yield raster
        except RasterReadError as error:
            raise TileUnreadableError(
                f"Scene {scene.key!r} cannot be read for {what}: its file is missing or damaged there."
            ) from error


def check_range(request: TileRequest) -> None:
    """Refuse a tile that the tile set doesn't have.

    Raises:
        TileRangeError: Saying which there are.
    """
    try:
        tile_window(request.tileset, request.z, request.x, request.y)
    except WindowError as error:
        raise TileRangeError(f"Scene {request.versioned.scene.key!r}: {error}") from error


def _encoded(rgba: Rgba, media: MediaChoice) -> bytes:
    return encode_image(rgba, media.opaque if is_opaque(rgba) else media.partial)
