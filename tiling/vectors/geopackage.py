"""GeoPackage (OGC 12-128), read with SQLite: none of GDAL's functions in SQL, which read other files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from tiling.errors import VectorReadError
from tiling.vectors.crs_names import named_crs
from tiling.vectors.features import BATCH, UNREADABLE, FeatureBatch, VectorFile, wkb_geometries

_LAYERS = """
    SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition
    FROM gpkg_geometry_columns g JOIN gpkg_contents c USING (table_name)
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    WHERE c.data_type = 'features' ORDER BY g.rowid
"""
# Bytes of the envelope by its indicator, in the flags of a geometry.
_ENVELOPE = (0, 32, 48, 48, 64)
_HEADER = 8


class GeoPackageFile(VectorFile):
    """A layer of a GeoPackage."""

    layer: str
    geometry_column: str

    @classmethod
    def open(cls, path: Path, layer: str | None) -> GeoPackageFile:
        """Read what a layer consists of.

        Args:
            path: The file.
            layer: Name of the layer; None for the only one.

        Raises:
            VectorReadError: It is no GeoPackage, lacks the layer, or has several and `layer` names none.
        """
        try:
            with closing(_connect(path)) as database:
                layers = {row[0]: row[1:] for row in database.execute(_LAYERS)}
                name = pick_layer(path, list(layers), layer)
                column, organization, code, definition = layers[name]
                rows = database.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
                fields = tuple(row[1] for row in rows if row[1] != column and not row[5])
                [count] = database.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()  # noqa: S608
        except sqlite3.Error as error:
            raise VectorReadError(f"{path} cannot be read as a GeoPackage ({error}).") from error
        found = cls(path, "GeoPackage", _crs(path, organization, code, definition), fields, count)
        found.layer, found.geometry_column = name, column
        return found

    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the features in the table's order, some thousand at a time."""
        names = ", ".join(_quoted(name) for name in (self.geometry_column, *self.fields))
        statement = f"SELECT {names} FROM {_quoted(self.layer)}"  # noqa: S608
        first = 0
        try:
            with closing(_connect(self.path)) as database:
                rows = database.execute(statement)
                while part := rows.fetchmany(BATCH):
                    yield self._batch(first, part)
                    first += len(part)
        except sqlite3.Error as error:
            raise VectorReadError(f"{self.path} cannot be read as a GeoPackage ({error}).") from error

    def _batch(self, first: int, rows: list[tuple[Any, ...]]) -> FeatureBatch:
        blobs = [_wkb(row[0]) for row in rows]
        geometries, faults = wkb_geometries([blob or None for blob in blobs])
        faults = [UNREADABLE if blob == b"" else fault for blob, fault in zip(blobs, faults, strict=True)]
        properties = [
            {
                name: value
                for name, value in zip(self.fields, row[1:], strict=True)
                if not isinstance(value, bytes)
            }
            for row in rows
        ]
        return FeatureBatch(first, geometries, properties, [None] * len(rows), faults)


def pick_layer(path: Path, layers: list[str], wanted: str | None) -> str:
    """Return the wanted layer, or the only one.

    Raises:
        VectorReadError: There is none, no such one, or a choice to make.
    """
    names = ", ".join(layers[:20]) + (" …" if len(layers) > 20 else "")
    if not layers:
        raise VectorReadError(f"{path} has no layer of features, expected one with polygons.")
    if wanted is None and len(layers) > 1:
        raise VectorReadError(f"{path} has {len(layers)} layers, say which with --layer: {names}.")
    if wanted is not None and wanted not in layers:
        raise VectorReadError(f"{path} has no layer {wanted!r}, expected one of: {names}.")
    return wanted if wanted is not None else layers[0]


def _connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading; one in a folder that cannot be written is taken as finished."""
    uri = path.absolute().as_uri()
    database = sqlite3.connect(f"{uri}?mode=ro", uri=True)
    try:
        database.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        database.close()
        database = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _crs(path: Path, organization: str | None, code: int | None, definition: str | None) -> CRS | None:
    if organization is None or code is None or definition in (None, "undefined"):
        return None
    try:
        return CRS.from_authority(organization.upper(), code)
    except CRSError:
        return named_crs(str(definition), path)


def _wkb(blob: Any) -> bytes | None:
    """Return the WKB in a GeoPackage geometry; None for none, empty where it is not understood."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < _HEADER:
        return b""
    flags = blob[3]
    envelope = (flags >> 1) & 7
    if envelope >= len(_ENVELOPE) or flags & 0x20:
        return b""
    return blob[_HEADER + _ENVELOPE[envelope] :]
