"""Chips on the ground: their outlines, and boxes on a plane that several rasters share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from tiling.arrays import Floats, Geometries, Ints
from tiling.errors import GridError
from tiling.grid.footprint import footprint_lonlat
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.window import PixelWindow

# Points per side of an outline: straight sides in one CRS are curves in another.
_SIDE_POINTS = 8

_LONLAT = CRS.from_epsg(4326)


def outlines_lonlat(grid: RasterGrid, windows: Ints) -> Geometries:
    """Return (N,) `footprint_lonlat` of windows (N, 4: column, row, width, height), all but the odd ones at once."""
    areas = np.empty(len(windows), dtype=object)
    rings = np.full((len(windows), 1, 2), np.inf)
    if grid.crs is not None:
        with suppress(ProjError):
            rings = _rings(grid, windows, grid.crs, _LONLAT)
    # What lies across the antimeridian, around a pole or off the Earth is left to the careful one.
    plain = np.isfinite(rings).all(axis=(1, 2))
    plain[plain] = (np.ptp(rings[plain, :, 0], axis=1) < 180) & (np.abs(rings[plain, :, 0]) <= 180).all(
        axis=1
    )
    areas[plain] = shapely.polygons(rings[plain, ::-1])
    for index in np.flatnonzero(~plain):
        areas[index] = footprint_lonlat(grid.windowed(PixelWindow(*windows[index].tolist())))
    return areas


def ground_boxes(grids: Sequence[RasterGrid], sources: Ints, windows: Ints) -> tuple[Floats, Ints]:
    """Return the boxes around chips on a plane that all rasters with a CRS share, measured in pixels.

    The plane is their CRS where they have the same one, and else an equal-area projection about their
    middle; its unit is the largest pixel of any of them, so that a distance is at least as many pixels in
    each. Rasters with a place but no CRS share a second plane; each one without a place is its own.

    Args:
        grids: one per raster.
        sources: (N,) which raster each chip is of.
        windows: (N, 4) column, row, width, height of each chip.

    Returns:
        (N, 4) float64 xmin, ymin, xmax, ymax in pixels, and (N,) int64 numbers of planes.

    Raises:
        GridError: PROJ knows no way from a raster's CRS to the plane.
    """
    boxes, planes = np.empty((len(windows), 4)), np.empty(len(windows), dtype=np.int64)
    plane = _common_plane(grids)
    units = [1.0, 1.0]
    for number, grid in enumerate(grids):
        mine = np.flatnonzero(sources == number)
        if not len(mine):
            continue
        if grid.crs is None and grid.transform == PIXEL_PLANE:
            planes[mine] = 2 + number
            boxes[mine] = np.column_stack((windows[mine, :2], windows[mine, :2] + windows[mine, 2:]))
            continue
        which = 1 if grid.crs is None else 0
        planes[mine] = which
        target = grid.crs if plane is None or which else plane
        try:
            rings = _rings(grid, windows[mine], grid.crs, target)
            size = _pixel_size(grid, target)
        except ProjError as error:
            raise GridError("A raster's CRS has no way to the plane on which splits are made.") from error
        if not np.isfinite(rings).all():
            raise GridError(f"A raster in {str(grid.crs)[:60]} has chips that lie nowhere on the ground.")
        boxes[mine] = np.concatenate((rings.min(axis=1), rings.max(axis=1)), axis=1)
        units[which] = size if units[which] == 1.0 else max(units[which], size)
    for which in (0, 1):
        boxes[planes == which] /= units[which]
    return boxes, planes


def _common_plane(grids: Sequence[RasterGrid]) -> CRS | None:
    """Return the CRS all rasters with one share; equal-area about their middle where they differ."""
    systems = [grid.crs for grid in grids if grid.crs is not None]
    if not systems or all(crs == systems[0] for crs in systems):
        return systems[0] if systems else None
    middles = []
    for grid in grids:
        if grid.crs is not None:
            x, y = grid.to_world([[grid.width / 2, grid.height / 2]])[0]
            middles.append(Transformer.from_crs(grid.crs, _LONLAT, always_xy=True).transform(x, y))
    lon, lat = np.radians(np.array(middles)).T
    # The mean of points on the sphere, so that a pair across the antimeridian has its middle there.
    x, y, z = np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)
    lon_0 = np.degrees(np.arctan2(y.mean(), x.mean()))
    lat_0 = np.degrees(np.arctan2(z.mean(), np.hypot(x.mean(), y.mean())))
    return CRS.from_proj4(f"+proj=laea +lat_0={lat_0:.3f} +lon_0={lon_0:.3f} +datum=WGS84 +units=m")


def _rings(grid: RasterGrid, windows: Ints, source: CRS | None, target: CRS | None) -> Floats:
    """Return (N, points, 2) the outlines of windows in `target`, clockwise from the upper left, not closed."""
    step = np.arange(_SIDE_POINTS) / _SIDE_POINTS
    zero, one = np.zeros(_SIDE_POINTS), np.ones(_SIDE_POINTS)
    across = np.concatenate((step, one, 1 - step, zero))
    down = np.concatenate((zero, step, one, 1 - step))
    x = windows[:, 0:1] + windows[:, 2:3] * across
    y = windows[:, 1:2] + windows[:, 3:4] * down
    world = grid.to_world(np.column_stack((x.ravel(), y.ravel())))
    if source is not None and target is not None and source != target:
        moved = Transformer.from_crs(source, target, always_xy=True).transform(world[:, 0], world[:, 1])
        world = np.column_stack(moved)
    return world.reshape(len(windows), -1, 2)


def _pixel_size(grid: RasterGrid, target: CRS | None) -> float:
    """Return the longer side of the pixel in the middle of the raster, in units of the plane."""
    middle = np.array([[grid.width // 2, grid.height // 2, 1, 1]], dtype=np.int64)
    corners = _rings(grid, middle, grid.crs, target)[0][::_SIDE_POINTS]
    return float(np.hypot(*np.diff(corners, axis=0).T).max())
