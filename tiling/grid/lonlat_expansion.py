"""Lon/lat expansion of a grid: a few coefficients that a program without PROJ can evaluate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.polynomial.chebyshev import chebpts1, chebvander
from pyproj import Transformer
from pyproj.exceptions import ProjError

from tiling.arrays import Floats
from tiling.errors import GridError
from tiling.grid.raster_grid import RasterGrid

# A normal that is off by this much is off by a millimetre on the ground: the Earth's radii of curvature are
# at most 6400 km.
_TOLERANCE = 1e-3 / 6.4e6
_DEGREES = (3, 4, 6, 8, 12, 16, 24, 32, 48)
# Beyond these decimals a coefficient moves nothing by a micrometre.
_DECIMALS = 14


@dataclass(frozen=True, eq=False)
class LonLatExpansion:
    """A raster's place on the WGS 84 ellipsoid, as Chebyshev polynomials of its pixel coordinates.

    What is expanded is the ellipsoid's normal (x towards longitude 0, y towards 90° E, z north; Gade 2010, "A
    non-singular horizontal position representation", Journal of Navigation 63): it is smooth where longitudes
    are not, at the poles and the antimeridian. With u = 2 col / width - 1 and v = 2 row / height - 1,

        normal[k] = sum of coefficients[k, i, j] * T_i(v) * T_j(u).

    Attributes:
        coefficients: float64 (3, N + 1, N + 1).
        width: pixels per row of the raster.
        height: its rows.
    """

    coefficients: Floats
    width: int
    height: int

    def to_lonlat(self, xy: npt.ArrayLike) -> Floats:
        """Pixel coordinates (N, 2) within the raster -> WGS 84 longitude and latitude (N, 2), degrees."""
        points = np.asarray(xy, dtype=np.float64)
        u, v = 2 * points[:, 0] / self.width - 1, 2 * points[:, 1] / self.height - 1
        degree = self.coefficients.shape[1] - 1
        x, y, z = np.einsum("kij,pi,pj->kp", self.coefficients, chebvander(v, degree), chebvander(u, degree))
        lonlat = np.column_stack((np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))))
        degrees: Floats = np.degrees(lonlat)
        return degrees


def fit_lonlat_expansion(grid: RasterGrid) -> LonLatExpansion | None:
    """Fit the expansion of a raster's pixels to within a millimetre of PROJ.

    Returns:
        None for a raster without a CRS, or one that is not all on the Earth, or not smoothly.
    """
    try:
        crs = grid.crs
        if crs is None or crs.geodetic_crs is None:
            return None
        to_lonlat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except (GridError, ProjError):
        return None
    for degree in _DEGREES:
        nodes = chebpts1(degree + 1)
        values = _normals(to_lonlat, grid, nodes)
        if not np.isfinite(values).all():
            return None
        inverse = np.linalg.inv(chebvander(nodes, degree))
        coefficients = np.round(inverse @ values @ inverse.T, _DECIMALS).astype(np.float64)
        between = np.linspace(-1, 1, 2 * degree + 3)
        basis = chebvander(between, degree)
        error = np.abs(basis @ coefficients @ basis.T - _normals(to_lonlat, grid, between)).max()
        if error < _TOLERANCE:
            return LonLatExpansion(coefficients, grid.width, grid.height)
    return None


def _normals(to_lonlat: Transformer, grid: RasterGrid, nodes: Floats) -> Floats:
    """Return the normals (3, N, N) at `nodes` from -1 to 1 along rows and columns; not finite off the Earth."""
    u, v = np.meshgrid(nodes, nodes)
    pixels = np.column_stack(((u.ravel() + 1) / 2 * grid.width, (v.ravel() + 1) / 2 * grid.height))
    world = grid.to_world(pixels)
    lon, lat = np.radians(np.asarray(to_lonlat.transform(world[:, 0], world[:, 1]), dtype=np.float64))
    with np.errstate(invalid="ignore"):
        normals = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    return normals.reshape(3, len(nodes), len(nodes))
