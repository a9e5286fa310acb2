"""Cost of a validity check, estimated before it is paid.

GEOS compares edges whose bounding boxes overlap, and rings likewise. For ordinary polygons of n vertices these are
a few n; for thin triangles that meet in one corner, or long parallel spikes, they are n * n / 2, each about
0.1 to 0.6 microseconds. A polygon of 20,000 holes in one corner took 7 GB of memory.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoengine.model.limits import MAX_BOX_OVERLAPS, MAX_RINGS, MAX_VERTICES
from tiling.arrays import Floats, Geometries, Mask

_SAMPLE = 64
_FREE_VERTICES = 32
"""Polygons with no more vertices are not estimated: 5,000 of them have fewer than `MAX_BOX_OVERLAPS` pairs."""


def needs_size_check(geometries: Geometries) -> Mask:
    """Return which geometries are large enough for `size_fault` to find something: (N,) bool."""
    vertices = shapely.get_num_coordinates(geometries).astype(np.int64)
    # A ring has four vertices at least, so that polygons of too many rings are among them.
    return np.asarray(vertices * vertices > 2 * MAX_BOX_OVERLAPS)


def size_fault(geometry: shapely.Geometry) -> str | None:
    """Return what is too large about a geometry as the end of a sentence, or None where its check is affordable."""
    vertices = int(shapely.get_num_coordinates(geometry))
    if vertices > MAX_VERTICES:
        return f"has {vertices:,} vertices, expected at most {MAX_VERTICES:,}"
    areal = isinstance(geometry, shapely.Polygon | shapely.MultiPolygon)
    return _ring_fault(geometry, vertices) if areal else None


def _ring_fault(polygon: shapely.Geometry, vertices: int) -> str | None:
    rings = len(_rings(polygon))
    if rings > MAX_RINGS:
        return f"has {rings:,} rings, expected at most {MAX_RINGS:,}"
    if vertices * vertices > 2 * MAX_BOX_OVERLAPS and box_overlaps(polygon) > MAX_BOX_OVERLAPS:
        return (
            f"has edges or holes whose boxes overlap in more than {MAX_BOX_OVERLAPS:,} pairs, expected fewer"
        )
    return None


def is_affordable(polygons: Iterable[shapely.Polygon | shapely.MultiPolygon]) -> bool:
    """Return whether all `polygons` together have at most `MAX_BOX_OVERLAPS` pairs of overlapping boxes."""
    large = [polygon for polygon in polygons if shapely.get_num_coordinates(polygon) > _FREE_VERTICES]
    if sum(shapely.get_num_coordinates(polygon) ** 2 for polygon in large) <= 2 * MAX_BOX_OVERLAPS:
        return True
    total = 0.0
    for polygon in large:
        total += box_overlaps(polygon)
        if total > MAX_BOX_OVERLAPS:
            return False
    return True


def box_overlaps(polygon: shapely.Geometry) -> float:
    """Return about how many pairs of edges, and of rings, have overlapping bounding boxes; neighbours are left out."""
    rings = _rings(polygon)
    coordinates, owner = shapely.get_coordinates(rings, return_index=True)
    joined = owner[1:] == owner[:-1]
    start, end = coordinates[:-1][joined], coordinates[1:][joined]
    edges = np.hstack([np.minimum(start, end), np.maximum(start, end)])
    # Each edge touches the one before and the one after it.
    found = max(0.0, _overlapping_pairs(edges) - len(edges))
    return found + (_overlapping_pairs(shapely.bounds(rings[1:])) if len(rings) > 2 else 0.0)


def _rings(polygon: shapely.Geometry) -> Geometries:
    """Return the rings of a polygon, or of all parts of one of several."""
    return np.asarray(shapely.get_rings(shapely.get_parts(polygon)), dtype=object)


def _overlapping_pairs(boxes: Floats) -> float:
    """Return the number of pairs of overlapping (minx, miny, maxx, maxy) boxes, estimated from a sample of them."""
    count = len(boxes)
    if count < 2:
        return 0.0
    # The same polygon gets the same answer: the sample depends on nothing but the count.
    sample = boxes[np.random.default_rng(count).permutation(count)[:_SAMPLE], :, np.newaxis]
    minx, miny, maxx, maxy = (np.ascontiguousarray(column) for column in boxes.T)
    hits = (minx <= sample[:, 2]) & (maxx >= sample[:, 0]) & (miny <= sample[:, 3]) & (maxy >= sample[:, 1])
    return (int(np.count_nonzero(hits)) / len(sample) - 1) * count / 2
