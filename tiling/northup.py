"""Seeing any raster north up with square pixels, without writing a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling, WktVersion
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT

from tiling.errors import RasterReadError
from tiling.grid import PIXEL_PLANE, RasterGrid

# Warping within one CRS by an affine alone: any CRS does, since it cancels out.
_ANY_PLANE = CRS.from_epsg(3857)

# Beyond this many ground control points a thin-plate spline costs too much per pixel.
_MAX_SPLINE_GCPS = 500

# A scene wider than this does not fit a UTM zone and its neighbours; it stays in degrees.
_MAX_UTM_SPAN_DEG = 6.0


@dataclass(frozen=True)
class Warp:
    """How a raster is laid north up: the arguments of a `WarpedVRT`. The caller closes the views."""

    options: dict[str, Any]

    def view(self, dataset: DatasetReader) -> WarpedVRT:
        """The whole dataset, north up, at about its own resolution."""
        return WarpedVRT(dataset, **self.options)

    def scaled(self, view: WarpedVRT, grid: RasterGrid) -> WarpedVRT:
        """A part of a view on another grid.

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


def north_up(
    dataset: DatasetReader, path: Path, *, as_stored: bool = False
) -> tuple[Warp | None, RasterGrid]:
    """The grid on which a raster is seen, and the warp that brings it there: None where it is there already.

    A raster without georeference keeps its pixel plane (world = col, -row). A warped raster in degrees
    becomes UTM (UPS at the poles), so that its pixels are square on the ground, too.

    Raises:
        RasterReadError: only rational polynomial coefficients place this raster.
    """
    gcps, gcp_crs = dataset.gcps
    if as_stored:
        return None, RasterGrid(None, PIXEL_PLANE, dataset.width, dataset.height)
    if dataset.transform.is_identity:
        if len(gcps) >= 3 and gcp_crs is not None:
            points = np.array([(point.x, point.y) for point in gcps], dtype=np.float64)
            method = "GCP_TPS" if len(gcps) <= _MAX_SPLINE_GCPS else "GCP_POLYNOMIAL"
            return _warped(dataset, gcp_crs, points, METHOD=method)
        if dataset.rpcs is not None:
            raise RasterReadError(
                f"{path} is placed by rational polynomial coefficients (RPCs) only; orthorectify it first, "
                "for example with gdalwarp -rpc and an elevation model."
            )
        return None, RasterGrid(None, PIXEL_PLANE, dataset.width, dataset.height)
    grid = RasterGrid(_wkt(dataset.crs), dataset.transform, dataset.width, dataset.height)
    if grid.is_north_up_square:
        return None, grid
    corners = [[0, 0], [grid.width, 0], [grid.width, grid.height], [0, grid.height]]
    return _warped(dataset, dataset.crs, grid.to_world(corners))


def _wkt(crs: CRS | None) -> str | None:
    if not crs:
        return None
    return str(crs.to_wkt(version=WktVersion.WKT2_2019))


def _warped(
    dataset: DatasetReader, crs: CRS | None, points: npt.NDArray[np.float64], **extras: Any
) -> tuple[Warp, RasterGrid]:
    """The warp to a north-up grid of square pixels; `points` (N, 2) are places of the scene in `crs`."""
    target = ground_crs(crs, points) if crs else _ANY_PLANE
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
        if np.dtype(dataset.dtypes[0]).kind == "f":
            options["nodata"] = float("nan")
        else:
            options["add_alpha"] = True
    crs_wkt = _wkt(target) if crs else None
    with WarpedVRT(dataset, **options) as view:
        grid = RasterGrid(crs_wkt, view.transform, view.width, view.height)
    if not grid.is_north_up_square:
        # GDAL suggests an oblong grid for an oblong raster.
        grid = _squared(grid)
        # Given with a grid, a tolerance of 0 fails in rasterio.
        options |= {
            "transform": grid.transform, "width": grid.width, "height": grid.height, "tolerance": 0.001
        }  # fmt: skip
    return Warp(options), grid


def _squared(grid: RasterGrid) -> RasterGrid:
    """Square pixels over a north-up grid: as fine as its finer axis, within a factor of four."""
    fine, coarse = sorted((grid.transform.a, -grid.transform.e))
    size = max(fine, coarse / 4)
    width = max(1, round(grid.width * grid.transform.a / size))
    height = max(1, round(grid.height * -grid.transform.e / size))
    return RasterGrid(
        grid.crs_wkt, Affine(size, 0, grid.transform.c, 0, -size, grid.transform.f), width, height
    )


def ground_crs(crs: CRS, points: npt.NDArray[np.float64]) -> CRS:
    """A CRS in which square pixels are square on the ground.

    Args:
        crs: the CRS of `points`; returned as it is where it is projected already.
        points: (N, 2) places of the scene, x then y; longitude then latitude in degrees.

    Returns:
        `crs`, or the UTM zone (UPS near the poles) of the middle of the points where `crs` is in degrees
        and the scene is small enough for one.
    """
    if not crs.is_geographic:
        return crs
    # Longitudes are unrolled about the first one: a scene across the antimeridian is small as well.
    lon = (points[:, 0] - points[0, 0] + 180.0) % 360.0 - 180.0 + points[0, 0]
    lat = points[:, 1]
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
