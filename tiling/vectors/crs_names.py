"""Names of coordinate reference systems in vector files; none of them makes PROJ read a file or ask a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from tiling.errors import VectorReadError

LONLAT = CRS.from_authority("OGC", "CRS84")

_NAMES = (
    r"\w+:[\w.+]+",  # EPSG:32633, EPSG:32633+5773, OGC:CRS84
    r"urn:(x-)?ogc:def:crs:[\w:.,+-]*",
    r"https?://www\.opengis\.net/(def/crs/[\w/.-]+|gml/srs/epsg\.xml#\d+)",
)
_WKT = re.compile(r"\s*(PROJ|GEO|GEOG|COMPD|COMPOUND|BOUND|VERT|ENG|LOCAL)\w*\s*\[")
_READS_FILES = re.compile(r"\+?(init|nadgrids|geoidgrids|grids)\s*=", re.IGNORECASE)


def named_crs(text: str, path: Path) -> CRS:
    """Return the CRS of a name or WKT in a file.

    Raises:
        VectorReadError: It is none, or one for which PROJ would read a file that it names.
    """
    is_name = any(re.fullmatch(pattern, text.strip(), re.IGNORECASE) for pattern in _NAMES)
    if (is_name or _WKT.match(text)) and not _READS_FILES.search(text):
        try:
            return CRS.from_user_input(text.strip())
        except CRSError:
            pass
    raise VectorReadError(f"crs in {path} is {text[:80]!r}, expected a CRS such as 'EPSG:4326'")


def member_crs(member: Any, path: Path) -> CRS:
    """Return the CRS of the `crs` member of GeoJSON (of 2008); longitude and latitude where it is null.

    Raises:
        VectorReadError: It is a link, which is not followed, or names no CRS.
    """
    if member is None:
        return LONLAT
    kind = member.get("type") if isinstance(member, dict) else None
    properties = member.get("properties") if isinstance(member, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    if kind == "link":
        raise VectorReadError(f"crs in {path} is a link, which is not followed; expected the name of a CRS")
    if kind == "EPSG" and isinstance(properties.get("code"), int | str):
        return named_crs(f"EPSG:{properties['code']}", path)
    if not isinstance(properties.get("name"), str):
        raise VectorReadError(f"crs in {path} is {str(member)[:80]}, expected one with a name")
    return named_crs(properties["name"], path)
