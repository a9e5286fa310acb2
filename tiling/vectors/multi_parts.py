"""Objects of several parts, put together again after a split."""

from __future__ import annotations

import numpy as np
import shapely

from tiling.arrays import Geometries, Ints


def together(parts: Geometries, index: Ints, geometries: Geometries) -> tuple[Geometries, Ints]:
    """Return polygons with the parts of one MultiPolygon as one again.

    Args:
        parts: (M,) valid Polygons.
        index: (M,) the index of the geometry that each is of, ascending.
        geometries: (N,) what they were split from.

    Returns:
        (K,) Polygons, and of each MultiPolygon of several parts their union; and (K,) the indices of their geometries.
    """
    several = shapely.get_type_id(geometries)[index] == shapely.GeometryType.MULTIPOLYGON
    first = np.ones(len(parts), bool)
    first[1:] = ~several[1:] | (index[1:] != index[:-1])
    if first.all():
        return parts, index
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(parts))
    found = parts[starts]
    for place in np.flatnonzero(ends - starts > 1).tolist():
        found[place] = shapely.union_all(parts[starts[place] : ends[place]])
    return found, index[starts]
