"""Rendering of tiles: four together, because they share a block of the file, once for all requests that wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import numpy as np

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.tasks.scenes.originals import refuse_changed
from geoengine.unreadable import UnreadableLog
from server.http.errors import TileRangeError, TileUnreadableError
from server.representations.scene_version import VersionedScene
from server.tiles.cache import TileCache
from server.tiles.media import MediaChoice
from server.tiles.source_watch import SourceWatch
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
    """Locks by key, made on demand and dropped when no thread holds them."""

    def __init__(self) -> None:
        """Make a set of locks without any."""
        self._lock = threading.Lock()
        self._flights: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Hold the lock of `key` in the block."""
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


# Tiles rendered together, along each axis. COGs come in blocks of 512 px, two tiles.
SPAN = 2

# The smallest square that is marked around pixels that cannot be read.
_MIN_MARKED_PX = 32


@dataclass(frozen=True)
class TileRequest:
    """One tile of one tile set, with its stretch and media types.

    Attributes:
        versioned: The scene.
        name: Of the tile set, for cache keys: "native", "WebMercatorQuad", "on-…".
        tileset: The tile set.
        z: Zoom level.
        x: Column.
        y: Row.
        stretch: The mapping of native values to colours.
        stretch_key: Tells stretches apart; empty for the scene's own.
        media: The media types to send it as.
    """

    versioned: VersionedScene
    name: str
    tileset: TileSet
    z: int
    x: int
    y: int
    stretch: Stretch
    stretch_key: str
    media: MediaChoice

    @property
    def group(self) -> list[tuple[int, int]]:
        """Tiles (x, y) that are rendered together with this one."""
        columns, rows = tile_counts(self.tileset, self.z)
        left, top = self.x - self.x % SPAN, self.y - self.y % SPAN
        return [
            (x, y) for y in range(top, min(rows, top + SPAN)) for x in range(left, min(columns, left + SPAN))
        ]

    @property
    def group_key(self) -> str:
        """Cache key of the group: everything that decides its bytes."""
        tile = f"{self.name}/{self.z}/{self.x // SPAN}/{self.y // SPAN}"
        return f"{self.versioned.version} {tile} {self.stretch_key} {self.media.opaque} {self.media.partial}"


@dataclass(frozen=True)
class EncodedImage:
    """Encoded tile or thumbnail; `is_marked` where a part of it could not be read."""

    data: bytes
    is_marked: bool = False


class TileDrawer:
    """Renderer of tiles with its caches, shared by all threads."""

    def __init__(
        self,
        project: Project,
        rasters: RasterPool,
        watch: SourceWatch,
        cache: TileCache,
        unreadable: UnreadableLog,
    ) -> None:
        """Make a drawer with as many threads as processors."""
        self._project = project
        self._rasters = rasters
        self._watch = watch
        self._cache = cache
        self._unreadable = unreadable
        self._flights = SingleFlight()
        # As many as there are processors, because each has files of its own open, and GDAL keeps decoded blocks
        # by open file: eight threads would decode a block that eight tiles share eight times.
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="tiles")

    def close(self) -> None:
        """Finish the tiles that are being rendered; later requests fail."""
        self._threads.shutdown(cancel_futures=True)

    def tile(self, request: TileRequest) -> EncodedImage:
        """Return one tile, from the file itself, the cache, or rendered.

        Raises:
            TileRangeError: The tile set has no such tile.
            TileUnreadableError: The scene's file cannot be opened at all.
        """
        check_range(request)
        ready = self._passed_through(request)
        if ready is not None:
            return EncodedImage(ready)
        group, key = request.group, request.group_key
        index = group.index((request.x, request.y))
        cached = self._cache.get(key)
        if cached is not None and len(cached) == len(group):
            return EncodedImage(cached[index])
        with self._flights.of(key):
            cached = self._cache.get(key)
            if cached is not None and len(cached) == len(group):
                return EncodedImage(cached[index])
            return self._threads.submit(self._render_group, request, group, key, index).result()

    def _passed_through(self, request: TileRequest) -> bytes | None:
        """Return the bytes of the tile in the file, where it is a JPEG there already."""
        if request.media.opaque != JPEG or not isinstance(request.tileset, NativeTiles):
            return None
        with self.opened(request.versioned.scene, f"tile {request.z}/{request.x}/{request.y}") as raster:
            return jpeg_tile(raster, request.stretch, request.z, request.x, request.y)

    def _render_group(
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
            images = [_encoded(pad_to_tile(part), request.media) for part in parts]
            self._cache.put(key, images)
            return EncodedImage(images[index])
        # A part of the group cannot be read; this tile may be readable.
        rgba, marked = self._render_readable(request, windows[index])
        if marked:
            self._unreadable.add(
                request.versioned.scene.key, f"{request.name} tile {z}/{request.x}/{request.y}", marked
            )
        return EncodedImage(_encoded(pad_to_tile(rgba), request.media), bool(marked))

    def _render_readable(self, request: TileRequest, window: PixelWindow) -> tuple[Rgba, str]:
        """Render a window by quarters, hatched where it cannot be read; return it and the reason, empty for none."""
        try:
            with self._lent(request.versioned.scene) as raster:
                return request.tileset.render(raster, request.stretch, request.z, window), ""
        except RasterReadError as error:
            reason = str(error)
        rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
        if max(window.width, window.height) <= _MIN_MARKED_PX:
            hatch_unreadable(rgba, window.col, window.row)
            return rgba, reason
        half = max(window.width, window.height) // 2
        for row in range(window.row, window.bottom, half):
            for col in range(window.col, window.right, half):
                part = PixelWindow(col, row, min(half, window.right - col), min(half, window.bottom - row))
                rgba[part.shift(-window.col, -window.row).slices], _ = self._render_readable(request, part)
        return rgba, reason

    @contextmanager
    def opened(self, scene: Scene, what: str) -> Iterator[Raster]:
        """Lend the scene's raster, open for this thread.

        Raises:
            TileUnreadableError: It cannot be opened, or not be read in the block; the cause, which names the file,
                goes to the log and not to the browser.
        """
        try:
            with self._lent(scene) as raster:
                yield raster
        except RasterReadError as error:
            raise TileUnreadableError(
                f"Scene {scene.key!r} cannot be read for {what}: its file is missing or damaged there."
            ) from error

    def check_unchanged(self, scene: Scene) -> None:
        """Refuse a scene whose raster was replaced since it was registered.

        Raises:
            ChangedSourceError: What is made from it would lie on other ground than the scene's labels.
        """
        refuse_changed(scene.key, self._watch.state(scene))

    def _lent(self, scene: Scene) -> AbstractContextManager[Raster]:
        return self._rasters.open(self._project.raster_source(scene), self._watch.state(scene).token)


def check_range(request: TileRequest) -> None:
    """Refuse a tile that the tile set does not have.

    Raises:
        TileRangeError: The message says which tiles there are.
    """
    try:
        tile_window(request.tileset, request.z, request.x, request.y)
    except WindowError as error:
        raise TileRangeError(f"Scene {request.versioned.scene.key!r}: {error}") from error


def _encoded(rgba: Rgba, media: MediaChoice) -> bytes:
    return encode_image(rgba, media.opaque if is_opaque(rgba) else media.partial)
