"""Tracing of a mask into an outline without stair steps, with few corners and only the holes that matter."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage
from shapely.geometry import Polygon

from detectors.outlines.prompt import Point
from tiling.arrays import Floats, Mask

_SMOOTH_CELLS = 0.7
_TOLERANCE_CELLS = 0.8
_HOLE_SHARE = 0.1  # of the outline's area; smaller holes are filled
_LEAST_CELLS = 8.0


def trace(mask: Mask, origin: Point = (0.0, 0.0), scale: float = 1.0) -> Polygon | None:
    """Trace the outline of a mask's largest part.

    The half line of the mask, smoothed over less than a cell, is simplified (Douglas-Peucker) within 0.8 cells
    and keeps its area.

    Args:
        mask: (H, W) cells.
        origin: Where the first cell starts, in the pixels wanted.
        scale: How many of these pixels a cell is wide.

    Returns:
        A valid polygon, or None where the mask has less than eight cells in one place.
    """
    soft = ndimage.gaussian_filter(np.pad(mask, 2).astype(float), _SMOOTH_CELLS)
    tracer = contourpy.contour_generator(z=soft, fill_type=contourpy.FillType.OuterOffset)
    filled: Any = tracer.filled(0.5, 2.0)
    shapes = [_rings(points, offsets) for points, offsets in zip(*filled, strict=True)]
    if not shapes:
        return None
    largest = max(shapes, key=lambda shape: shape.area)
    simple = shapely.simplify(largest, _TOLERANCE_CELLS)
    # Simplifying cuts corners off: the sides move out until the area is what it was.
    shape = shapely.make_valid(shapely.buffer(simple, _missing(largest, simple), join_style="mitre"))
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    if not parts or (best := max(parts, key=lambda part: part.area)).area < _LEAST_CELLS:
        return None
    # Cell (0, 0) of the padded mask has its centre at (-1.5, -1.5).
    return Polygon(shapely.transform(best, lambda xy: (xy - 1.5) * scale + np.asarray(origin)))


def _missing(traced: Polygon, simple: Polygon) -> float:
    """Return how far the sides of a simplified outline have to move out, in cells; negative for in."""
    return float((traced.area - simple.area) / simple.length)


def _rings(points: Floats, offsets: npt.NDArray[np.uint32]) -> Polygon:
    shell, *holes = [points[a:b] for a, b in pairwise(offsets)]
    least = _HOLE_SHARE * Polygon(shell).area
    return Polygon(shell, [hole for hole in holes if Polygon(hole).area >= least])
