"""Tile matrix sets as WMTS describes them (OGC 07-057r7, 6.1): scales, corners and axis order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from geoengine.model import Scene
from tiling.grid.raster_grid import RasterGrid
from tiling.maptiles.tile_sets import NativeTiles, tile_counts
from tiling.maptiles.web_mercator import MAX_ZOOM, Coverage, coverage, level_grid

WEB_MERCATOR = "WebMercatorQuad"

# WMTS measures scales on a screen whose pixels are 0.28 mm wide, and degrees on this sphere.
_SCREEN_PIXEL_M = 0.00028
_DEGREE_M = 6378137.0 * math.pi / 180.0


@dataclass(frozen=True)
class TileMatrix:
    """One zoom level: name, scale denominator, upper left corner (in the CRS's axis order), columns and rows."""

    name: str
    scale: float
    corner: tuple[float, float]
    columns: int
    rows: int


@dataclass(frozen=True)
class TileMatrixSet:
    """Tile matrices of one CRS.

    Attributes:
        name: Identifier.
        epsg: EPSG code of the CRS.
        matrices: One for each zoom level, the coarsest first.
    """

    name: str
    epsg: int
    matrices: tuple[TileMatrix, ...]


@lru_cache(maxsize=MAX_ZOOM + 1)
def web_mercator_set(max_zoom: int = MAX_ZOOM) -> TileMatrixSet:
    """Return WebMercatorQuad from level 0 on; GDAL takes the last level for the layer's own resolution."""
    levels = []
    for z in range(max_zoom + 1):
        grid = level_grid(z)
        corner = (grid.transform.c, grid.transform.f)
        levels.append(TileMatrix(str(z), grid.transform.a / _SCREEN_PIXEL_M, corner, 1 << z, 1 << z))
    return TileMatrixSet(WEB_MERCATOR, 3857, tuple(levels))


def native_set(scene: Scene) -> TileMatrixSet | None:
    """Return the set of a scene's own grid; None without an EPSG code, the only name of a CRS in a WMTS."""
    facts = _crs_facts(scene.grid)
    if facts is None:
        return None
    epsg, unit_m, is_northing_first = facts
    tileset = NativeTiles(scene.grid)
    levels = []
    for z in range(tileset.max_zoom + 1):
        t = tileset.level_grid(z).transform
        corner = (t.f, t.c) if is_northing_first else (t.c, t.f)
        levels.append(TileMatrix(str(z), t.a * unit_m / _SCREEN_PIXEL_M, corner, *tile_counts(tileset, z)))
    return TileMatrixSet(f"native-{scene.key}", epsg, tuple(levels))


def scene_coverage(scene: Scene) -> Coverage | None:
    """Return the tiles that a scene covers in Web Mercator; None where it cannot be shown there."""
    return coverage(scene.grid)


@lru_cache(maxsize=4096)
def _crs_facts(grid: RasterGrid) -> tuple[int, float, bool] | None:
    """Return the EPSG code, metres per unit, and whether the first axis goes north (or is a latitude)."""
    crs = grid.crs
    epsg = None if crs is None else crs.to_epsg(min_confidence=90)
    if crs is None or epsg is None:
        return None
    # The order of axes is the registry's, whatever the file's WKT says.
    axes = type(crs).from_epsg(epsg).axis_info
    unit = axes[0].unit_conversion_factor
    unit_m = _DEGREE_M * math.degrees(unit) if crs.is_geographic else unit
    return epsg, unit_m, axes[0].direction.lower() == "north" or axes[0].abbrev in ("N", "Lat")
