"""Polygons cut at the antimeridian, and joined there again."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from tiling.arrays import Floats
from tiling.grid.lonlat_lines import ON_LINE_DEG


def wrapped(polygon: Polygon) -> BaseGeometry:
    """Cut a polygon of any longitudes at the antimeridian, into -180..180."""
    valid = polygon if polygon.is_valid else shapely.make_valid(polygon)
    west, _, east, _ = valid.bounds
    first, last = int(np.floor((west + 180.0) / 360.0)), int(np.ceil((east - 180.0) / 360.0))
    if first == last == 0:
        return valid
    parts = []
    for turn in range(first, max(first, last) + 1):
        start = 360.0 * turn
        world = shapely.box(start - 180.0, -90.0, start + 180.0, 90.0)
        parts.append(affinity.translate(shapely.intersection(valid, world), -start))
    # A sliver along the cut is rounding; it would come back as two corners that are one.
    wide = [part for part in shapely.get_parts(parts) if part.bounds[2] - part.bounds[0] > ON_LINE_DEG]
    return shapely.union_all([part for part in wide if part.geom_type == "Polygon"])


def joined(geometry: BaseGeometry) -> BaseGeometry:
    """Join parts that meet at the antimeridian; longitudes run on beyond 180."""
    parts = list(shapely.get_parts(geometry))
    west = [abs(part.bounds[0] + 180) < ON_LINE_DEG for part in parts]
    east = [abs(part.bounds[2] - 180) < ON_LINE_DEG for part in parts]
    if not (any(west) and any(east)) or any(a and b for a, b in zip(west, east, strict=True)):
        return geometry
    moved = [
        affinity.translate(part, 360.0) if is_west else part
        for part, is_west in zip(parts, west, strict=True)
    ]
    return _without_cut(shapely.union_all(moved))


def _without_cut(geometry: BaseGeometry) -> BaseGeometry:
    """Drop vertices that only the cut at 180 degrees has put into an edge."""

    def cleaned(ring: LinearRing) -> Floats:
        points = np.asarray(ring.coords)[:-1, :2]
        before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
        along, across = after - before, points - before
        length = np.hypot(*along.T)
        off = np.abs(along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]) / np.where(
            length > 0, length, 1
        )
        kept = ~((np.abs(points[:, 0] - 180) < ON_LINE_DEG) & (off < ON_LINE_DEG))
        return points[kept] if kept.sum() >= 3 else points

    parts = [
        Polygon(cleaned(part.exterior), [cleaned(hole) for hole in part.interiors])
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon"
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def valid_parts(polygon: Polygon) -> list[Polygon]:
    """Return the valid parts of a polygon whose outline may touch itself along the antimeridian, around a pole."""
    if polygon.is_valid or not np.isfinite(polygon.bounds).all():
        return [polygon]
    repaired = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    return [part for part in shapely.get_parts(repaired) if isinstance(part, Polygon)] or [polygon]
