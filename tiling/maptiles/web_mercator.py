"""WebMercatorQuad, the tile matrix set of web maps: EPSG:3857, tiles of 256 px, row 0 in the north.

OGC 17-083r4, Two Dimensional Tile Matrix Set and Tile Set Metadata, annex D.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import shapely
from affine import Affine
from pyproj import CRS

from tiling.errors import GridError
from tiling.grid.grid_transform import footprint_bounds, lonlat_bounds, pixel_size_in
from tiling.grid.raster_grid import RasterGrid

TILE_SIZE = 256

# Half the width of the square world, metres: pi * 6378137.
HALF_WORLD_M = 20037508.342789244

# The last zoom level of the set, and the number of levels beyond a scene's own resolution.
MAX_ZOOM = 24
_BEYOND = 1

# Latitude at which the square world ends.
MAX_LATITUDE_DEG = 85.0511287798066


@lru_cache(maxsize=1)
def web_mercator() -> CRS:
    """Return EPSG:3857."""
    return CRS.from_epsg(3857)


@lru_cache(maxsize=MAX_ZOOM + 1)
def level_grid(z: int) -> RasterGrid:
    """Return the grid of the whole world at a zoom level; tile (x, y) starts at pixel (256 x, 256 y)."""
    size = TILE_SIZE << z
    pixel_m = 2 * HALF_WORLD_M / size
    return RasterGrid(
        web_mercator().to_wkt(), Affine(pixel_m, 0, -HALF_WORLD_M, 0, -pixel_m, HALF_WORLD_M), size, size
    )


@dataclass(frozen=True)
class Coverage:
    """Bounds and zoom levels of a scene on the web map.

    Attributes:
        bounds: West, south, east, north in degrees (WGS 84); -180 to 180 where the scene crosses the
            antimeridian.
        min_zoom: The zoom level at which the scene is about as large as one tile.
        max_zoom: About one zoom level beyond the scene's own resolution.
    """

    bounds: tuple[float, float, float, float]
    min_zoom: int
    max_zoom: int

    @cached_property
    def _parts(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom as parts of the square world."""
        west, south, east, north = self.bounds
        return (*_world_part(west, north), *_world_part(east, south))

    def tile_range(self, z: int) -> tuple[int, int, int, int]:
        """Return first column, first row, last column and last row of the tiles that may show the scene."""
        left, top, right, bottom = (part * (1 << z) for part in self._parts)
        last = (1 << z) - 1
        return (
            min(last, math.floor(left)),
            min(last, math.floor(top)),
            # A scene that ends where a tile starts is not in it.
            min(last, max(math.floor(left), math.ceil(right) - 1)),
            min(last, max(math.floor(top), math.ceil(bottom) - 1)),
        )


@lru_cache(maxsize=4096)
def coverage(grid: RasterGrid, footprint: str | None = None) -> Coverage | None:
    """Return a raster's coverage of the web map; None without coordinates on the Earth below 85 degrees.

    Args:
        grid: the raster's grid.
        footprint: what `footprint_lonlat` returned for it, as WKT; PROJ takes milliseconds for it.
    """
    bounds = lonlat_bounds(grid) if footprint is None else footprint_bounds(shapely.from_wkt(footprint))
    if bounds is None:
        return None
    try:
        pixel_m = pixel_size_in(grid, web_mercator())
    except GridError:  # a CRS of another planet, or of a site
        return None
    if pixel_m is None:
        return None
    west, south, east, north = bounds
    south, north = max(south, -MAX_LATITUDE_DEG), min(north, MAX_LATITUDE_DEG)
    if south >= north:
        return None
    native = math.log2(2 * HALF_WORLD_M / TILE_SIZE / pixel_m)
    max_zoom = min(MAX_ZOOM, max(0, math.floor(native + 0.5) + _BEYOND))
    _, top = _world_part(west, north)
    _, bottom = _world_part(east, south)
    extent = max((east - west) % 360.0 / 360.0 or 1.0, bottom - top)
    min_zoom = min(max_zoom, max(0, math.floor(-math.log2(extent))))
    if west > east:
        west, east = -180.0, 180.0
    return Coverage((west, south, east, north), min_zoom, max_zoom)


def _world_part(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """Return (x, y) in parts of the square world from its upper left corner (EPSG guidance note 7-2, 3.2.1)."""
    x = (lon_deg + 180.0) / 360.0
    y = 0.5 - math.asinh(math.tan(math.radians(lat_deg))) / (2 * math.pi)
    return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
