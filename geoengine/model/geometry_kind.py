"""Kinds of geometry that classes have, and whether geometries fit them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import shapely

from geoengine.model.geometry import geometry_array
from tiling.arrays import Floats, Geometries, Mask

_TOLERANCE = 1e-4
"""How far a corner of a box may be off, as a share of its longer side."""


class GeometryKind(StrEnum):
    """Geometry of the objects of a class.

    Attributes:
        POLYGON: An outline with holes, or several.
        BOX: A rectangle along the pixel axes of the scene.
        ORIENTED_BOX: A rectangle in pixels, turned as it may be.
        LINE: A LineString.
        POINT: A Point.
    """

    POLYGON = "polygon"
    BOX = "box"
    ORIENTED_BOX = "oriented-box"
    LINE = "line"
    POINT = "point"

    @property
    def plural(self) -> str:
        """What the objects are called in messages."""
        return {"box": "boxes", "oriented-box": "oriented boxes"}.get(self.value, f"{self.value}s")

    @property
    def has_area(self) -> bool:
        """True where the geometries are polygons of some kind, so that models can propose them."""
        return self not in (GeometryKind.LINE, GeometryKind.POINT)

    def holds_all_of(self, other: GeometryKind) -> bool:
        """Return whether every geometry of another kind fits this one."""
        return self is other or (other, self) in _WIDENING


_BOXES = (GeometryKind.BOX, GeometryKind.ORIENTED_BOX)
_WIDENING = {
    (GeometryKind.BOX, GeometryKind.ORIENTED_BOX),
    (GeometryKind.BOX, GeometryKind.POLYGON),
    (GeometryKind.ORIENTED_BOX, GeometryKind.POLYGON),
}
_TYPES = {
    GeometryKind.POLYGON: (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
    GeometryKind.BOX: (shapely.GeometryType.POLYGON,),
    GeometryKind.ORIENTED_BOX: (shapely.GeometryType.POLYGON,),
    GeometryKind.LINE: (shapely.GeometryType.LINESTRING,),
    GeometryKind.POINT: (shapely.GeometryType.POINT,),
}
_TYPE_NAMES = {GeometryKind.LINE: "LineString", GeometryKind.POINT: "Point"}


def fit_faults(
    geometries: Sequence[shapely.Geometry] | Geometries, kinds: Sequence[GeometryKind]
) -> list[str | None]:
    """Return for each valid geometry in a scene's CRS what keeps it from being of its kind, or None.

    The fault completes a sentence: ``"is a LineString, expected a Polygon"``.
    """
    given, wanted = geometry_array(list(geometries)), np.array([kind.value for kind in kinds], dtype=object)
    types = shapely.get_type_id(given)
    faults: list[str | None] = [None] * len(given)
    for kind in set(kinds):
        mine = wanted == kind.value
        odd = mine & ~np.isin(types, _TYPES[kind])
        for index in np.flatnonzero(odd).tolist():
            expected = _TYPE_NAMES.get(kind, "Polygon")
            faults[index] = f"is a {given[index].geom_type}, expected a {expected}"
        if kind in _BOXES:
            polygons = np.flatnonzero(mine & ~odd)
            along = kind is GeometryKind.BOX
            text = (
                "is no box along the pixel axes, expected one" if along else "is no rectangle, expected one"
            )
            for index in polygons[~_are_rectangles(given[polygons], along_axes=along)].tolist():
                faults[index] = text
    return faults


def fitted(polygons: Geometries, kind: GeometryKind) -> tuple[Geometries, Mask]:
    """Return polygons as a kind that has an area, and which of them were changed for it.

    A box is the bounding one, an oriented box the smallest rectangle around a polygon.

    Args:
        polygons: (N,) valid Polygons and MultiPolygons in a scene's CRS.
        kind: A kind with an area.

    Returns:
        (N,) polygons, and (N,) bool.
    """
    changed: Mask = np.array(
        [fault is not None for fault in fit_faults(polygons, [kind] * len(polygons))], bool
    )
    if not changed.any():
        return polygons, changed
    made = polygons.copy()
    odd = polygons[changed]
    made[changed] = shapely.box(*shapely.bounds(odd).T) if kind is GeometryKind.BOX else _oriented_boxes(odd)
    return made, changed


def _oriented_boxes(polygons: Geometries) -> Geometries:
    """Return the rectangle of least area around each polygon; the bounding box where that is none."""
    corners = shapely.bounds(polygons)[:, :2]
    # Near the origin, where projected coordinates lose no digits.
    moved = _shifted(polygons, -corners)
    found = _shifted(shapely.oriented_envelope(moved), corners)
    odd = shapely.get_type_id(found) != shapely.GeometryType.POLYGON
    odd[~odd] = ~_are_rectangles(found[~odd], along_axes=False)
    found[odd] = shapely.box(*shapely.bounds(polygons[odd]).T)
    return found


def _shifted(geometries: Geometries, by: Floats) -> Geometries:
    """Return geometries moved by a vector each: (N, 2)."""
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    return np.asarray(shapely.set_coordinates(geometries.copy(), coordinates + by[owner]), dtype=object)


def _are_rectangles(polygons: Geometries, *, along_axes: bool) -> Mask:
    """Return which polygons have four corners, all of them right angles: (N,) bool."""
    four = (shapely.get_num_coordinates(polygons) == 5) & (shapely.get_num_interior_rings(polygons) == 0)
    found: Mask = np.zeros(len(polygons), bool)
    corners: Floats = shapely.get_coordinates(polygons[four]).reshape(-1, 5, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    lengths = np.stack([np.hypot(*first.T), np.hypot(*second.T)])
    # Coordinates of a scene far from the origin of its CRS have fewer digits left for a corner.
    allowed = _TOLERANCE * lengths.max(axis=0) + 8 * np.finfo(float).eps * np.abs(corners).max(axis=(1, 2))
    skew = np.abs(corners[:, 0] - corners[:, 1] + corners[:, 2] - corners[:, 3]).max(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        off_square = np.abs((first * second).sum(axis=1)) / lengths.max(axis=0)
    found[four] = (skew <= allowed) & (off_square <= allowed)
    if along_axes:
        off_axis = np.stack([np.abs(first).min(axis=1), np.abs(second).min(axis=1)]).max(axis=0)
        found[four] &= off_axis <= allowed
    return found
