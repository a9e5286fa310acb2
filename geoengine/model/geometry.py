"""Checks of geometries and overlaps of polygons, vectorised for thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoengine.model.complexity import needs_size_check, size_fault
from tiling.arrays import Geometries, Ints, Mask

FeatureGeometry = shapely.Polygon | shapely.MultiPolygon | shapely.LineString | shapely.Point
"""Geometry of a feature; which of them, its class says. A MultiPolygon has two parts or more."""

FEATURE_TYPES = (
    shapely.GeometryType.POINT,
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
)
"""Types of geometry that features have."""


def geometry_faults(geometries: Sequence[object] | Geometries) -> list[str | None]:
    """Return for each geometry its fault, or None for a valid, finite, non-empty one of a type that features have.

    These are a Polygon or MultiPolygon with an area, a LineString with a length, and a Point. The fault completes a
    sentence: ``"is a MultiPoint, expected a Polygon, MultiPolygon, LineString or Point"``,
    ``"is not valid: Self-intersection[2 2]"``.
    """
    faults: list[str | None] = [None] * len(geometries)
    given = geometry_array(list(geometries))
    odd = ~shapely.is_geometry(given)
    odd[~odd] = ~np.isin(shapely.get_type_id(given[~odd]), FEATURE_TYPES)
    odd[~odd] = shapely.is_empty(given[~odd]) | needs_size_check(given[~odd])
    for index in np.flatnonzero(odd).tolist():
        faults[index] = _odd_fault(given[index])
    good = [index for index, fault in enumerate(faults) if fault is None]
    sound = given[good]
    coordinates, owner = shapely.get_coordinates(sound, return_index=True)
    finite = np.ones(len(sound), bool)
    finite[owner[~np.isfinite(coordinates).all(axis=1)]] = False
    for index in np.flatnonzero(~finite).tolist():
        faults[good[index]] = "has a coordinate that is not finite, expected finite numbers"
    with np.errstate(invalid="ignore", over="ignore"):
        valid = shapely.is_valid(sound)
        dimensions = shapely.get_dimensions(sound)
        size = np.choose(dimensions, [np.ones(len(sound)), shapely.length(sound), shapely.area(sound)])
    for index in np.flatnonzero(finite & ~valid).tolist():
        faults[good[index]] = f"is not valid: {shapely.is_valid_reason(sound[index])}"
    for index in np.flatnonzero(finite & valid & ~((size > 0) & np.isfinite(size))).tolist():
        name = "area" if dimensions[index] == 2 else "length"
        faults[good[index]] = f"has the {name} {size[index]}, expected a finite one above 0"
    return faults


def _odd_fault(geometry: object) -> str | None:
    """Return what is wrong with the type or size of one geometry, or None."""
    if not isinstance(geometry, BaseGeometry) or shapely.get_type_id(geometry) not in FEATURE_TYPES:
        kind = geometry.geom_type if isinstance(geometry, BaseGeometry) else type(geometry).__name__
        return f"is a {kind}, expected a Polygon, MultiPolygon, LineString or Point"
    if geometry.is_empty:
        return f"is an empty {geometry.geom_type}, expected one with coordinates"
    return size_fault(geometry)  # before its validity, whose check may take minutes


def overlaps_any(polygons: Geometries, others: Geometries, iou: float) -> Mask:
    """Return for each of `polygons` whether its IoU with any of `others` is `iou` or more.

    Both arrays are of valid polygons in one plane.
    """
    overlaps = np.zeros(len(polygons), bool)
    if not len(polygons) or not len(others):
        return overlaps
    left, right = shapely.STRtree(others).query(polygons, predicate="intersects")
    shared = shapely.area(shapely.intersection(polygons[left], others[right]))
    union = shapely.area(polygons[left]) + shapely.area(others[right]) - shared
    overlaps[left[shared >= iou * union]] = True
    return overlaps


def geometry_array(geometries: Sequence[object]) -> Geometries:
    """Return an object array with one geometry in each cell; numpy alone might unpack multi-part ones."""
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array


def paths(geometries: Geometries) -> tuple[Geometries, Ints]:
    """Return the rings of polygons, lines and points, in their order, and for each the index of its geometry.

    Their coordinates, one after the other, are those of the geometries.
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    rings, of = shapely.get_rings(parts[areal], return_index=True)
    part = np.concatenate([np.flatnonzero(areal)[of], np.flatnonzero(~areal)])
    order = np.argsort(part, kind="stable")
    return np.concatenate([rings, parts[~areal]])[order], owner[part[order]]


def simplest(geometry: FeatureGeometry) -> FeatureGeometry:
    """Return a geometry of two dimensions, and a MultiPolygon of one part as that Polygon."""
    if geometry.has_z:
        geometry = shapely.force_2d(geometry)
    if isinstance(geometry, shapely.MultiPolygon) and len(geometry.geoms) == 1:
        return geometry.geoms[0]
    return geometry
