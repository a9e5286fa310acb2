"""Plausibility of a raster's georeference.

What cannot be read at all is refused. What can be read and cannot be true is refused too, and `--force` overrules that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.exceptions import ProjError
from rasterio.enums import WktVersion
from rasterio.io import DatasetReader

from tiling.access.source import RasterSource
from tiling.errors import RasterReadError

# West, south, east, north in degrees; west > east across the antimeridian.
_Bounds = tuple[float, float, float, float]

# Ground size of a pixel, metres; how far a scene may reach; how oblong a pixel may be.
_MIN_PIXEL_M, _MAX_PIXEL_M = 1e-5, 1e7
_MAX_EXTENT_M = 1e8
_MAX_OBLONG = 100.0
_DEGREE_M = 111_320.0

# How far, degrees, the middle of a scene may be from the area that its CRS is made for.
_MARGIN_DEG = 15.0

# How far a control point may be from where the others would have it, as a share of the scene's diagonal.
_MAX_GCP_RESIDUAL = 0.15

# What GDAL says in a warning, and goes on without, where the georeference of a file is damaged.
_DAMAGED = re.compile(
    r"geo_?keys?|geo_?(pixel|trans|tie|double|ascii)|geotiff|tie ?point|modelpixel|igeolo|icords|gcp|corrupt",
    re.IGNORECASE,
)
# What to do about a transform that no option can make sense of.
_REPLACES = "gdal_translate -a_ullr writes another one"

# Where a JPEG 2000 file tells its place: the GeoJP2 box, the GML box (GMLJP2, OGC 08-085r4).
_JP2_PLACES = (bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03"), b"gml.root-instance", b"</gml:")
_JP2_HEAD_BYTES = 1 << 20


def check_georeference(dataset: DatasetReader, source: RasterSource, warnings: Sequence[str] = ()) -> None:
    """Refuse a georeference that cannot be true, rather than show a scene in the wrong place.

    Args:
        dataset: the open file.
        source: the file, with the CRS that a person assigned, and whether what is implausible is taken.
        warnings: what GDAL warned about while opening it. They count only where it could not read the place.

    Raises:
        RasterReadError: Numbers that are none, pixels of no or an absurd size, a CRS that PROJ does not
            understand or that is not made for that place, control points that contradict one another, a
            georeference that the file announces and GDAL could not make out.
    """
    path, known = source.path, assigned_crs(dataset, source)
    points, placed = dataset.gcps[0], not dataset.transform.is_identity
    has_rpcs = bool(dataset.tags(ns="RPC"))
    if source.crs is not None and not (placed or points) and has_rpcs:
        raise RasterReadError(
            f"{path} is placed by rational polynomial coefficients, which are in WGS 84; expected it without --crs."
        )
    if placed and known is not None and _is_pixel_plane(dataset):
        doubt(source, f"{path} has a CRS, and counts pixels instead of saying where in it they are")
    if placed:
        _check_transform(source, dataset.transform, dataset.width, dataset.height, known)
    elif points:
        world = np.array([(point.x, point.y) for point in points], dtype=np.float64)
        pixel = np.array([(point.col, point.row) for point in points], dtype=np.float64)
        check_control_points(source, pixel, world, (dataset.width, dataset.height), known)
    elif not has_rpcs and known is not None:
        doubt(
            source,
            f"{path} says which coordinates it is in and not where its pixels are; expected both or neither",
            "--force-place takes their columns and rows for coordinates",
        )
    if known is not None if placed or points else has_rpcs:
        return
    remedy = (
        "--crs assigns a CRS, --force-place takes it without one"
        if placed or points
        else "--force-place takes it without one"
    )
    damage = [warning for warning in warnings if _DAMAGED.search(warning)]
    if damage:
        text = " ".join(damage[0].split()).rstrip(".").replace(". ", "; ")
        doubt(source, f"{path} has a damaged georeference or header ({text})", remedy)
    if known is None and _announces_place(dataset):
        doubt(source, f"{path} says that it has a georeference, and it is not one that can be read", remedy)


def doubt(source: RasterSource, sentence: str, remedy: str = "--force-place takes it as it is") -> None:
    """Raise `RasterReadError` with a sentence and what overrules it, unless the source is taken as it is."""
    if not source.force:
        raise RasterReadError(f"{sentence}; {remedy}.")


def assigned_crs(dataset: DatasetReader, source: RasterSource) -> CRS | None:
    """Return the CRS of a raster: what a person assigned, else the file's own, of its control points too.

    Raises:
        RasterReadError: PROJ does not understand it.
    """
    if source.crs is not None:
        return CRS.from_user_input(source.crs)
    crs = dataset.crs or dataset.gcps[1]
    wkt = str(crs.to_wkt(version=WktVersion.WKT2_2019)) if crs else None
    try:
        return None if wkt is None else CRS.from_wkt(wkt)
    except (ProjError, ValueError) as error:
        raise RasterReadError(
            f"{source.path} has a CRS that PROJ does not understand ({' '.join(str(wkt)[:80].split())!r}); "
            "--crs assigns one."
        ) from error


def _is_pixel_plane(dataset: DatasetReader) -> bool:
    """Return True for the transform that GDAL's HFA driver makes up for a file that lost its own."""
    t = dataset.transform
    # A world grid of one degree, counted from 0, looks the same in other formats.
    made_up = (t.a, t.b, t.c, t.d, t.e) == (1, 0, 0, 0, -1) and 0 <= t.f <= dataset.height
    return bool(dataset.driver == "HFA" and made_up)


def _announces_place(dataset: DatasetReader) -> bool:
    """Return True where the file's own header says that there is a georeference.

    In a NITF, the field ICORDS (MIL-STD-2500C, A.3.1); in a JPEG 2000 file, a box for it.
    """
    if dataset.driver == "NITF":
        return bool(dataset.tags().get("NITF_ICORDS", "").strip())
    if dataset.driver == "JP2OpenJPEG":
        with open(dataset.name, "rb") as file:
            head = file.read(_JP2_HEAD_BYTES).partition(b"jp2c")[0]
        return any(place in head for place in _JP2_PLACES)
    return False


def _check_transform(
    source: RasterSource, transform: Affine, width: int, height: int, crs: CRS | None
) -> None:
    path = source.path
    values = tuple(transform[:6])
    if not all(map(math.isfinite, values)):
        raise RasterReadError(f"{path} has the transform {values}; expected finite numbers ({_REPLACES}).")
    across, down = math.hypot(transform.a, transform.d), math.hypot(transform.b, transform.e)
    area = abs(transform.a * transform.e - transform.b * transform.d)
    if min(across, down) == 0 or area < 1e-6 * across * down:
        raise RasterReadError(
            f"{path} has the transform {values}, which gives its pixels no area ({_REPLACES})."
        )
    if max(across, down) > _MAX_OBLONG * min(across, down):
        doubt(
            source,
            f"{path} has pixels of {across:g} by {down:g}; expected sides that differ less than {_MAX_OBLONG:g} times",
        )
    if crs is None:
        return
    unit_m = _unit_m(crs)
    size_m = (min(across, down) * unit_m, max(across, down) * unit_m)
    extent_m = max(across * width, down * height) * unit_m
    if size_m[0] < _MIN_PIXEL_M or size_m[1] > _MAX_PIXEL_M or extent_m > _MAX_EXTENT_M:
        doubt(
            source,
            f"{path} has pixels of {size_m[0]:g} by {size_m[1]:g} m over {extent_m:g} m; expected "
            f"{_MIN_PIXEL_M:g} to {_MAX_PIXEL_M:g} m over at most {_MAX_EXTENT_M:g} m",
        )
    t = transform
    corners = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (width / 2, height / 2)])
    x = t.a * corners[:, 0] + t.b * corners[:, 1] + t.c
    y = t.d * corners[:, 0] + t.e * corners[:, 1] + t.f
    _check_place(source, np.column_stack((x, y)), crs, 2 * max(across, down))


def _unit_m(crs: CRS) -> float:
    """Metres per unit of a CRS's first axis, degrees on the equator."""
    factor = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
    # Of an angular unit, the factor is radians.
    return math.degrees(factor) * _DEGREE_M if crs.is_geographic else factor or 1.0


def _check_place(source: RasterSource, world: npt.NDArray[np.float64], crs: CRS, slack: float) -> None:
    """Refuse corners, and a middle (last), that are off the Earth or outside the area of the CRS."""
    path = source.path
    x, y = (float(value) for value in world[-1])
    if crs.is_geographic:
        degree = math.radians(1.0) / crs.axis_info[0].unit_conversion_factor
        if abs(world[:, 1]).max() > 90 * degree + slack or abs(world[:, 0]).max() > 540 * degree + slack:
            raise RasterReadError(
                f"{path} lies at longitude {x:g} and latitude {y:g} and around; that is not on the Earth; "
                "--crs assigns another CRS."
            )
        return
    to_lonlat, area = _to_lonlat(crs.to_wkt())
    if to_lonlat is None:
        return
    lon, lat = to_lonlat.transform(x, y)
    back = to_lonlat.transform(lon, lat, direction=TransformDirection.INVERSE)
    # Far away, some projections give an answer that is not the way back.
    if not math.isfinite(lon + lat) or math.dist(back, (x, y)) > slack + 1e-6 * (abs(x) + abs(y)):
        raise RasterReadError(
            f"{path} lies around {x:g}, {y:g}, where its CRS ({crs.name}) is not defined; --crs assigns another one."
        )
    if area is None:
        return
    west, south, east, north = area
    width_deg = (east - west) % 360.0 or 360.0
    beyond = (lon - west) % 360.0
    far = width_deg < 360.0 and min(beyond - width_deg, 360.0 - beyond) > _MARGIN_DEG
    # Scenes south of the equator are delivered in northern UTM zones, with negative northings.
    is_utm = crs.utm_zone is not None
    far |= not is_utm and not south - _MARGIN_DEG <= lat <= north + _MARGIN_DEG
    if far:
        doubt(
            source,
            f"{path} lies at longitude {lon:.1f}, latitude {lat:.1f}, far from the area of its CRS ({crs.name})",
            "--crs assigns another CRS, --force-place takes it as it is",
        )


@lru_cache(maxsize=256)
def _to_lonlat(wkt: str) -> tuple[Transformer | None, _Bounds | None]:
    """Return the transformation of a projected CRS to its own lon/lat and its area of use, or None."""
    crs = CRS.from_wkt(wkt)
    if crs.geodetic_crs is None:
        return None, None
    # What GDAL writes as WKT has lost the area; the registry knows it.
    code = crs.to_epsg()
    known = crs.area_of_use if code is None else CRS.from_epsg(code).area_of_use
    area = None if known is None else (known.west, known.south, known.east, known.north)
    try:
        return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True), area
    except ProjError:
        return None, area


def check_control_points(
    source: RasterSource,
    pixel: npt.NDArray[np.float64],
    world: npt.NDArray[np.float64],
    size: tuple[int, int],
    crs: CRS | None,
) -> None:
    """Refuse control points, (N, 2) each, of which one is far from where all others would have it.

    The fit is a polynomial of the first order, of the second from ten points on. Points in degrees are fitted
    on the sphere, where neither the antimeridian nor a pole is a jump.
    """
    if not (np.isfinite(pixel).all() and np.isfinite(world).all()):
        raise RasterReadError(f"{source.path} has control points that are not finite numbers.")
    if crs is not None:
        middle = world.mean(axis=0) if not crs.is_geographic else world[0]
        _check_place(source, np.vstack((world, middle)), crs, 0.0)
    if len(pixel) < 4:
        return
    target = world
    if crs is not None and crs.is_geographic:
        lon, lat = np.radians(world).T
        target = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    u, v = (pixel / size).T
    terms = [np.ones_like(u), u, v] + ([u * u, u * v, v * v] if len(pixel) >= 10 else [])
    design = np.column_stack(terms)
    fitted = design @ np.linalg.lstsq(design, target, rcond=None)[0]
    residual = float(np.linalg.norm(fitted - target, axis=1).max())
    diagonal = float(np.linalg.norm(np.ptp(target, axis=0)))
    if diagonal == 0 or residual > _MAX_GCP_RESIDUAL * diagonal:
        share = residual / diagonal if diagonal else math.inf
        doubt(
            source,
            f"{source.path} has {len(pixel)} control points that contradict one another: one is off by {share:.0%} of "
            "the scene",
        )
