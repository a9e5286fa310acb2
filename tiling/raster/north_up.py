"""Warps that show any raster north up with square pixels, without writing a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio.warp
from affine import Affine
from pyproj.exceptions import ProjError
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling, WktVersion
from rasterio.io import DatasetReader
from rasterio.rpc import RPC
from rasterio.vrt import WarpedVRT

from tiling.access.source import RasterSource
from tiling.arrays import Floats
from tiling.errors import RasterReadError
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.raster.header import RasterHeader
from tiling.raster.rpcs import height_options, project

# Warping within one CRS by an affine alone: any CRS does, since it cancels out.
_ANY_PLANE = CRS.from_epsg(3857)

# What RPCs are in: WGS 84, longitude first.
_LONLAT = CRS.from_epsg(4326)

# Fewer ground control points than this place nothing.
_MIN_GCPS = 3

# A grid of this many times the raster's own pixels is the work of a damaged georeference.
_MAX_GROWTH = 16

# Beyond this many ground control points a thin-plate spline costs too much per pixel.
_MAX_SPLINE_GCPS = 500

# A scene wider than this does not fit a UTM zone and its neighbours; it stays in degrees.
_MAX_UTM_SPAN_DEG = 6.0


@dataclass(frozen=True)
class Warp:
    """Arguments of the `WarpedVRT` that turns a raster north up. The caller closes the views."""

    options: dict[str, Any]

    def view(self, dataset: DatasetReader) -> WarpedVRT:
        """Return the whole dataset, north up, at about its own resolution."""
        return WarpedVRT(dataset, **self.options)

    def scaled(self, view: WarpedVRT, grid: RasterGrid) -> WarpedVRT:
        """Return a part of a view on another grid.

        Two steps, because resampling a view as it is read makes GDAL warp the same pixels again and
        again, and because rasterio ignores control points when the grid is given with them.
        """
        return WarpedVRT(
            view,
            src_crs=self.options["crs"],
            crs=self.options["crs"],
            transform=grid.transform,
            width=grid.width,
            height=grid.height,
            resampling=self.options["resampling"],
            tolerance=0.01,
            XSCALE=view.transform.a / grid.transform.a,
            YSCALE=view.transform.e / grid.transform.e,
        )


def lies_north_up(dataset: DatasetReader | RasterHeader, rpcs: RPC | None) -> bool:
    """Return True where the pixels can be shown as they are stored: north up and square, or placed by nothing."""
    if rpcs is not None:
        return False
    if dataset.transform.is_identity:
        gcps, crs = dataset.gcps
        return len(gcps) < _MIN_GCPS or crs is None
    grid = RasterGrid(wkt_of(dataset.crs), dataset.transform, dataset.width, dataset.height)
    return grid.is_north_up_square and _runs_east_and_north(dataset.crs)


def north_up(
    dataset: DatasetReader,
    source: RasterSource,
    rpcs: RPC | None = None,
    *,
    as_stored: bool = False,
    always: bool = False,
) -> tuple[Warp | None, RasterGrid]:
    """Return the grid on which a raster is seen, and the warp to it: None where it is there already.

    A raster without georeference keeps its pixel plane (world = col, -row). A warped raster in degrees
    becomes UTM (UPS at the poles), so that its pixels are square on the ground, too.

    Args:
        dataset: the raster, with numbers that are not complex.
        source: where it comes from; the surface that RPCs are evaluated over.
        rpcs: the coefficients that place it, which `dataset` has as well.
        as_stored: the pixel plane, whatever places the raster.
        always: warp, even where the raster lies as it should.

    Raises:
        RasterReadError: A georeference that would make far more pixels than the raster has, or RPCs over a
            DEM that does not cover it.
    """
    width, height, path = dataset.width, dataset.height, source.path
    if as_stored:
        return None, RasterGrid(None, PIXEL_PLANE, width, height)
    if lies_north_up(dataset, rpcs):
        placed = not dataset.transform.is_identity
        crs, transform = (dataset.crs, dataset.transform) if placed else (None, PIXEL_PLANE)
        grid = RasterGrid(wkt_of(crs), transform, width, height)
        return (_in_place(dataset, crs, grid) if always else None), grid
    if rpcs is not None:
        points = project(rpcs, width, height, source)
        options: dict[str, Any] = {**height_options(rpcs, source)}
        return _warped(dataset, path, _LONLAT, points, METHOD="RPC", **options)
    if dataset.transform.is_identity:
        gcps, gcp_crs = dataset.gcps
        points = np.array([(point.x, point.y) for point in gcps], dtype=np.float64)
        method = "GCP_TPS" if len(gcps) <= _MAX_SPLINE_GCPS else "GCP_POLYNOMIAL"
        return _warped(dataset, path, gcp_crs, points, METHOD=method)
    grid = RasterGrid(wkt_of(dataset.crs), dataset.transform, width, height)
    corners = [[0, 0], [width, 0], [width, height], [0, height]]
    return _warped(dataset, path, dataset.crs, grid.to_world(corners), turned=turned_grid(grid))


def wkt_of(crs: CRS | None) -> str | None:
    """WKT 2, with which every CRS can be said; None for None."""
    if not crs:
        return None
    return str(crs.to_wkt(version=WktVersion.WKT2_2019))


def _in_place(dataset: DatasetReader, crs: CRS | None, grid: RasterGrid) -> Warp:
    """Return a warp that moves nothing."""
    return Warp(_options(dataset, crs, crs or _ANY_PLANE) | _on(grid))


def _on(grid: RasterGrid) -> dict[str, Any]:
    # Given with a grid, a tolerance of 0 fails in rasterio.
    return {"transform": grid.transform, "width": grid.width, "height": grid.height, "tolerance": 0.001}


def _options(dataset: DatasetReader, crs: CRS | None, target: CRS, **extras: Any) -> dict[str, Any]:
    paletted = ColorInterp.palette in dataset.colorinterp
    options: dict[str, Any] = {
        "src_crs": crs or _ANY_PLANE,
        "crs": target,
        "resampling": Resampling.nearest if paletted else Resampling.bilinear,
        # 0: every pixel is placed exactly, so that what is read does not depend on the window. A
        # spline is dear, and a twentieth of a pixel is far below what control points are worth.
        "tolerance": 0.05 if "METHOD" in extras else 0.0,
        # Pixels keep about their size. Left to itself, GDAL guesses how much a chunk shrinks from its
        # bounding box, which a rotation makes too large: a blur that depends on the window read.
        "XSCALE": 1,
        "YSCALE": 1,
        **extras,
    }
    if ColorInterp.alpha not in dataset.colorinterp and dataset.nodata is None:
        # Somewhere must be written which pixels the warp left empty: in NaN where there is one,
        # in an alpha band otherwise.
        if all(np.dtype(name).kind == "f" for name in dataset.dtypes):
            options["nodata"] = float("nan")
        else:
            options["add_alpha"] = True
    return options


def _warped(
    dataset: DatasetReader,
    path: Path,
    crs: CRS | None,
    points: Floats,
    *,
    turned: RasterGrid | None = None,
    **extras: Any,
) -> tuple[Warp, RasterGrid]:
    """Return the warp to a north-up grid of square pixels; `points` (N, 2) are places of the scene in `crs`.

    `turned` has the same pixels north up, where `crs` runs east and north.
    """
    target = ground_crs(crs, points) if crs else _ANY_PLANE
    options = _options(dataset, crs, target, **extras)
    if turned is not None and (not crs or target == crs):
        return Warp(options | _on(turned)), turned
    with WarpedVRT(dataset, **options) as view:
        suggested = _unmirrored(view.transform, view.width, view.height)
        grid = RasterGrid(wkt_of(target) if crs else None, suggested, view.width, view.height)
        as_suggested = grid.transform == view.transform
    if not grid.is_north_up_square:
        # GDAL suggests an oblong grid for an oblong raster.
        grid = _squared(grid)
        as_suggested = False
    if not as_suggested:
        options |= _on(grid)
    # A strip turned by 45 degrees fills little of its bounds: counted as if it were a square.
    side = (dataset.width + dataset.height) / 2
    if grid.width * grid.height > _MAX_GROWTH * side * side:
        raise RasterReadError(
            f"{path} has {dataset.width} x {dataset.height} px and would have {grid.width} x {grid.height} px "
            "north up: its georeference is implausible."
        )
    return Warp(options), grid


def turned_grid(grid: RasterGrid) -> RasterGrid | None:
    """Return the north-up grid of the same pixels, of a raster that is mirrored or turned by quarters; else None."""
    t = grid.transform
    along, size = (t.b, t.d) == (0, 0), abs(t.a or t.b)
    if not along and (t.a, t.e) != (0, 0):
        return None
    if not math.isclose(size, abs(t.e if along else t.d), rel_tol=1e-12):
        return None
    left, _, _, top = grid.bounds
    width, height = (grid.width, grid.height) if along else (grid.height, grid.width)
    return RasterGrid(grid.crs_wkt, Affine(size, 0, left, 0, -size, top), width, height)


def _unmirrored(transform: Affine, width: int, height: int) -> Affine:
    """Return the transform of the same area with x to the right and y up.

    For a mirrored raster, GDAL suggests a mirrored grid.
    """
    t = transform
    left, top = min(t.c, t.c + t.a * width), max(t.f, t.f + t.e * height)
    return Affine(abs(t.a), t.b, left, t.d, -abs(t.e), top)


def _squared(grid: RasterGrid) -> RasterGrid:
    """Square pixels over a north-up grid: as fine as its finer axis, within a factor of four."""
    fine, coarse = sorted((grid.transform.a, -grid.transform.e))
    size = max(fine, coarse / 4)
    width = max(1, round(grid.width * grid.transform.a / size))
    height = max(1, round(grid.height * -grid.transform.e / size))
    return RasterGrid(
        grid.crs_wkt, Affine(size, 0, grid.transform.c, 0, -size, grid.transform.f), width, height
    )


def ground_crs(crs: CRS, points: Floats) -> CRS:
    """Return a CRS in which square pixels are square on the ground, and up is north.

    Args:
        crs: the CRS of `points`; returned as it is where it is projected already, to the east and the north.
        points: (N, 2) places of the scene, x then y; longitude then latitude in degrees.

    Returns:
        `crs`, or the UTM zone (UPS near the poles) of the middle of the points where `crs` is in degrees, or
        counts to the west or south, and the scene is small enough for one.
    """
    lonlat = points
    if not crs.is_geographic:
        if _runs_east_and_north(crs):
            return crs
        lonlat = np.column_stack(rasterio.warp.transform(crs, _LONLAT, points[:, 0], points[:, 1]))
    if not np.isfinite(lonlat).all():
        return crs
    # Longitudes are unrolled about the first one: a scene across the antimeridian is small as well.
    lon = (lonlat[:, 0] - lonlat[0, 0] + 180.0) % 360.0 - 180.0 + lonlat[0, 0]
    lat = lonlat[:, 1]
    if np.ptp(lon) > _MAX_UTM_SPAN_DEG or np.ptp(lat) > _MAX_UTM_SPAN_DEG:
        return crs
    middle_lon = (float(lon.min() + lon.max()) / 2 + 180.0) % 360.0 - 180.0
    middle_lat = float(lat.min() + lat.max()) / 2
    if middle_lat > 84.0:
        return CRS.from_epsg(5041)
    if middle_lat < -80.0:
        return CRS.from_epsg(5042)
    zone = min(60, int((middle_lon + 180.0) // 6.0) + 1)
    return CRS.from_epsg((32600 if middle_lat >= 0 else 32700) + zone)


def _runs_east_and_north(crs: CRS | None) -> bool:
    """Return False for a CRS that counts to the west or the south, such as South African Lo or Krovak.

    Axes of a polar CRS all point away from or to the pole: there, no direction is up anyway.
    """
    return not crs or crs.is_geographic or _counts_east_and_north(str(wkt_of(crs)))


@lru_cache(maxsize=256)
def _counts_east_and_north(wkt: str) -> bool:
    try:
        axes = {axis.direction for axis in pyproj.CRS.from_wkt(wkt).axis_info}
    except ProjError:
        return True
    return not ({"west", "south"} <= axes)
