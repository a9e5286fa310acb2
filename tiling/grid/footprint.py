"""Footprint of a scene: its outline in longitude and latitude."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from tiling.arrays import Floats
from tiling.errors import GridError
from tiling.grid.raster_grid import RasterGrid

# Straight edges of the raster are curves in longitude and latitude: so many points to an edge.
_POINTS_PER_EDGE = 32

Footprint = Polygon | MultiPolygon


def footprint_lonlat(grid: RasterGrid) -> Footprint | None:
    """Return the outline of a raster in WGS 84 longitude and latitude, degrees, in this order.

    A scene across the antimeridian comes in parts that each stay within -180 to 180 (RFC 7946, section
    3.1.9). One that contains a pole extends along its parallel right to the pole's edge of the map. Exteriors
    run counterclockwise. Where part of the raster is nowhere on the Earth (space, on a full-disc image) the
    footprint is the convex hull of what is.

    Returns:
        None for a raster without a CRS, or with one that has no relation to the Earth.
    """
    try:
        crs = grid.crs
        if crs is None or crs.geodetic_crs is None:
            return None
        to_lonlat = _wgs84_transformer(grid.crs_wkt or "")
    except (GridError, ProjError):
        return None
    ring = _to_lonlat(to_lonlat, grid.to_world(_outline(grid)))
    if not np.isfinite(ring).all():
        return _cut(_hull(_to_lonlat(to_lonlat, grid.to_world(_lattice(grid)))))
    unrolled, turns = _unrolled(ring)
    if turns == 0:
        return _cut(Polygon(unrolled))
    pole = 90.0 if _contains_pole(to_lonlat, grid, 90.0) else -90.0
    # Once around the Earth: north or south to the pole at both ends, where the map is cut.
    ends = np.array([[unrolled[-1, 0], pole], [unrolled[0, 0], pole]])
    return _cut(Polygon(np.vstack((unrolled, ends))))


@lru_cache(maxsize=1024)
def _wgs84_transformer(wkt: str) -> Transformer:
    """Return the transformation from a CRS to WGS 84, x before y; making one takes milliseconds."""
    return Transformer.from_crs(CRS.from_wkt(wkt), "EPSG:4326", always_xy=True)


def _outline(grid: RasterGrid) -> Floats:
    """Return (N, 2) pixel coordinates around the raster; the first point comes again at the end."""
    w, h = float(grid.width), float(grid.height)
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h], [0, 0]])
    steps = np.linspace(0, 1, _POINTS_PER_EDGE, endpoint=False)[:, None]
    edges = [start + steps * (stop - start) for start, stop in pairwise(corners)]
    return np.vstack((*edges, corners[-1:]))


def _lattice(grid: RasterGrid) -> Floats:
    cols, rows = np.meshgrid(
        np.linspace(0, grid.width, _POINTS_PER_EDGE + 1), np.linspace(0, grid.height, _POINTS_PER_EDGE + 1)
    )
    return np.column_stack((cols.ravel(), rows.ravel()))


def _to_lonlat(to_lonlat: Transformer, world: Floats) -> Floats:
    """Transform world coordinates (N, 2) to longitude and latitude; not finite off the Earth."""
    lon, lat = to_lonlat.transform(world[:, 0], world[:, 1])
    lonlat = np.column_stack((lon, lat)).astype(np.float64)
    # Half a degree beyond a pole is a pixel's edge; more is a mistake.
    lonlat[np.abs(lonlat[:, 1]) > 90.5] = np.inf
    lonlat[:, 1] = np.clip(lonlat[:, 1], -90.0, 90.0)
    return lonlat


def _unrolled(ring: Floats) -> tuple[Floats, int]:
    """Return a ring with longitudes that never jump, and how often it goes around the Earth."""
    lon = np.unwrap(ring[:, 0], period=360.0)
    turns = round(float(lon[-1] - lon[0]) / 360.0)
    return np.column_stack((lon, ring[:, 1])), turns


def _contains_pole(to_lonlat: Transformer, grid: RasterGrid, latitude: float) -> bool:
    x, y = to_lonlat.transform(0.0, latitude, direction="INVERSE")
    if not np.isfinite([x, y]).all():
        return False
    col, row = grid.to_pixel([[x, y]])[0]
    return bool(0 <= col <= grid.width and 0 <= row <= grid.height)


def _hull(lonlat: Floats) -> Polygon | None:
    """Return the convex hull of the finite points, longitudes unrolled about the middle one of them."""
    points = lonlat[np.isfinite(lonlat).all(axis=1)]
    if len(points) < 3:
        return None
    middle = points[len(points) // 2, 0]
    points = np.column_stack(((points[:, 0] - middle + 180.0) % 360.0 - 180.0 + middle, points[:, 1]))
    hull = shapely.convex_hull(shapely.multipoints(points))
    return hull if isinstance(hull, Polygon) else None


def _cut(polygon: Polygon | None) -> Footprint | None:
    """Cut a polygon of any longitudes at the antimeridian, into -180 to 180.

    The library antimeridian does the same and rounds to 1e-7 degrees: pixels of a centimetre collapse.
    """
    if polygon is None:
        return None
    valid = shapely.make_valid(polygon)
    west, _, east, _ = shapely.bounds(valid)
    parts: list[Polygon] = []
    for turn in range(int(np.floor((west + 180.0) / 360.0)), int(np.floor((east + 180.0) / 360.0)) + 1):
        start = 360.0 * turn
        world = shapely.box(start - 180.0, -90.0, start + 180.0, 90.0)
        moved = affinity.translate(shapely.intersection(valid, world), -start)
        parts += [part for part in shapely.get_parts(moved) if isinstance(part, Polygon) and part.area > 0]
    whole = shapely.union_all(parts)
    found = [orient(part) for part in shapely.get_parts(whole) if isinstance(part, Polygon)]
    if not found:
        return None
    return found[0] if len(found) == 1 else MultiPolygon(found)
