"""Vectorization of masks and boxes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from tiling.arrays import Floats, Geometries

_LEVEL = 0.5
_TOLERANCE_CELLS = 0.5  # of a mask cell: fewer vertices for people to drag, at no cost in F1 at IoU 0.5
_MIN_TOLERANCE_PX = 0.75
_MIN_HOLE_PX2 = 64.0  # 1 m2 at 0.125 m per pixel
_MAX_VERTICES = 200
# Vertices and boxes lie on a binary grid as fine as this, so that moving them by whole pixels is exact: a polygon that
# is valid in its chip is valid in the scene, and the same wherever the chip was cut.
GRID_PX = 2.0**-10


def mask_to_polygon(mask: npt.NDArray[np.float32], bounds: Floats) -> Polygon | None:
    """Trace a probability mask at 0.5.

    The 0.5 line is interpolated between cell centres (marching squares), so it is finer than the cells and no raster as
    large as the object is ever made. The largest part is kept, small holes are filled, and the line is simplified
    (Douglas-Peucker) within half a mask cell, at least 0.75 px.

    Args:
        mask: (M, M) float32 probabilities over the box.
        bounds: (4,) x0, y0, x1, y1 of the box in pixels.

    Returns:
        A valid polygon of at most 200 vertices, or None where nothing reaches one half.
    """
    size = mask.shape[0]
    x0, y0, x1, y1 = (float(v) for v in bounds)
    cell_x, cell_y = (x1 - x0) / size, (y1 - y0) / size
    steps = np.arange(-1, size + 1) + 0.5
    tracer = contourpy.contour_generator(
        x0 + steps * cell_x, y0 + steps * cell_y, np.pad(mask, 1), fill_type=contourpy.FillType.OuterOffset
    )
    filled: Any = tracer.filled(_LEVEL, 2.0)
    shapes = [_outline(points, offsets) for points, offsets in zip(*filled, strict=True)]
    shape = max((s for s in shapes if s is not None), key=lambda s: s.area, default=None)
    if shape is None:
        return None
    return simplify(shape, max(_MIN_TOLERANCE_PX, _TOLERANCE_CELLS * max(cell_x, cell_y)))


def _outline(points: Floats, offsets: npt.NDArray[np.uint32]) -> Polygon | None:
    rings = [points[a:b] for a, b in pairwise(offsets) if b - a >= 4]
    if not rings:
        return None
    holes = [ring for ring in rings[1:] if Polygon(ring).area >= _MIN_HOLE_PX2]
    return Polygon(rings[0], holes)


def simplify(polygon: BaseGeometry, tolerance_px: float) -> Polygon | None:
    """Simplify a polygon (Douglas-Peucker) and return its largest valid part.

    Until it has at most 200 vertices, the tolerance is doubled and holes smaller than its square are filled
    (simplifying leaves four vertices to every hole, so a sieve would never get there).
    """
    while True:
        shape = shapely.make_valid(_simplify_within(polygon, tolerance_px))
        shape = shapely.set_precision(shape, GRID_PX)
        parts = [part for part in polygon_parts(shape) if part.area > 0]
        if not parts:
            return None
        largest: Polygon = max(parts, key=lambda part: part.area)
        if shapely.get_num_coordinates(largest) <= _MAX_VERTICES:
            return largest
        tolerance_px *= 2
        holes = [ring for ring in largest.interiors if Polygon(ring).area >= tolerance_px**2]
        polygon = Polygon(largest.exterior, holes)


def simplify_all(polygons: Geometries, tolerance_px: float) -> Geometries:
    """Return what `simplify` makes of each of (N,) geometries, None included; all in a few calls."""
    shapes = shapely.simplify(polygons, tolerance_px, preserve_topology=True)
    moved = shapely.hausdorff_distance(shapely.boundary(polygons), shapely.boundary(shapes))
    far = moved > tolerance_px
    shapes[far] = shapely.simplify(polygons[far], tolerance_px / 2, preserve_topology=True)
    shapes = shapely.set_precision(shapely.make_valid(shapes), GRID_PX)
    done = (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON) & (shapely.area(shapes) > 0)
    done &= shapely.get_num_coordinates(shapes) <= _MAX_VERTICES
    for index in np.flatnonzero(~done):  # of several parts, empty, or with many vertices
        shapes[index] = simplify(polygons[index], tolerance_px)
    return shapes


def _simplify_within(polygon: BaseGeometry, tolerance_px: float) -> BaseGeometry:
    """Simplify so that no vertex ends up farther from the line than the tolerance.

    GEOS removes the vertex that a ring begins at last, against the line that is left, so it may move the line by twice
    the tolerance there. Where it did, half of it keeps the promise.
    """
    shape = shapely.simplify(polygon, tolerance_px, preserve_topology=True)
    if shapely.hausdorff_distance(shapely.boundary(polygon), shapely.boundary(shape)) > tolerance_px:
        return shapely.simplify(polygon, tolerance_px / 2, preserve_topology=True)
    return shape


def polygon_parts(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a geometry, however nested (a collection may hold a multi-polygon)."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon"]


def box_to_polygon(bounds: Floats) -> Polygon:
    """Return the rectangle of (4,) x0, y0, x1, y1."""
    x0, y0, x1, y1 = (float(v) for v in bounds)
    return box(x0, y0, x1, y1)
