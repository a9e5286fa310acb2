"""Map tiles of an archive on the grid of a scene."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from tiling.archives.archive import TileArchive, decoded
from tiling.arrays import Rgba
from tiling.display.rendering import hatch_unreadable
from tiling.errors import GridError, TileArchiveError
from tiling.grid.grid_transform import lonlat_bounds, pixel_size_in
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.resample import resample_images
from tiling.maptiles.tile_sets import NativeTiles
from tiling.maptiles.web_mercator import HALF_WORLD_M, TILE_SIZE, level_grid, web_mercator

# A view coarser than the archive's coarsest level by more than this many levels would read thousands of its tiles.
MOST_HALVINGS = 3


@lru_cache(maxsize=256)
def wanted_zoom(grid: RasterGrid, halvings: int) -> float | None:
    """Return the zoom level, not rounded, at which an archive has pixels as large as those of a grid.

    Args:
        grid: The grid.
        halvings: 0 for tiles of 256 pixels, 1 for 512.

    Returns:
        None where the grid has no place on the web map.
    """
    try:
        pixel_m = pixel_size_in(grid, web_mercator())
    except GridError:
        return None
    return None if pixel_m is None else math.log2(2 * HALF_WORLD_M / TILE_SIZE / pixel_m) - halvings


def coarsest_level(archive: TileArchive, grid: RasterGrid) -> int | None:
    """Return the first zoom level of a scene's own tiles at which an archive is shown; None where at none.

    Args:
        archive: The archive.
        grid: The grid of the scene.
    """
    facts, tiles = archive.facts, NativeTiles(grid)
    there = lonlat_bounds(grid)
    if there is None or not _meet(there, facts.bounds):
        return None
    for z in range(tiles.max_zoom + 1):
        wanted = wanted_zoom(tiles.level_grid(z), facts.halvings)
        if wanted is not None and round(wanted) >= facts.min_zoom - MOST_HALVINGS:
            return z
    return None


def render_archive(archive: TileArchive, grid: RasterGrid, z: int, window: PixelWindow) -> tuple[Rgba, str]:
    """Render a window of a zoom level of a scene from the tiles of an archive.

    The level of the archive is the one whose pixels are nearest in size, bilinear. A pixel depends on the archive
    and the scene's grid alone: adjacent windows put together are the window around them.

    Args:
        archive: The archive.
        grid: The grid of the scene.
        z: Zoom level of `NativeTiles(grid)`.
        window: In the pixels of that level.

    Returns:
        RGBA (H, W, 4) uint8, transparent where the archive has nothing and hatched where it cannot be read; and why
        it cannot, empty where it can.

    Raises:
        GridError: The scene has no place on the web map.
    """
    target, facts = NativeTiles(grid).level_grid(z), archive.facts
    wanted = wanted_zoom(target, facts.halvings)
    if wanted is None:
        raise GridError("The scene has no coordinates on the web map.")
    if round(wanted) < facts.min_zoom - MOST_HALVINGS:
        return np.zeros((window.height, window.width, 4), np.uint8), ""
    zoom = min(facts.max_zoom, max(facts.min_zoom, round(wanted)))
    faults: list[str] = []

    def read(source: PixelWindow) -> Rgba:
        return _mosaic(archive, zoom, source, faults)

    rgba = resample_images(level_grid(zoom + facts.halvings), read, target, window)
    return rgba, faults[0] if faults else ""


def _mosaic(archive: TileArchive, zoom: int, window: PixelWindow, faults: list[str]) -> Rgba:
    """Put the tiles of one zoom level together; those that cannot be read are hatched."""
    side = archive.facts.side
    out = np.zeros((window.height, window.width, 4), np.uint8)
    columns = range(window.col // side, (window.right - 1) // side + 1)
    rows = range(window.row // side, (window.bottom - 1) // side + 1)
    # Across the antimeridian a window is as wide as the world.
    if len(columns) * len(rows) > (4 << MOST_HALVINGS) ** 2:
        return out
    for y in rows:
        for x in columns:
            part = PixelWindow(x * side, y * side, side, side).intersect(window)
            if part is None:
                continue
            seen = out[part.shift(-window.col, -window.row).slices]
            try:
                data = archive.tile(zoom, x, y)
                if data is None:
                    continue
                image = decoded(data, archive.facts.format)
                if image.shape[0] != side:
                    raise TileArchiveError(f"a tile has {image.shape[0]} px, the others {side}")
                seen[...] = image[part.shift(-x * side, -y * side).slices]
            except TileArchiveError as error:
                faults.append(str(error))
                hatch_unreadable(seen, part.col, part.row)
    return out


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Return whether boxes in degrees meet; the first may lie across the antimeridian."""
    west, south, east, north = one
    if south > other[3] or north < other[1]:
        return False
    return (other[0] <= east and other[2] >= west) if west <= east else (other[2] >= west or other[0] <= east)
