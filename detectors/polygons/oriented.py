"""Oriented boxes: the rectangle of least area around a polygon, and its angle."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon

from detectors.detections import Detections
from tiling.arrays import Floats

_SQUARE = 1e-6  # sides this alike (relative) do not say which is the long one


def oriented_boxes(detections: Detections) -> Detections:
    """Replace every polygon by its rectangle of least area."""
    return detections.with_polygons(np.array([oriented_box(p) for p in detections.polygons()], object))


def oriented_box(polygon: Polygon) -> Polygon:
    """Return the rectangle of least area around a polygon, four corners, in the polygon's own plane.

    >>> round(oriented_box(Polygon([(0, 0), (4, 4), (3, 5), (-1, 1)])).area, 9)
    8.0
    """
    x, y = polygon.exterior.coords[0][:2]  # near the origin, where projected coordinates lose no digits
    found = shapely.oriented_envelope(affinity.translate(polygon, -x, -y))
    if not isinstance(found, Polygon) or not found.area > 0:
        return shapely.box(*polygon.bounds)
    return affinity.translate(found, x, y)


def angle_deg(rectangle: shapely.Geometry, *, y_down: bool) -> float:
    """Return the direction of a rectangle's long side, 0 <= degrees < 180, counter-clockwise from east as seen.

    It follows from the corners alone, whichever comes first and whichever way round they go, so it is the same
    after every file format and in pixels and world alike (of a north-up image). Of a square, the lesser of the two
    angles is taken.

    Args:
        rectangle: A Polygon of four corners.
        y_down: Whether y grows downwards, as in pixels.

    >>> ship = Polygon([(0, 0), (4, 4), (3, 5), (-1, 1)])
    >>> round(angle_deg(ship, y_down=False)), round(angle_deg(ship, y_down=True))
    (45, 135)
    """
    corners = shapely.get_coordinates(rectangle)
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(*sides.T)
    angles = _direction(sides, y_down)
    if abs(lengths[0] - lengths[1]) <= _SQUARE * lengths.max():
        return float(angles.min())
    return float(angles[lengths.argmax()])


def _direction(sides: Floats, y_down: bool) -> Floats:
    degrees = np.degrees(np.arctan2(-sides[:, 1] if y_down else sides[:, 1], sides[:, 0])) % 180.0
    return np.where(degrees >= 180.0 - 1e-9, 0.0, degrees)
