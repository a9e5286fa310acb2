"""Grid of a raster's pixels in world space: the only place that multiplies by an affine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from tiling.arrays import Floats, Geometries
from tiling.errors import GridError
from tiling.grid.window import PixelSize, PixelWindow

# The transform of an image that has none: world = (col, -row), so that north is up there too.
PIXEL_PLANE = Affine(1.0, 0.0, 0.0, 0.0, -1.0, 0.0)

# How far, in pixels at the far edge of the raster, a transform may be from a square north-up one and
# still be shown as one. Real files carry their pixel sizes with 6 to 12 digits.
SQUARE_TOLERANCE_PX = 0.05

# A scene whose ground resolution is this close to the wanted one is read as it is: resampling by two
# percent blurs and costs time, and no detector notices the difference.
NATIVE_TOLERANCE = 0.02


@dataclass(frozen=True)
class RasterGrid:
    """Pixel space (x right, y down, pixel (0, 0) covers [0, 1) x [0, 1)) and its place in world space.

    >>> from pyproj import CRS
    >>> utm = CRS.from_epsg(32645).to_wkt()
    >>> grid = RasterGrid(utm, Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000), 1000, 800)
    >>> grid.to_world([[0, 0], [1000, 800]]).tolist()
    [[300000.0, 3050000.0], [300500.0, 3049600.0]]
    >>> grid.to_pixel([[300_250, 3_049_800]]).tolist()
    [[500.0, 400.0]]
    >>> round(grid.gsd_m, 3)
    0.5

    Attributes:
        crs_wkt: the CRS of world space as WKT 2, coordinates in x, y (longitude, latitude) order; None
            for an image without one.
        transform: pixel -> world, any invertible affine. `PIXEL_PLANE` for an image without one.
        width: pixels per row.
        height: rows.

    Raises:
        GridError: No pixels, or a transform that cannot be inverted.
    """

    crs_wkt: str | None
    transform: Affine
    width: int
    height: int

    def __post_init__(self) -> None:
        """Check the size and the transform."""
        if self.width < 1 or self.height < 1:
            raise GridError(f"A grid of {self.width} x {self.height} px was given; expected 1 x 1 or more.")
        coefficients = self.transform[:6]
        if not all(math.isfinite(value) for value in coefficients) or self._determinant == 0.0:
            raise GridError(f"The transform {coefficients} was given; it must be finite and invertible.")

    @property
    def _determinant(self) -> float:
        t = self.transform
        return float(t.a * t.e - t.b * t.d)

    # -- points ------------------------------------------------------------------------------------

    def to_world(self, xy: npt.ArrayLike) -> Floats:
        """Pixel coordinates (N, 2) -> world coordinates (N, 2), float64, CRS units."""
        points = _points(xy)
        t = self.transform
        x, y = points[:, 0], points[:, 1]
        return np.column_stack((t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f))

    def to_pixel(self, xy: npt.ArrayLike) -> Floats:
        """World coordinates (N, 2) in this grid's CRS -> pixel coordinates (N, 2), float64."""
        points = _points(xy)
        t = self.transform
        # The origin goes first: the products stay small, and with them what float64 loses.
        x, y = points[:, 0] - t.c, points[:, 1] - t.f
        det = self._determinant
        return np.column_stack(((t.e * x - t.b * y) / det, (t.a * y - t.d * x) / det))

    # -- geometries --------------------------------------------------------------------------------

    def pixel_polygons_to_world(self, geoms: npt.ArrayLike) -> Geometries:
        """Shapely geometries in pixel space -> the same in world space (an array of the same shape)."""
        return _transform(geoms, self.to_world)

    def world_polygons_to_pixel(self, geoms: npt.ArrayLike) -> Geometries:
        """Shapely geometries in this grid's CRS -> the same in pixel space."""
        return _transform(geoms, self.to_pixel)

    # -- the grid as a whole -----------------------------------------------------------------------

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(minx, miny, maxx, maxy) of the raster's outline, in CRS units."""
        w, h = float(self.width), float(self.height)
        corners = self.to_world([[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]])
        low, high = corners.min(axis=0), corners.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def is_north_up_square(self) -> bool:
        """True where rows run west to east, columns north to south, and pixels are as tall as wide.

        Judged at the raster's far edge: within 0.05 px there.
        """
        t = self.transform
        if t.a <= 0 or t.e >= 0:
            return False
        size = t.a
        drift_px = max(abs(t.b) * self.height, abs(t.d) * self.width, abs(t.a + t.e) * self.height) / size
        return bool(drift_px < SQUARE_TOLERANCE_PX)

    @property
    def size(self) -> PixelSize:
        """Width and height in pixels."""
        return PixelSize(self.width, self.height)

    @cached_property
    def crs(self) -> CRS | None:
        """The CRS as pyproj knows it; None for an image without one.

        Raises:
            GridError: Pyproj does not understand the WKT.
        """
        return None if self.crs_wkt is None else _crs(self.crs_wkt)

    @cached_property
    def gsd_xy_m(self) -> tuple[float, float] | None:
        """Ground metres per pixel along rows and along columns, at the scene's centre.

        Measured with a geodesic on the CRS's own ellipsoid, so degrees and the stretch of Web Mercator
        do not enter. None where there is no CRS, or one without a place on the Earth.
        """
        crs = self.crs
        if crs is None or crs.geodetic_crs is None:
            return None
        geod = crs.get_geod()
        if geod is None:
            return None
        x, y = self.width / 2, self.height / 2
        world = self.to_world([[x - 0.5, y], [x + 0.5, y], [x, y - 0.5], [x, y + 0.5]])
        try:
            to_lonlat = _to_geodetic(self.crs_wkt or "")
            lon, lat = to_lonlat.transform(world[:, 0], world[:, 1], errcheck=True)
            _, _, metres = geod.inv([lon[0], lon[2]], [lat[0], lat[2]], [lon[1], lon[3]], [lat[1], lat[3]])
        except ProjError:
            return None
        gsd_x, gsd_y = float(metres[0]), float(metres[1])
        if not (math.isfinite(gsd_x) and math.isfinite(gsd_y) and gsd_x > 0 and gsd_y > 0):
            return None
        return gsd_x, gsd_y

    @property
    def gsd_m(self) -> float | None:
        """Ground metres per pixel at the scene's centre: the geometric mean of the two axes."""
        axes = self.gsd_xy_m
        return None if axes is None else math.sqrt(axes[0] * axes[1])

    # -- related grids -----------------------------------------------------------------------------

    def resized(self, width: int, height: int) -> RasterGrid:
        """Return the grid of `width` x `height` pixels over the same ground."""
        if width < 1 or height < 1:
            raise GridError(f"A grid of {width} x {height} px was asked for; it must be at least 1 x 1.")
        return self.cut((0.0, 0.0, self.width, self.height), width, height)

    def windowed(self, window: PixelWindow) -> RasterGrid:
        """Return the grid of a window of this raster (the window's first pixel becomes (0, 0)).

        >>> grid = RasterGrid(None, Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000), 1000, 800)
        >>> part = grid.windowed(PixelWindow(100, 200, 64, 32))
        >>> part.size, part.to_world([(0, 0)]).tolist()
        (PixelSize(width=64, height=32), [[300050.0, 3049900.0]])
        """
        return self.cut(window, window.width, window.height)

    def cut(
        self, window: PixelWindow | tuple[float, float, float, float], width: int, height: int
    ) -> RasterGrid:
        """Return the grid of `width` x `height` pixels over a (column, row, width, height) in this one's pixels."""
        if isinstance(window, PixelWindow):
            window = (window.col, window.row, window.width, window.height)
        t = self.transform
        sx, sy = window[2] / width, window[3] / height
        x, y = self.to_world([window[:2]])[0]
        return RasterGrid(
            self.crs_wkt, Affine(t.a * sx, t.b * sy, float(x), t.d * sx, t.e * sy, float(y)), width, height
        )

    # -- JSON --------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Return a dict that `json` writes without loss (floats keep every bit)."""
        return {
            "crs_wkt": self.crs_wkt,
            "transform": [float(value) for value in self.transform[:6]],
            "width": self.width,
            "height": self.height,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RasterGrid:
        """Return the grid `to_json` wrote.

        Raises:
            GridError: A key is missing or has the wrong type.
        """
        try:
            crs_wkt, transform = data["crs_wkt"], [float(value) for value in data["transform"]]
            width, height = int(data["width"]), int(data["height"])
        except (KeyError, TypeError, ValueError) as error:
            raise GridError(
                f"A grid needs crs_wkt, transform, width, height; {error!r} in {dict(data)!r}."
            ) from error
        if len(transform) != 6 or not (crs_wkt is None or isinstance(crs_wkt, str)):
            raise GridError(f"A grid needs six transform numbers and a WKT text or null; got {dict(data)!r}.")
        return cls(crs_wkt, Affine(*transform), width, height)


def resampled_size(grid: RasterGrid, gsd_m: float) -> PixelSize:
    """Return (width, height) of the whole scene when a pixel is `gsd_m` ground metres wide and tall.

    Where the raster's pixels are not square on the ground (degrees; by more than two percent) the axes are
    scaled each on its own, so that they come out square. The native size comes back where the scene has no
    CRS or is within two percent of `gsd_m`.

    Raises:
        GridError: `gsd_m` is not a positive number.

    >>> from pyproj import CRS
    >>> utm = CRS.from_epsg(32645).to_wkt()
    >>> grid = RasterGrid(utm, Affine(0.25, 0, 500_000, 0, -0.25, 3_050_000), 1000, 800)
    >>> resampled_size(grid, 0.5)
    PixelSize(width=500, height=400)
    """
    if not gsd_m > 0:
        raise GridError(f"A ground resolution of {gsd_m} m was asked for; it must be positive.")
    native, mean = grid.gsd_xy_m, grid.gsd_m
    if native is None or mean is None:
        return grid.size
    if abs(native[0] / native[1] - 1) < NATIVE_TOLERANCE:
        native = (mean, mean)
    if max(abs(native[0] / gsd_m - 1), abs(native[1] / gsd_m - 1)) < NATIVE_TOLERANCE:
        return grid.size
    width, height = grid.width * native[0] / gsd_m, grid.height * native[1] / gsd_m
    return PixelSize(max(1, round(width)), max(1, round(height)))


def _points(xy: npt.ArrayLike) -> Floats:
    points = np.asarray(xy, dtype=np.float64)
    if points.size == 0:
        return points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise GridError(f"Coordinates of shape {points.shape} were given; expected (N, 2).")
    return points


def _transform(geoms: npt.ArrayLike, move: Any) -> Geometries:
    array = np.asarray(geoms, dtype=object)
    return np.asarray(shapely.transform(array, move), dtype=object)


@lru_cache(maxsize=1024)
def _crs(wkt: str) -> CRS:
    """Return the CRS of a WKT: thousands of scenes share a few, and parsing one takes milliseconds.

    Raises:
        GridError: Pyproj does not understand the WKT.
    """
    try:
        return CRS.from_wkt(wkt)
    except ProjError as error:
        raise GridError(f"The CRS {wkt[:80]!r} is not one that PROJ understands.") from error


@lru_cache(maxsize=1024)
def _to_geodetic(wkt: str) -> Transformer:
    """Return the transformation from a CRS to the longitude and latitude of its own datum."""
    crs = _crs(wkt)
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
