"""GeoParquet, FlatGeobuf and Shapefile, read as batches of Arrow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
import pyogrio.raw
from pyproj import CRS
from pyproj.exceptions import CRSError

from tiling.errors import VectorReadError
from tiling.vectors.crs_names import LONLAT, named_crs
from tiling.vectors.features import BATCH, SIDE_CARS, FeatureBatch, VectorFile, wkb_geometries

# Belt and braces: these two formats name no other files.
_GDAL_OPTIONS = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".network-is-off",
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    "PROJ_NETWORK": "OFF",
}
_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FieldError,
    pa.ArrowException,
    OSError,
    ValueError,
)


class GeoParquetFile(VectorFile):
    """A GeoParquet file (OGC GeoParquet 1.x)."""

    geometry_column: str

    @classmethod
    def open(cls, path: Path) -> GeoParquetFile:
        """Read the schema of a file.

        Raises:
            VectorReadError: It is damaged, has no geometry, or one in another encoding than WKB.
        """
        with _reading(path, "GeoParquet"), path.open("rb") as file:
            parquet = pq.ParquetFile(file)
            schema, count = parquet.schema_arrow, parquet.metadata.num_rows
            text = (schema.metadata or {}).get(b"geo")
            if text is None:
                raise VectorReadError(f"{path} is Parquet without geometries, expected GeoParquet.")
            geo = json.loads(text)
            name: Any = geo["primary_column"] if isinstance(geo, dict) else None
            column = geo["columns"].get(name) if isinstance(name, str) else None
            if not isinstance(column, dict) or name not in schema.names:
                raise VectorReadError(f"{path} names no column of geometries, expected GeoParquet.")
            if column.get("encoding") != "WKB":
                raise VectorReadError(
                    f"{path} has geometries encoded as {column.get('encoding')!r}, expected 'WKB'."
                )
            crs = _projjson(column["crs"]) if "crs" in column else LONLAT
        fields = tuple(field for field in schema.names if field != name and field not in geo["columns"])
        found = cls(path, "GeoParquet", crs, fields, count)
        found.geometry_column = name
        return found

    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the features in the file's order, some thousand at a time."""
        with _reading(self.path, "GeoParquet"), self.path.open("rb") as file:
            parts = pq.ParquetFile(file).iter_batches(BATCH, columns=[*self.fields, self.geometry_column])
            yield from _batches(parts, self.geometry_column, self.fields)


class GdalFile(VectorFile):
    """A FlatGeobuf file or Shapefile, read by GDAL."""

    @classmethod
    def open(cls, path: Path, name: str) -> GdalFile:
        """Read what a file consists of; its format has been looked at before.

        Args:
            path: The file.
            name: "FlatGeobuf" or "Shapefile".

        Raises:
            VectorReadError: It is damaged, or one of its side-cars lies elsewhere.
        """
        _check_name(path, name)
        with _reading(path, name):
            info = pyogrio.read_info(path.absolute(), force_feature_count=True)
        crs = named_crs(info["crs"], path) if info["crs"] else None
        fields = tuple(str(field) for field in info["fields"])
        return cls(path, name, crs, fields, int(info["features"]), typed=name != "Shapefile")

    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the features in the file's order, some thousand at a time."""
        with (
            _reading(self.path, self.format),
            pyogrio.raw.open_arrow(self.path.absolute(), batch_size=BATCH, use_pyarrow=True) as (
                meta,
                reader,
            ),
        ):
            yield from _batches(reader, meta["geometry_name"] or "wkb_geometry", self.fields)


def _check_name(path: Path, name: str) -> None:
    """Refuse a file that GDAL may take for another format, and links to side-cars elsewhere."""
    suffix = ".fgb" if name == "FlatGeobuf" else ".shp"
    if path.suffix.lower() != suffix:
        raise VectorReadError(f"{path} is a {name} file, expected a name that ends in {suffix}.")
    for side_car in (path.with_suffix(end) for end in SIDE_CARS) if suffix == ".shp" else ():
        if side_car.is_symlink() and side_car.resolve().parent != path.resolve().parent:
            raise VectorReadError(
                f"{side_car} is a link to another folder, expected a file beside {path.name}."
            )


@contextmanager
def _reading(path: Path, name: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options(_GDAL_OPTIONS)
    try:
        yield
    except VectorReadError:
        raise
    except (*_ERRORS, LookupError, TypeError, CRSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise VectorReadError(f"{path} cannot be read as {name} ({reason}).") from error


def _batches(parts: Any, geometry_column: str, fields: Sequence[str]) -> Iterator[FeatureBatch]:
    first = 0
    for part in parts:
        geometries, faults = wkb_geometries(part.column(geometry_column).to_pylist())
        columns = [part.column(name).to_pylist() for name in fields]
        rows = zip(*columns, strict=True) if columns else iter([()] * len(geometries))
        properties = [dict(zip(fields, row, strict=True)) for row in rows]
        yield FeatureBatch(first, geometries, properties, [None] * len(geometries), faults)
        first += len(geometries)


def _projjson(value: Any) -> CRS | None:
    return None if value is None else CRS.from_json_dict(value)
