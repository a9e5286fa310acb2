"""Valid ground of scenes: the share of valid pixels in each cell, read once."""

from __future__ import annotations

from geoengine.model import GroundCells
from server.http.memory_cache import MemoryCache
from server.representations.scene_version import VersionedScene
from server.tiles.drawing import SingleFlight, TileDrawer
from tiling.arrays import Bytes
from tiling.raster.valid_share import valid_shares

_MAX_BYTES = 32_000_000


class ValidGround:
    """Shares of valid pixels by scene; threads share one."""

    def __init__(self, drawer: TileDrawer) -> None:
        """Read through a drawer's rasters."""
        self._drawer = drawer
        self._shares: MemoryCache[str, Bytes] = MemoryCache(_MAX_BYTES, lambda shares: int(shares.nbytes))
        self._reading = SingleFlight()

    def shares(self, versioned: VersionedScene) -> Bytes:
        """Return the shares of a scene's `GroundCells`, (rows, cols) uint8, 255 for all.

        Raises:
            TileUnreadableError: The scene's file cannot be read.
        """
        scene, key = versioned.scene, f"{versioned.scene.id} {versioned.version}"
        with self._reading.of(key):
            found = self._shares.get(key)
            if found is None:
                with self._drawer.opened(scene, "its valid pixels") as raster:
                    found = valid_shares(raster, GroundCells(scene.grid.width, scene.grid.height).side_px)
                self._shares.put(key, found)
            return found
