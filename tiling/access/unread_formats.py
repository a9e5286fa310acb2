"""Raster formats that are not read here, told by their content, so that a refusal can name them.

They need a database, a library of their own, or other files that cannot be looked at beforehand; those that are read
are `tiling.access.env.DRIVERS`.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_HEAD_BYTES = 4096
_SQLITE = b"SQLite format 3\0"

# Name, and how its files begin.
_BEGINNINGS = (
    ("netCDF", rb"CDF[\x01\x02\x05]"),
    ("HDF5 or netCDF-4", rb"\x89HDF\r\n\x1a\n"),
    ("HDF4", rb"\x0e\x03\x13\x01"),
    ("GRIB", rb"GRIB"),
    ("FITS", rb"SIMPLE  ="),
    ("PCIDSK", rb"PCIDSK  "),
    ("MrSID", rb"msid"),
    ("ESRI ASCII grid", rb"\s*ncols\s+\d+\s+nrows\s+\d+"),
    ("ERMapper (ERS)", rb"\s*DatasetHeader\s+Begin"),
    ("TIL (DigitalGlobe tiles)", rb"(?s)\s*bandId\s*=.*?\bnumTiles\s*="),
    ("MRF", rb"\s*(<\?xml[^>]*>\s*)?<MRF_META"),
    ("DIMAP", rb"(?s)\s*(<\?xml[^>]*>)?.{0,1500}?<Dimap_Document"),
    ("Sentinel product (SAFE)", rb"(?s)\s*(<\?xml[^>]*>)?.{0,1500}?<(\w+:)?(Level-\w+_User_Product|XFDU)\b"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _BEGINNINGS)

# Endings of such files that in a folder would else be taken for side-cars, labels or documents.
UNREAD_SUFFIXES = frozenset((".xml", ".til", ".gpkg", ".safe", ".db"))


def unread_format(path: Path) -> str | None:
    """Return the name of the raster format of a file that is not read here; None for what is none of them."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    if head.startswith(_SQLITE):
        return _in_database(path)
    return next((name for name, pattern in _PATTERNS if pattern.match(head)), None)


def _in_database(path: Path) -> str | None:
    """Return the format of a database of tiles; None for one without, such as a GeoPackage of polygons."""
    try:
        uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            if "gpkg_contents" in tables:
                kinds = database.execute("SELECT DISTINCT data_type FROM gpkg_contents").fetchall()
                tiled = {kind for (kind,) in kinds} & {"tiles", "2d-gridded-coverage"}
                return "GeoPackage of tiles" if tiled else None
            return "MBTiles" if {"tiles", "metadata"} <= tables else None
    except sqlite3.Error:
        return None
