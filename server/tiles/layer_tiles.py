"""Map tiles of the office's archives on the grids of scenes."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from pathlib import Path

from server.representations.scene_version import VersionedScene
from server.tiles.cache import TileCache
from server.tiles.drawing import EncodedImage
from server.tiles.media import MediaChoice
from tiling.archives.archive import TileArchive
from tiling.archives.opening import open_tile_archive
from tiling.archives.rendering import coarsest_level, render_archive
from tiling.display.rendering import encode_image, is_opaque
from tiling.errors import TileArchiveError
from tiling.grid.raster_grid import RasterGrid
from tiling.maptiles.tile_sets import NativeTiles, pad_to_tile, tile_window
from tiling.vectors.reference_layer import ReferenceLayer

log = logging.getLogger(__name__)

_MOST_OPEN = 16


class LayerTiles:
    """Open archives, shared by all threads, and what was drawn of them."""

    def __init__(self, cache: TileCache) -> None:
        """Open nothing yet."""
        self._cache = cache
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, str], TileArchive] = OrderedDict()

    def close(self) -> None:
        """Close the archives."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def version(self, layer: ReferenceLayer, scene: VersionedScene) -> str:
        """Return a hash of what decides how a layer looks on a scene.

        Raises:
            TileArchiveError: The archive is gone.
        """
        drawn = f"{layer.added_at} {_stamp(layer)} {scene.version}"
        return hashlib.sha256(drawn.encode()).hexdigest()[:20]

    def first_level(self, layer: ReferenceLayer, grid: RasterGrid) -> int | None:
        """Return the first level of a scene's tiles at which a layer is shown; None where it does not reach it.

        Raises:
            TileArchiveError: The archive cannot be read.
        """
        return coarsest_level(self._archive(layer), grid)

    def tile(
        self, layer: ReferenceLayer, scene: VersionedScene, tile: tuple[int, int, int], media: MediaChoice
    ) -> EncodedImage:
        """Return a tile z, x, y of the scene's own tile grid, drawn from the layer.

        Raises:
            WindowError: The scene has no such tile.
            GridError: The scene has no place on the web map.
            TileArchiveError: The archive cannot be read at all; a part that cannot is hatched.
        """
        z, x, y = tile
        grid = scene.scene.grid
        window = tile_window(NativeTiles(grid), z, x, y)
        key = f"layer {layer.key} {self.version(layer, scene)} {z}/{x}/{y} {media.opaque} {media.partial}"
        cached = self._cache.get(key)
        if cached is not None and len(cached) == 1:
            return EncodedImage(cached[0])
        rgba, fault = render_archive(self._archive(layer), grid, z, window)
        if fault:
            log.warning("layer %s, tile %d/%d/%d: %s", layer.key, z, x, y, fault)
        whole = pad_to_tile(rgba)
        image = encode_image(whole, media.opaque if is_opaque(whole) else media.partial)
        if not fault:
            self._cache.put(key, [image])
        return EncodedImage(image, bool(fault))

    def _archive(self, layer: ReferenceLayer) -> TileArchive:
        key = (layer.source, _stamp(layer))
        with self._lock:
            found = self._open.get(key)
            if found is None:
                found = self._open[key] = open_tile_archive(Path(layer.source))
                # Those that were replaced, and those that nobody looked at for long; a thread may still read them.
                while len(self._open) > _MOST_OPEN:
                    self._open.popitem(last=False)
            self._open.move_to_end(key)
        return found


def _stamp(layer: ReferenceLayer) -> str:
    try:
        found = Path(layer.source).stat()
    except OSError as error:
        raise TileArchiveError(f"{layer.source} cannot be read: {error.strerror}") from error
    return f"{found.st_mtime_ns} {found.st_size}"
