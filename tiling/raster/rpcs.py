"""Rational polynomial coefficients (RPCs) of a raster, checked for plausibility.

RPCs give an image's row and column from longitude, latitude and height as quotients of cubic polynomials (NGA
STDI-0002 appendix E, RPC00B; the GeoTIFF and DigitalGlobe forms are the same).
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
from rasterio.errors import RasterioError, TransformWarning
from rasterio.io import DatasetReader
from rasterio.rpc import RPC
from rasterio.transform import RPCTransformer

from tiling.access.env import open_dataset
from tiling.access.source import RasterSource
from tiling.arrays import Floats
from tiling.errors import RasterReadError

# Points that lead nowhere are found in the result.
warnings.filterwarnings("ignore", category=TransformWarning)

# The polynomials are fitted to coordinates within -1 … 1; far outside, cubics go anywhere.
_MAX_NORMALISED = 1.5

# A side of the lattice of pixels on which RPCs are tried out.
_LATTICE = 9


def placing_rpcs(dataset: DatasetReader, path: Path) -> RPC | None:
    """Return the RPCs that say where an image lies, for its own pixels; None where something else does.

    An affine or ground control points in the file were fitted on purpose, and win. The
    exception is the corners of a NITF (IGEOLO): whole seconds or thousandths of a degree, 15 to 55 m, at the
    corners only, while its RPCs are good to a few pixels. A NITF that also says its map grid (GEOLOB) is
    placed by that.

    NITF keeps the RPCs of the whole image with each chip cut from it, and an ICHIPB extension (STDI-0002
    appendix B) says which part the chip is. GDAL reports both and applies neither to the other.

    Raises:
        RasterReadError: The RPCs are incomplete or implausible, or those of a chip that is turned or has lost
            its place.
    """
    if not dataset.tags(ns="RPC"):
        return None
    placed = not dataset.transform.is_identity or len(dataset.gcps[0]) >= 3
    if placed and (not _has_rough_corners(dataset) or _lost_place(dataset)):
        return None
    try:
        rpcs = dataset.rpcs
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise RasterReadError(
            f"{path} has rational polynomial coefficients that are incomplete or no numbers."
        ) from error
    rpcs = _of_chip(rpcs, dataset, path)
    _check(rpcs, dataset.width, dataset.height, path)
    return rpcs


def _has_rough_corners(dataset: DatasetReader) -> bool:
    extensions = dataset.tags(ns="TRE")
    corners = dataset.tags().get("NITF_ICORDS", "").strip() in ("G", "D", "C")
    return dataset.driver == "NITF" and corners and not {"GEOLOB", "GEOPSB"} & set(extensions)


def _lost_place(dataset: DatasetReader) -> bool:
    """Return True for a chip whose ICHIPB says only that it is one (XFRM_FLAG 1), which GDAL passes over."""
    return "ICHIPB" in dataset.tags(ns="TRE") and not is_chip(dataset)


def is_chip(dataset: DatasetReader) -> bool:
    """Return True where the RPCs are those of a larger image that this one was cut from."""
    return "ICHIP_FI_ROW_11" in dataset.tags()


def project(rpcs: RPC, width: int, height: int, source: RasterSource) -> Floats:
    """Longitude and latitude (N, 2), degrees, of a lattice of pixels: over the DEM or at the constant height.

    Raises:
        RasterReadError: The DEM is no raster or does not cover the scene, or the RPCs lead nowhere.
    """
    options = height_options(rpcs, source)
    if source.dem is not None:
        _check_dem(source.dem)
    cols, rows = np.meshgrid(np.linspace(0, width, _LATTICE), np.linspace(0, height, _LATTICE))
    with RPCTransformer(rpcs, **{name.lower(): value for name, value in options.items()}) as transformer:
        lon, lat = transformer.xy(rows.ravel(), cols.ravel(), offset="ul")
    lonlat = np.column_stack((lon, lat)).astype(np.float64)
    if np.isfinite(lonlat).all() and (np.abs(lonlat[:, 1]) <= 90).all():
        return lonlat
    if source.dem is not None:
        raise RasterReadError(
            f"The elevation model {source.dem} does not cover {source.path}; expected one of the whole scene."
        )
    raise RasterReadError(
        f"{source.path} has rational polynomial coefficients that lead to no place on the Earth."
    )


def height_options(rpcs: RPC, source: RasterSource) -> dict[str, str | float]:
    """GDAL's transformer options for the surface that the RPCs are evaluated over."""
    if source.dem is not None:
        return {"RPC_DEM": _AsWritten(source.dem.absolute())}
    return {"RPC_HEIGHT": rpcs.height_off if source.height_m is None else source.height_m}


class _AsWritten(str):
    """A file name as a warp option: rasterio 1.4 turns options into capitals, which names a different file."""

    def __str__(self) -> str:
        return self

    def upper(self) -> str:
        return self


def _check(rpcs: RPC, width: int, height: int, path: Path) -> None:
    scales = (rpcs.line_scale, rpcs.samp_scale, rpcs.lat_scale, rpcs.long_scale, rpcs.height_scale)
    offsets = (rpcs.line_off, rpcs.samp_off, rpcs.lat_off, rpcs.long_off, rpcs.height_off)
    polynomials = (rpcs.line_num_coeff, rpcs.line_den_coeff, rpcs.samp_num_coeff, rpcs.samp_den_coeff)
    numbers = [*scales, *offsets, *(value for polynomial in polynomials for value in polynomial)]
    reason = None
    if not all(math.isfinite(value) for value in numbers):
        reason = "a number that is not finite"
    elif min(scales) <= 0:
        reason = f"a scale of {min(scales):g}, expected more than 0"
    elif abs(rpcs.lat_off) > 90 or abs(rpcs.long_off) > 360:
        reason = f"a centre at longitude {rpcs.long_off:g}, latitude {rpcs.lat_off:g}"
    elif not all(any(polynomial) for polynomial in polynomials):
        reason = "a polynomial that is zero"
    else:
        away = max(
            abs(height / 2 - rpcs.line_off) / rpcs.line_scale,
            abs(width / 2 - rpcs.samp_off) / rpcs.samp_scale,
        )
        if away > _MAX_NORMALISED:
            reason = f"the image's centre {away:.1f} times as far out as they are made for"
    if reason is not None:
        raise RasterReadError(f"{path} has implausible rational polynomial coefficients: {reason}.")


def _check_dem(dem: Path) -> None:
    try:
        with open_dataset(dem.resolve()) as dataset:
            placed = dataset.crs is not None and dataset.count > 0
    except RasterioError as error:
        raise RasterReadError(f"The elevation model {dem} is not a raster that GDAL can read.") from error
    if not placed:
        raise RasterReadError(f"The elevation model {dem} has no coordinate reference system.")


def _of_chip(rpcs: RPC, dataset: DatasetReader, path: Path) -> RPC:
    """RPCs of the whole image -> RPCs of the chip: its pixels are the whole's, moved and scaled by axis.

    ICHIPB counts as GDAL does, the first pixel's middle being 0.5; RPCs call that place 0.
    """
    if not is_chip(dataset):
        if _lost_place(dataset):
            raise RasterReadError(
                f"{path} is a chip without its place in the image that its rational polynomial coefficients "
                "are of (ICHIPB with XFRM_FLAG 1)."
            )
        return rpcs
    tags = dataset.tags()
    try:
        chip, whole = (
            np.array([[float(tags[f"ICHIP_{side}_{axis}_{corner}"]) for axis in ("ROW", "COL")]
                      for corner in ("11", "12", "21", "22")])
            for side in ("OP", "FI")
        )  # fmt: skip
        rows, cols = _line(chip[:, 0], whole[:, 0]), _line(chip[:, 1], whole[:, 1])
    except (KeyError, ValueError) as error:
        raise RasterReadError(
            f"{path} is a chip of a larger image, but its ICHIPB does not say of which part."
        ) from error
    if rows is None or cols is None:
        raise RasterReadError(f"{path} is a chip that is turned against the image that its ICHIPB names.")
    (row_scale, row_start), (col_scale, col_start) = rows, cols
    own = {
        "line_off": (rpcs.line_off + 0.5 - row_start) / row_scale - 0.5,
        "line_scale": rpcs.line_scale / row_scale,
        "samp_off": (rpcs.samp_off + 0.5 - col_start) / col_scale - 0.5,
        "samp_scale": rpcs.samp_scale / col_scale,
    }
    return RPC(**(rpcs.to_dict() | own))


def _line(chip: Floats, whole: Floats) -> tuple[float, float] | None:
    """Return (scale, start) of whole = scale * chip + start through four corners; None where there is no such line."""
    span = np.ptp(chip)
    if not (np.isfinite(chip).all() and np.isfinite(whole).all() and span > 0):
        return None
    scale, start = np.polyfit(chip, whole, 1)
    fits = np.abs(scale * chip + start - whole).max() <= 0.5 * max(1.0, abs(scale))
    return (float(scale), float(start)) if fits and scale > 0 else None
