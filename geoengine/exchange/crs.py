"""Coordinate reference systems of label files. Coordinates are x, y (longitude, latitude)."""

from __future__ import annotations

import threading

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geoengine.errors import ExchangeError
from tiling.arrays import Floats, Geometries

WGS84 = CRS.from_authority("OGC", "CRS84")
"""Longitude, latitude: what GeoJSON means where it says nothing."""

# A PROJ transformer belongs to the thread that made it; making one takes up to a tenth of a second.
_local = threading.local()


def parse_crs(text: str, where: str) -> CRS:
    """Return a CRS from text that PROJ understands (``EPSG:32645``, a URN, WKT); `where` says where it stood.

    Raises:
        ExchangeError: PROJ does not understand it.
    """
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise ExchangeError(f"{where} is {text!r}, expected a CRS such as 'EPSG:4326'") from None


def same_crs(one: CRS, other: CRS) -> bool:
    """Return True if two CRS mean the same position by the same x, y."""
    return bool(one == other or one.equals(other, ignore_axis_order=True))


def crs_urn(crs: CRS) -> str:
    """Return the OGC URN of a CRS.

    Raises:
        ExchangeError: It has none, so no GeoJSON can say what its coordinates mean.
    """
    authority = crs.to_authority(min_confidence=70)
    # What is only alike is not good enough: a wrong datum moves every label.
    if authority is None or not same_crs(CRS.from_authority(*authority), crs):
        raise ExchangeError(f"CRS {crs.name!r} has no EPSG code, expected one that has, or EPSG:4326")
    return f"urn:ogc:def:crs:{authority[0]}::{authority[1]}"


def reproject(geometries: Geometries, source: CRS, target: CRS) -> Geometries:
    """Reproject polygons from `source` to `target`; points outside its domain get infinite coordinates."""
    if same_crs(source, target) or not len(geometries):
        return geometries
    transformer = _transformer(source, target)

    def move(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: Geometries = shapely.transform(geometries, move)
    return moved


def _transformer(source: CRS, target: CRS) -> Transformer:
    cache: dict[tuple[str, str], Transformer] = _local.__dict__.setdefault("transformers", {})
    key = (source.srs, target.srs)
    if key not in cache:
        if len(cache) >= 64:
            cache.clear()
        cache[key] = Transformer.from_crs(source, target, always_xy=True)
    return cache[key]
