"""Tile matrix sets as WMTS describes them (OGC 07-057r7, 6.1): scales, corners and axis order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS

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
        is_northing_first: True where the registry's axis order is y before x.
        matrices: One for each zoom level, the coarsest first.
    """

    name: str
    epsg: int
    is_northing_first: bool
    matrices: tuple[TileMatrix, ...]

    def corner(self, x: float, y: float) -> tuple[float, float]:
        """Return a position in the axis order of the CRS."""
        return (y, x) if self.is_northing_first else (x, y)


@lru_cache(maxsize=MAX_ZOOM + 1)
def web_mercator_set(max_zoom: int = MAX_ZOOM) -> TileMatrixSet:
    """Return WebMercatorQuad from level 0 on; GDAL takes the last level for the layer's own resolution."""
    levels = []
    for z in range(max_zoom + 1):
        grid = level_grid(z)
        corner = (grid.transform.c, grid.transform.f)
        levels.append(TileMatrix(str(z), grid.transform.a / _SCREEN_PIXEL_M, corner, 1 << z, 1 << z))
    return TileMatrixSet(WEB_MERCATOR, 3857, False, tuple(levels))


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
    return TileMatrixSet(f"native-{scene.key}", epsg, is_northing_first, tuple(levels))


def scene_coverage(scene: Scene) -> Coverage | None:
    """Return the tiles that a scene covers in Web Mercator; None where it cannot be shown there."""
    return coverage(scene.grid, scene.footprint)


@lru_cache(maxsize=4096)
def _crs_facts(grid: RasterGrid) -> tuple[int, float, bool] | None:
    """Return the EPSG code, metres per unit, and whether the first axis goes north (or is a latitude)."""
    crs = grid.crs
    if crs is not None and crs.is_compound:  # a height makes no difference on the ground
        crs = crs.sub_crs_list[0]
    epsg = None if crs is None else crs.to_epsg(min_confidence=90)
    if crs is None or epsg is None:
        return None
    # The order of axes is the registry's, whatever the file's WKT says.
    registered = CRS.from_epsg(epsg)
    unit = registered.axis_info[0].unit_conversion_factor
    unit_m = _DEGREE_M * math.degrees(unit) if crs.is_geographic else unit
    return epsg, unit_m, _is_northing_first(registered)


def _is_northing_first(crs: CRS) -> bool:
    """Return True for y before x; around a pole both axes point along meridians, and only their names tell."""
    first, second = (axis.direction.lower() for axis in crs.axis_info[:2])
    if first in ("east", "west") or second in ("east", "west"):
        return first not in ("east", "west")
    return crs.axis_info[0].name.lower().startswith("northing")
