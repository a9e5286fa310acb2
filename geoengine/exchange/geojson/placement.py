"""Placement of geometries: from a scene's CRS to that of a file and back, with a check that they survive."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS

from geoengine.exchange.crs import WGS84, reproject, same_crs
from geoengine.exchange.geojson.names import PIXEL
from geoengine.model.geometry import geometry_array, geometry_faults, paths
from geoengine.model.on_scene import OFF_SCENE, off_scene
from tiling.arrays import Geometries, Mask
from tiling.grid.crs_text import horizontal_part
from tiling.grid.lonlat_polygons import from_lonlat, to_lonlat
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.round_trip import lost

# Shares of a pixel: by how much an edge may bend before it gets a vertex, and by how much a polygon may move.
_BEND_PX = 0.1
_SHIFT_PX = 0.25
# Share of an edge by which it may run beside itself in another CRS: a curve bends by less, a seam by far more.
_OFF_EDGE = 0.1


def is_pixel_plane(grid: RasterGrid) -> bool:
    """Return True if a scene's world coordinates are its pixels: x = column, y = -row."""
    return grid.crs_wkt is None and grid.transform == PIXEL_PLANE


def to_file(geometries: Geometries, grid: RasterGrid, target: CRS | None) -> Geometries:
    """Return geometries of a scene in the CRS of a file.

    Args:
        geometries: (N,) Polygons, MultiPolygons, LineStrings and Points in the scene's CRS.
        grid: The scene's grid.
        target: The file's CRS; None for the scene's own coordinates.

    Returns:
        (N,) of the same types, or MultiPolygons and MultiLineStrings where the antimeridian cuts one in longitude and
        latitude (RFC 7946); None for one that has no place in `target`, or would not come back from there as itself.
    """
    source = _ground(grid)
    if source is None or target is None or not len(geometries):
        return geometries
    if same_crs(target, WGS84):
        moved = to_lonlat(geometries, source, _BEND_PX * grid.transform.a)
    else:
        moved = _finite(reproject(geometries, source, target))
        moved[_torn(geometries, moved, source, target)] = None
    moved[_lost(geometries, moved, grid, target)] = None
    return moved


def to_scene(geometries: Geometries, grid: RasterGrid, source: CRS | None) -> Geometries:
    """Return geometries of a file in a scene's CRS; coordinates that have no place there are not finite.

    Args:
        geometries: (N,) Polygons, MultiPolygons, LineStrings and Points in `source`; in longitude and latitude they
            may run on beyond 180 degrees.
        grid: The scene's grid.
        source: The file's CRS; None for the scene's own coordinates.
    """
    own = _ground(grid)
    if own is None or source is None or not len(geometries):
        return geometries
    if same_crs(source, WGS84):
        return from_lonlat(geometries, own, _middle_x(grid), _BEND_PX * grid.transform.a)
    return reproject(geometries, source, own)


def place(geometries: Geometries, grid: RasterGrid, source: CRS | str) -> tuple[Geometries, list[str | None]]:
    """Return geometries of a file in a scene's CRS, and for each the fault or None.

    Args:
        geometries: (N,) Polygons, MultiPolygons, LineStrings and Points of the file.
        grid: The scene's grid.
        source: The file's CRS; PIXEL or UNKNOWN_CRS for the scene's own coordinates.
    """
    faults = geometry_faults(geometries)
    good = [index for index, fault in enumerate(faults) if fault is None]
    moved = geometry_array([shapely.Polygon()] * len(geometries))
    # A CRS is not compared with text: PROJ would look for a CRS of that name, a tenth of a second each time.
    if isinstance(source, str) and source == PIXEL and not is_pixel_plane(grid):
        pixels = shapely.transform(geometries[good], lambda xy: xy * (1.0, -1.0))
        moved[good] = grid.pixel_polygons_to_world(pixels)
    else:
        moved[good] = to_scene(geometries[good], grid, None if isinstance(source, str) else source)
    later: list[str | None] = faults
    if isinstance(source, str) or not same_crs(source, _ground(grid) or source):
        later = geometry_faults(moved)
    # Of a geometry that is not valid only the box is compared.
    sound = np.array([fault is None for fault in later], dtype=bool)
    missing = off_scene(np.where(sound, moved, shapely.envelope(moved)), grid)
    for index in good:
        if missing[index]:
            faults[index] = OFF_SCENE
        elif later[index] is not None:
            faults[index] = f"cannot be placed in the scene's CRS: its geometry {later[index]}"
    return moved, faults


def _lost(before: Geometries, moved: Geometries, grid: RasterGrid, target: CRS) -> Mask:
    gone = shapely.is_missing(moved) | shapely.is_empty(moved)
    there = ~gone
    back = to_scene(moved[there], grid, target)
    gone[there] = lost(before[there], back, _SHIFT_PX * grid.transform.a)
    return gone


def _torn(before: Geometries, moved: Geometries, source: CRS, target: CRS) -> Mask:
    """Return which geometries have an edge that runs elsewhere in the target: across its seam, or around a pole.

    The point at four tenths of an edge is moved back; it may lie off its edge by a tenth of the edge's length.
    """
    torn = np.zeros(len(before), dtype=bool)
    there = np.flatnonzero([geometry is not None for geometry in moved])
    rings, polygon = paths(before[there])
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ends = shapely.get_coordinates(moved[there])
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    probes = np.asarray(shapely.points(0.6 * ends[edges] + 0.4 * ends[edges + 1]))
    back = shapely.get_coordinates(reproject(probes, target, source))
    start, along = points[edges], points[edges + 1] - points[edges]
    length = np.hypot(*along.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(((back - start) * along).sum(axis=1) / length**2, 0.0, 1.0)
        off = np.hypot(*(back - start - share[:, None] * along).T)
    bad = ~(off <= _OFF_EDGE * length) & (length > 0)
    torn[there[polygon[ring[edges[bad]]]]] = True
    return torn


def _finite(geometries: Geometries) -> Geometries:
    found = geometries.copy()
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    found[owner[~np.isfinite(coordinates).all(axis=1)]] = None
    return found


def _ground(grid: RasterGrid) -> CRS | None:
    """Return the CRS of the positions of a scene, without heights: polygons have none."""
    return None if grid.crs is None else horizontal_part(grid.crs)


def _middle_x(grid: RasterGrid) -> float:
    left, _, right, _ = grid.bounds
    return (left + right) / 2
