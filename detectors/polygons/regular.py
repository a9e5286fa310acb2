"""Regular building outlines: right angles along the dominant direction, where that changes little.

Edges are turned to the nearer of two directions at right angles, runs of edges in one direction become one wall at
their mean, and neighbouring walls meet in corners.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon

from detectors.detections import Detections
from tiling.arrays import Floats, Ints

MIN_IOU = 0.92  # a regular outline that agrees less with the traced one is not taken
_MIN_WALL_PX = 2.0


def regular_outlines(detections: Detections, labels: Ints) -> Detections:
    """Replace the polygons of the given classes (label numbers) by regular ones."""
    polygons = detections.polygons()
    wanted = np.isin(detections.labels, labels)
    shapes = [regularise(p) if yes else p for p, yes in zip(polygons, wanted, strict=True)]
    return detections.with_polygons(np.array(shapes, object))


def regularise(polygon: Polygon, min_iou: float = MIN_IOU) -> Polygon:
    """Return the polygon with right angles only, or as it is where the two differ too much.

    Holes are kept as they are where they stay inside.

    Args:
        polygon: Valid, in pixels.
        min_iou: How much the two must agree (intersection over union) for the regular one to be taken.

    >>> roof = Polygon([(0, 0), (20, 0.4), (20.3, 10), (0.2, 10.3)])
    >>> regular = regularise(roof)
    >>> len(regular.exterior.coords) - 1, round(regular.area / regular.minimum_rotated_rectangle.area, 9)
    (4, 1.0)
    """
    ring = shapely.get_coordinates(polygon.exterior)[:-1]
    angle = dominant_direction(ring)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = _corners(ring @ turn)
    if corners is None:
        return polygon
    shell = Polygon(corners @ turn.T)
    if not shell.is_valid or not shell.area > 0:
        return polygon
    whole = Polygon(shell.exterior, [hole for hole in polygon.interiors if shell.contains_properly(hole)])
    shared = whole.intersection(polygon).area
    return whole if shared >= min_iou * (whole.area + polygon.area - shared) else polygon


def dominant_direction(ring: Floats) -> float:
    """Return the direction of most of a ring's length, in radians from x, modulo a right angle.

    `ring` is (N, 2) points, not closed.

    Directions are averaged as angles on a circle of 90 degrees, each edge with its squared length.
    """
    edges = np.roll(ring, -1, axis=0) - ring
    weights = (edges**2).sum(axis=1)
    four = 4 * np.arctan2(edges[:, 1], edges[:, 0])
    return float(np.arctan2((weights * np.sin(four)).sum(), (weights * np.cos(four)).sum()) / 4)


def _corners(ring: Floats) -> Floats | None:
    """Return the corners where walls along x and along y meet in turn; None with fewer than four walls."""
    edges = np.roll(ring, -1, axis=0) - ring
    keep = np.hypot(*edges.T) >= _MIN_WALL_PX
    if keep.sum() < 4:
        return None
    starts, edges = ring[keep], edges[keep]
    level = np.abs(edges[:, 0]) >= np.abs(edges[:, 1])  # along x
    changes = np.flatnonzero(level != np.roll(level, 1))
    if len(changes) < 4:
        return None
    middle, length = starts + edges / 2, np.hypot(*edges.T)
    walls = []
    for first, last in zip(changes, np.roll(changes, -1), strict=True):
        run = np.arange(first, last if last > first else last + len(level)) % len(level)
        axis = 1 if level[first] else 0
        walls.append(np.average(middle[run, axis], weights=length[run]))
    along_x = level[changes]
    following = np.roll(walls, -1)
    # The corner between a wall along x (which has a y) and the next one (which has an x), and the other way round.
    return np.where(
        along_x[:, None], np.column_stack([following, walls]), np.column_stack([walls, following])
    )
