"""CRSs that people or files name by a text; none of them makes PROJ read a file or ask a server."""

from __future__ import annotations

import re

from pyproj import CRS
from pyproj.exceptions import CRSError

from tiling.errors import GridError

_NAMES = (
    r"\w+:[\w.+]+",  # EPSG:32633, EPSG:32633+5773, OGC:CRS84
    r"urn:(x-)?ogc:def:crs:[\w:.,+-]*",
    r"https?://www\.opengis\.net/(def/crs/[\w/.-]+|gml/srs/epsg\.xml#\d+)",
)
_WKT = re.compile(r"\s*(PROJ|GEO|GEOG|COMPD|COMPOUND|BOUND|VERT|ENG|LOCAL)\w*\s*\[")
_READS_FILES = re.compile(r"\+?(init|nadgrids|geoidgrids|grids)\s*=", re.IGNORECASE)


def crs_of_text(text: str) -> CRS | None:
    """Return the CRS of a name or WKT; None for what is neither, and where PROJ would read a file for it."""
    is_name = any(re.fullmatch(pattern, text.strip(), re.IGNORECASE) for pattern in _NAMES)
    if (is_name or _WKT.match(text)) and not _READS_FILES.search(text):
        try:
            return CRS.from_user_input(text.strip())
        except CRSError:
            pass
    return None


def horizontal_part(crs: CRS) -> CRS:
    """Return the horizontal part of a compound CRS, of any other CRS itself."""
    return crs.sub_crs_list[0] if crs.is_compound else crs


def assignable_crs(text: str) -> str:
    """Return the shortest text of a CRS that pixels can lie in: its code, such as EPSG:32633, or WKT 2.

    >>> assignable_crs("urn:ogc:def:crs:EPSG::32633")
    'EPSG:32633'

    Raises:
        GridError: The text names no CRS, or one without two horizontal axes.
    """
    crs = crs_of_text(text)
    if crs is None:
        raise GridError(f"{text[:80]!r} is no CRS; expected a code such as EPSG:32633, or WKT.")
    horizontal = horizontal_part(crs)
    if not (horizontal.is_projected or horizontal.is_geographic or horizontal.is_derived):
        raise GridError(
            f"{text[:80]!r} is {horizontal.type_name}; expected a projected or geographic CRS, such as EPSG:32633."
        )
    authority = crs.to_authority(min_confidence=100)
    if authority is not None and CRS.from_authority(*authority) == crs:
        return ":".join(authority)
    return str(crs.to_wkt())
