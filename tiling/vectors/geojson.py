"""GeoJSON (RFC 7946), GeoJSON text sequences (RFC 8142) and bare geometries, read in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from tiling.arrays import Geometries
from tiling.errors import VectorReadError
from tiling.vectors.crs_names import member_crs
from tiling.vectors.features import BATCH, EXPECTED, FeatureBatch, VectorFile
from tiling.vectors.json_stream import JsonStream

_GEOMETRIES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)
_SEPARATORS = " \t\n\r\x1e"
_NO_COORDINATES = {
    "Polygon": "has coordinates that make no rings of at least three positions",
    "MultiPolygon": "has coordinates that make no rings of at least three positions",
    "LineString": "has coordinates that make no line of at least two positions",
    "MultiLineString": "has coordinates that make no lines of at least two positions",
}


class GeoJsonFile(VectorFile):
    """A GeoJSON file."""

    _repeated: frozenset[str] = frozenset()

    @classmethod
    def open(cls, path: Path) -> GeoJsonFile:
        """Read a file once, to know its members, properties and number of features.

        Raises:
            VectorReadError: It is no GeoJSON, or says two things about its CRS.
        """
        document = _Document(path)
        fields: dict[str, None] = {}
        seen: set[str] = set()
        repeated: set[str] = set()
        crs_members: dict[str, Any] = {}
        count = 0
        for feature in document.features():
            count += 1
            if isinstance(feature, dict):
                properties = feature.get("properties")
                if isinstance(properties, dict) and not fields.keys() >= properties.keys():
                    fields.update(dict.fromkeys(properties))
                name = properties.get("uid") if isinstance(properties, dict) else None
                name = feature.get("id") if name is None else name
                if isinstance(name, str):
                    (repeated if name in seen else seen).add(name)
                if "crs" in feature:
                    crs_members[json.dumps(feature["crs"], sort_keys=True)] = feature["crs"]
        crs_member, declared = _one_crs(path, document.members, list(crs_members.values()))
        crs = member_crs(crs_member, path)
        members = {
            name: value for name, value in document.members.items() if name not in ("type", "crs", "features")
        }
        name = "GeoJSON text sequence" if document.is_sequence else "GeoJSON"
        found = cls(path, name, crs, tuple(fields), count, declared, members)
        found._repeated = frozenset(repeated)
        return found

    def repeated_uids(self) -> frozenset[str]:
        """Return the uids, and ids of features without one, that more than one feature has."""
        return self._repeated

    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the features in the file's order, some thousand at a time."""
        features = _Document(self.path).features()
        first = 0
        while part := list(islice(features, BATCH)):
            yield _batch(first, part)
            first += len(part)


class _Document:
    """The text of a file: its features one by one, and after them its members."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: dict[str, Any] = {}
        self.is_sequence = False

    def features(self) -> Iterator[Any]:
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                yield from self._features(JsonStream(file))
        except VectorReadError:
            raise
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise VectorReadError(
                f"{self.path} is not GeoJSON: the byte 0x{byte:02x} in it is not UTF-8, expected UTF-8 text"
            ) from error
        except (ValueError, RecursionError) as error:
            raise VectorReadError(f"{self.path} is not GeoJSON: {error}") from error
        except OSError as error:
            raise VectorReadError(f"{self.path} cannot be read: {error.strerror or error}") from error

    def _features(self, stream: JsonStream) -> Iterator[Any]:
        if stream.peek(_SEPARATORS) != "{":
            raise VectorReadError(f"{self.path} is not GeoJSON, expected an object")
        listed = False
        for key in stream.members():
            if key == "features" and stream.peek() == "[":
                listed = True
                yield from stream.elements()
            else:
                self.members[key] = stream.value()
        kind = self.members.get("type")
        if kind == "FeatureCollection" and listed:
            if stream.peek():
                raise ValueError(f"more follows the FeatureCollection at character {stream.offset}")
            return
        if listed or (kind != "Feature" and kind not in _GEOMETRIES):
            raise VectorReadError(
                f"{self.path} has type {kind!r}, expected a FeatureCollection with features"
            )
        first, self.members = self.members, {}
        yield _as_feature(first)
        while stream.peek(_SEPARATORS):
            self.is_sequence = True
            yield _as_feature(stream.value())


def _as_feature(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") in _GEOMETRIES:
        return {"type": "Feature", "properties": {}, "geometry": value}
    return value


def _one_crs(path: Path, members: dict[str, Any], of_features: list[Any]) -> tuple[Any, bool]:
    """Return the one `crs` that a file has, at its top or in its features, and whether there is one."""
    top = members.get("crs")
    if top is None and len(of_features) > 1:
        raise VectorReadError(f"{path} has features with different crs, expected one for all of them")
    found = top if top is not None else next(iter(of_features), None)
    return found, found is not None


def _batch(first: int, features: list[Any]) -> FeatureBatch:
    faults: list[str | None] = []
    geometries: list[Any] = []
    properties: list[dict[str, Any]] = []
    for feature in features:
        fault, geometry, values = None, None, None
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            fault = "is not of type Feature"
        else:
            geometry, values = feature.get("geometry"), feature.get("properties")
            if values is not None and not isinstance(values, dict):
                fault = f"has properties that are a {type(values).__name__}, expected an object"
            elif geometry is not None and not isinstance(geometry, dict):
                fault = f"has a geometry that is a {type(geometry).__name__}, expected an object"
        faults.append(fault)
        geometries.append(None if fault else geometry)
        properties.append(values if isinstance(values, dict) else {})
    shapes = _polygons(geometries)
    if shapes is None:
        shapes = np.empty(len(geometries), dtype=object)
        for index, geometry in enumerate(geometries):
            shapes[index], unread = _shape(geometry)
            faults[index] = faults[index] or unread
    ids = [feature.get("id") if isinstance(feature, dict) else None for feature in features]
    return FeatureBatch(first, shapes, properties, ids, faults)


def _polygons(geometries: list[Any]) -> Geometries | None:
    """Return geometries that are all Polygons, made at once; None where one of them is not or is odd."""
    positions: list[Any] = []
    ring_starts, polygon_starts = [0], [0]
    try:
        for geometry in geometries:
            if geometry["type"] != "Polygon":
                return None
            for ring in geometry["coordinates"]:
                positions.extend(ring)
                ring_starts.append(len(positions))
            if len(ring_starts) - 1 == polygon_starts[-1]:
                return None
            polygon_starts.append(len(ring_starts) - 1)
        points = np.array(positions, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] < 2:
            return None
        return np.asarray(
            shapely.from_ragged_array(
                shapely.GeometryType.POLYGON,
                points[:, :2].copy(),
                (np.array(ring_starts), np.array(polygon_starts)),
            ),
            dtype=object,
        )
    except (ShapelyError, LookupError, TypeError, ValueError):
        return None


def _shape(geometry: Any) -> tuple[shapely.Geometry | None, str | None]:
    if geometry is None:
        return None, None
    if geometry.get("type") not in _GEOMETRIES:
        return None, f"is a {geometry.get('type')}, {EXPECTED}"
    try:
        with np.errstate(invalid="ignore"):  # NaN is found, and named, later
            parsed = shape(geometry)
        return shapely.force_2d(parsed), None
    except (ShapelyError, LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return None, _NO_COORDINATES.get(geometry["type"], "has coordinates that make no position")
