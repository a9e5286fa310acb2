"""Names of coordinate reference systems in vector files; none of them makes PROJ read a file or ask a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyproj import CRS

from tiling.errors import VectorReadError
from tiling.grid.crs_text import crs_of_text

LONLAT = CRS.from_authority("OGC", "CRS84")


def named_crs(text: str, path: Path) -> CRS:
    """Return the CRS of a name or WKT in a file.

    Raises:
        VectorReadError: It is none, or one for which PROJ would read a file that it names.
    """
    crs = crs_of_text(text)
    if crs is not None:
        return crs
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
