"""The outline of a grid in longitude and latitude."""

from __future__ import annotations

import shapely
from pyproj import Transformer

from tiling.grid import RasterGrid


def footprint_lonlat(grid: RasterGrid) -> shapely.Geometry | None:
    """The grid's box in longitude and latitude; None without a CRS."""
    if grid.crs is None:
        return None
    to_lonlat = Transformer.from_crs(grid.crs, 4326, always_xy=True)
    return shapely.box(*to_lonlat.transform_bounds(*grid.bounds))
