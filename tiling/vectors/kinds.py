"""Geometries of any type, split into valid polygons, lines and points."""

from __future__ import annotations

import numpy as np
import shapely

from tiling.arrays import Geometries, Ints
from tiling.vectors.multi_parts import together
from tiling.vectors.polygons import split_polygons


def split_kinds(geometries: Geometries) -> tuple[Geometries, Ints, dict[str, int]]:
    """Split geometries (N,) into polygons with an area, LineStrings with a length, and Points.

    A MultiPolygon stays one object. Of a collection the parts of the highest dimension count.

    Returns:
        The parts (M,) in the order of their geometries, for each the index of its geometry (M,), and numbers of
        geometries without any, by reason.
    """
    missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    dimensions = np.where(missing, -1, shapely.get_dimensions(geometries))
    parts: list[Geometries] = []
    owners: list[Ints] = []
    for dimension, kind in enumerate((shapely.GeometryType.POINT, shapely.GeometryType.LINESTRING)):
        mine = np.flatnonzero(dimensions == dimension)
        found, of = geometries[mine], np.arange(len(mine))
        for _ in range(2):  # a collection may hold multi-part types
            found, inner = shapely.get_parts(found, return_index=True)
            of = of[inner]
        good = (shapely.get_type_id(found) == kind) & np.isfinite(shapely.bounds(found)).all(axis=1)
        if dimension:
            with np.errstate(invalid="ignore"):
                good &= shapely.length(found) > 0
        parts.append(found[good])
        owners.append(mine[of[good]])
    areal = np.flatnonzero(dimensions == 2)
    polygons, of, _ = split_polygons(geometries[areal])
    polygons, of = together(polygons, of, geometries[areal])
    parts.append(polygons)
    owners.append(areal[of])
    index = np.concatenate(owners)
    order = np.argsort(index, kind="stable")
    lost = {"no geometry": int(missing.sum())}
    lost["neither polygon, line nor point"] = len(geometries) - lost["no geometry"] - len(np.unique(index))
    return np.concatenate(parts)[order], index[order], {reason: n for reason, n in lost.items() if n}
