"""Label files in the formats of GIS programs beside GeoJSON: made from a GeoJSON file, whole or not at all."""

from __future__ import annotations

import csv
import glob
import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoengine.atomic import temporary_folder
from geoengine.errors import ExchangeError
from tiling.vectors import FeatureBatch, VectorFile, open_vector_file

if TYPE_CHECKING:
    import geopandas as gpd

GEOJSON_SUFFIXES = (".geojson", ".json")
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".kml": "KML"}
SUFFIXES = (*GEOJSON_SUFFIXES, *DRIVERS, ".parquet", ".csv")

_ONE_KIND = (".gpkg", ".shp")
"""Formats whose layers have one kind of geometry."""
_KIND_NAMES = ("points", "lines", "polygons")
_SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")
_SHAPEFILE_NAME = 10
_SHAPEFILE_TEXT = 254
_NUMBERS = ("score", "revision")


def check_suffix(path: Path) -> str:
    """Return the suffix of a file to write, in lower case.

    Raises:
        ExchangeError: No format that is written has it, or the file holds what would be lost.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ExchangeError(f"{path} has the suffix {suffix!r}, expected one of: {', '.join(SUFFIXES)}")
    if suffix == ".gpkg" and path.exists():
        others = _other_layers(path)
        if others:
            raise ExchangeError(
                f"{path} has other layers, which would be lost ({', '.join(others)}); expected a new name"
            )
    return suffix


def convert_geojson(source: Path, path: Path, is_lonlat: bool) -> tuple[str, ...]:
    """Write the features of a GeoJSON file in the format of a suffix; an earlier file is replaced.

    Args:
        source: A GeoJSON file of ours.
        path: The file to write, with a suffix of `SUFFIXES`.
        is_lonlat: Whether its coordinates are longitude and latitude; False too where nothing places them.

    Returns:
        What the format cannot carry as it is, as sentences.

    Raises:
        ExchangeError: The format cannot carry the coordinates, or its writer fails.
        OSError: The file cannot be written; an earlier one is intact.
    """
    suffix = check_suffix(path)
    if suffix == ".kml" and not is_lonlat:
        raise ExchangeError(f"{path} cannot hold these coordinates: KML has longitude and latitude only")
    file = open_vector_file(source)
    with temporary_folder(path) as folder:
        target = folder / path.name
        notes: tuple[str, ...] = ()
        if suffix == ".csv":
            _write_csv(file, target)
        else:
            notes = _write_frame(file, target, suffix)
        _move(target, path)
    return notes


def _write_csv(file: VectorFile, target: Path) -> None:
    """Write a table with the geometry as WKT in its last column."""
    with target.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow([*file.fields, "WKT"])
        for batch in file.batches():
            texts = shapely.to_wkt(batch.geometries, rounding_precision=-1, trim=True)
            for properties, text in zip(batch.properties, texts, strict=True):
                table.writerow([*(_flat(properties.get(name)) for name in file.fields), text])


def _write_frame(file: VectorFile, target: Path, suffix: str) -> tuple[str, ...]:
    """Write a table; a GeoPackage gets a layer for each kind of geometry, a Shapefile has a file for each."""
    frame = _frame(file)
    notes = _shapefile_notes(frame) if suffix == ".shp" else ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they say about names and lengths is in the notes
            if suffix == ".parquet":
                frame.to_parquet(target, index=False)
            elif suffix in _ONE_KIND:
                notes += _write_kinds(frame, target, suffix)
            else:
                _write_layer(frame, target, suffix)
    except (ValueError, RuntimeError) as error:
        raise ExchangeError(f"{target.name} cannot be written as {suffix} ({error})") from error
    return notes


def _write_kinds(frame: gpd.GeoDataFrame, target: Path, suffix: str) -> tuple[str, ...]:
    """Write polygons, lines and points apart, and return where those are that do not lie under the file's own name."""
    kinds = shapely.get_dimensions(frame.geometry.to_numpy())
    there = [kind for kind in (2, 1, 0) if (kinds == kind).any()] or [2]
    notes = []
    for kind in there:
        part = frame[kinds == kind]
        if kind == there[0]:
            _write_layer(part, target, suffix)
            continue
        name = f"{target.stem}_{_KIND_NAMES[kind]}"
        if suffix == ".shp":
            _write_layer(part, target.with_stem(name), suffix)
        else:
            _write_layer(part, target, suffix, layer=name)
        where = f"{name}.shp" if suffix == ".shp" else f"the layer {name}"
        notes.append(f"{len(part):,} {_KIND_NAMES[kind]} are in {where}")
    return tuple(notes)


def _write_layer(frame: gpd.GeoDataFrame, target: Path, suffix: str, layer: str | None = None) -> None:
    """Write features of one kind; where one has several parts, all are of a multi-part type."""
    geometries = frame.geometry.to_numpy()
    dimensions = set(shapely.get_dimensions(geometries).tolist())
    if len(dimensions) == 1 and len(set(shapely.get_type_id(geometries).tolist())) > 1:
        frame = frame.set_geometry(_as_multi(geometries, dimensions.pop()), crs=frame.crs)
    options = {} if layer is None else {"layer": layer}
    frame.to_file(target, driver=DRIVERS[suffix], engine="pyogrio", index=False, **options)


def _as_multi(geometries: Any, dimension: int) -> list[shapely.Geometry]:
    kind = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)[dimension]
    return [one if isinstance(one, kind) else kind([one]) for one in geometries]


def _frame(file: VectorFile) -> gpd.GeoDataFrame:
    """Return the features as a table with one type for each column."""
    import geopandas as gpd

    batches: list[FeatureBatch] = list(file.batches())
    columns: dict[str, Any] = {}
    for name in file.fields:
        values = [properties.get(name) for batch in batches for properties in batch.properties]
        columns[name] = _column(name, values)
    geometries = np.concatenate([np.empty(0, dtype=object), *(batch.geometries for batch in batches)])
    crs: Any = file.crs if file.crs_is_declared else "EPSG:4326"
    if "coordinates" in (file.members.get("geoengine") or {}):
        crs = None
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


def _column(name: str, values: list[Any]) -> Any:
    """Return a column for pandas: numbers where all are, else text; what is nested as JSON."""
    import pandas as pd

    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if name in _NUMBERS or (present and kinds <= {int, float}):
        is_whole = name == "revision" or (kinds == {int} and max(map(abs, present)) < 2**63)
        return pd.array(values, dtype="Int64" if is_whole else "Float64")
    if present and kinds == {bool}:
        return pd.array(values, dtype="boolean")
    return pd.array([None if value is None else _flat(value) for value in values], dtype="object")


def _flat(value: Any) -> Any:
    """Return a value as a cell of a table."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shapefile_notes(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    names = [name for name in frame.columns if len(name.encode()) > _SHAPEFILE_NAME]
    notes = []
    if names:
        notes.append(f"a Shapefile cuts names after {_SHAPEFILE_NAME} bytes: {', '.join(names)}")
    texts = frame[[name for name in frame.columns if name != frame.geometry.name]]
    long = sum(
        any(isinstance(value, str) and len(value.encode()) > _SHAPEFILE_TEXT for value in row)
        for row in texts.itertuples(index=False)
    )
    if long:
        notes.append(f"a Shapefile cuts texts after {_SHAPEFILE_TEXT} bytes: those of {long} features")
    return tuple(notes)


def _other_layers(path: Path) -> list[str]:
    """Return the layers and tables of a GeoPackage beside those that an export writes."""
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            names = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")]
    except sqlite3.Error:
        return []
    own = {path.stem, *(f"{path.stem}_{kind}" for kind in _KIND_NAMES)}
    return [name for name in names if name not in own]


def _move(target: Path, path: Path) -> None:
    """Put the finished files, and the parts of a Shapefile before it, in their place."""
    if path.suffix.lower() == ".shp":
        for other in target.parent.glob(f"{glob.escape(target.stem)}_*.shp"):
            _move_shapefile(other, path.with_stem(other.stem))
        _move_shapefile(target, path)
    else:
        _move_file(target, path)


def _move_shapefile(target: Path, path: Path) -> None:
    for end in _SHAPEFILE_PARTS:
        part = target.with_suffix(end)
        if part.exists():
            _sync(part)
            os.replace(part, path.with_suffix(end))
        else:
            path.with_suffix(end).unlink(missing_ok=True)
    _move_file(target, path)


def _move_file(target: Path, path: Path) -> None:
    _sync(target)
    os.replace(target, os.path.realpath(path))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
