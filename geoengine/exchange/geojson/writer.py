"""Writer of labels as RFC 7946 GeoJSON: streamed, atomic, the same bytes for the same labels."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geoengine.atomic import atomic_write
from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, crs_urn, parse_crs, reproject, same_crs
from geoengine.exchange.geojson.names import FOREIGN_MEMBER, PIXEL, property_name
from geoengine.model import Feature, Scene, Snapshot
from geoengine.model.geometry import GeometryArray, geometry_array
from tiling.grid.antimeridian_cut import wrapped

_log = logging.getLogger(__name__)
_CHUNK = 2000
_TAIL_BYTES = 1 << 16
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@dataclass(frozen=True)
class WriteReport:
    """Result of writing: the file, the number of features, and the keys of their scenes."""

    path: Path
    features: int
    scenes: tuple[str, ...]


def write_geojson(
    path: Path, snapshots: Iterable[Snapshot], *, crs: str | None = "EPSG:4326", digits: int | None = 9
) -> WriteReport:
    """Write the labels of one scene or several into one GeoJSON file.

    Rings are closed and follow the right-hand rule, coordinates are x, y (longitude, latitude). Scenes without
    a CRS are written in their pixel plane (x = column, y = -row) and the file says so.

    Args:
        path: The file; it is replaced as a whole or not at all.
        snapshots: The scenes with their features; one is read to its end before the next is asked for.
        crs: Of the coordinates; None for the scenes' own, which have to be the same then.
        digits: Decimals of the coordinates; None for all there are.

    Returns:
        What was written.

    Raises:
        ExchangeError: The CRS is unknown or has no name to write; the scenes do not go into one file; a
            feature has no place in that CRS.
        OSError: The file cannot be written; an earlier one is intact.
    """
    writer = _Writer(None if crs is None else parse_crs(crs, "crs"), digits)
    atomic_write(path, writer.pieces(snapshots))
    return WriteReport(path, writer.written, tuple(scene["scene"] for scene in writer.scenes))


def read_foreign_member(path: Path) -> dict[str, Any] | None:
    """Return the foreign member of a label file (``scene``, ``changeset``, …); None for any other file.

    Reads the end of the file only.
    """
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            last = file.read().rstrip().rsplit(b"\n", 1)[-1]
    except OSError:
        return None
    try:
        # The line is `"geoengine": {…}}`, the end of the outer object.
        member = json.loads(b"{" + last)[FOREIGN_MEMBER]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return member if isinstance(member, dict) else None


class _Writer:
    """One file in the making."""

    def __init__(self, crs: CRS | None, digits: int | None) -> None:
        self.written = 0
        self.scenes: list[dict[str, Any]] = []
        self._digits = digits
        self._wanted = crs
        self._target: CRS | None = None

    def pieces(self, snapshots: Iterable[Snapshot]) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        rest = iter(snapshots)
        first = next(rest, None)
        if first is not None:
            self._target = self._crs_for(first.scene)
        yield b'{"type": "FeatureCollection",\n'
        if self._target is not None and not same_crs(self._target, WGS84):
            member = {"type": "name", "properties": {"name": crs_urn(self._target)}}
            yield b'"crs": ' + _json(member) + b",\n"
        yield b'"features": ['
        for snapshot in () if first is None else chain((first,), rest):
            yield from self._scene(snapshot)
        yield b"\n],\n" + _json(FOREIGN_MEMBER) + b": " + _json(self._foreign_member()) + b"}\n"

    def _crs_for(self, scene: Scene) -> CRS | None:
        own = _crs_of(scene)
        if own is None and self._wanted is not None and not same_crs(self._wanted, WGS84):
            raise ExchangeError(
                f"scene {scene.key!r} has no CRS, so its labels cannot be in {self._wanted.name!r}"
            )
        return own if own is None or self._wanted is None else self._wanted

    def _scene(self, snapshot: Snapshot) -> Iterator[bytes]:
        scene, source = snapshot.scene, _crs_of(snapshot.scene)
        target = self._crs_for(scene)
        alike = self._target is None if target is None else self._target and same_crs(target, self._target)
        if not alike:
            there = self.scenes[0]["scene"]
            raise ExchangeError(
                f"scenes {there!r} and {scene.key!r} differ in their CRS, expected one that both can be written in"
            )
        self.scenes.append(
            {"scene": scene.key, "changeset": snapshot.changeset}
            | ({"marking": scene.marking} if scene.marking else {})
        )
        features = iter(snapshot.features)
        while chunk := list(islice(features, _CHUNK)):
            geometries = geometry_array([feature.geometry for feature in chunk])
            if source is not None and target is not None:
                geometries = reproject(geometries, source, target)
                _check_finite(geometries, chunk, scene, target)
                if same_crs(target, WGS84):
                    geometries = _split_at_antimeridian(geometries)
            texts = shapely.to_geojson(self._finished(geometries, chunk))
            lines = [_line(feature, text, scene.key) for feature, text in zip(chunk, texts, strict=True)]
            yield ((",\n" if self.written else "\n") + ",\n".join(lines)).encode()
            self.written += len(chunk)

    def _finished(self, geometries: GeometryArray, chunk: list[Feature]) -> GeometryArray:
        """Return the polygon rounded and wound by the right-hand rule; it stays valid."""
        exact = shapely.orient_polygons(geometries, exterior_cw=False)
        rounded = exact if self._digits is None else shapely.transform(exact, self._round)
        for index in np.flatnonzero(~shapely.is_valid(rounded)).tolist():
            # Rounding (or, more rarely, the change of CRS) moved two edges of a very thin part across each other.
            rounded[index] = exact[index] if exact[index].is_valid else _repaired(exact[index])
            _log.warning(
                "feature %s was written with all decimals: rounding would break it", chunk[index].uid
            )
        return rounded

    def _round(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.round(xy, self._digits or 0) + 0.0  # + 0.0 turns -0.0 into 0.0

    def _foreign_member(self) -> dict[str, Any]:
        plane = {"coordinates": PIXEL} if self._target is None and self.scenes else {}
        if len(self.scenes) == 1:
            return {"version": 1, **self.scenes[0], **plane}
        return {"version": 1, "scenes": self.scenes, **plane}


def _line(feature: Feature, geometry: str, scene_key: str) -> str:
    properties: dict[str, Any] = {
        "uid": feature.uid,
        "scene": scene_key,
        "class": feature.class_key,
        "state": feature.state.value,
        "score": feature.score,
        "revision": feature.revision,
        "author": feature.author,
        "time": feature.time,
        "model": feature.model,
    }
    for name in sorted(feature.attributes):
        properties[property_name(name)] = feature.attributes[name]
    text = _encode(properties)
    return f'{{"type": "Feature", "id": "{feature.uid}", "geometry": {geometry}, "properties": {text}}}'


def _crs_of(scene: Scene) -> CRS | None:
    return None if scene.grid.crs_wkt is None else CRS.from_wkt(scene.grid.crs_wkt)


def _check_finite(geometries: GeometryArray, chunk: list[Feature], scene: Scene, target: CRS) -> None:
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    bad = owner[~np.isfinite(coordinates).all(axis=1)]
    if len(bad):
        uid = chunk[int(bad[0])].uid
        raise ExchangeError(
            f"feature {uid} of scene {scene.key!r} has no place in {target.name!r}, expected a CRS that covers it"
        )


def _split_at_antimeridian(geometries: GeometryArray) -> GeometryArray:
    """Cut polygons that cross longitude 180 in two, as RFC 7946 section 3.1.9 asks; they span the world otherwise."""
    bounds = shapely.bounds(geometries)
    crossing = np.flatnonzero(bounds[:, 2] - bounds[:, 0] > 180.0).tolist()
    if not crossing:
        return geometries
    split = geometries.copy()
    for index in crossing:
        split[index] = wrapped(shapely.transform(geometries[index], _unwrap))
    return split


def _unwrap(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((np.where(xy[:, 0] < 0, xy[:, 0] + 360.0, xy[:, 0]), xy[:, 1]))


def _repaired(geometry: BaseGeometry) -> BaseGeometry:
    return _polygonal([shapely.make_valid(geometry, method="structure", keep_collapsed=False)])


def _polygonal(geometries: list[BaseGeometry]) -> BaseGeometry:
    """Return the polygons among some geometries as one Polygon or MultiPolygon by the right-hand rule."""
    parts = [
        part for part in shapely.get_parts(geometries) if part.geom_type == "Polygon" and not part.is_empty
    ]
    whole: BaseGeometry = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shapely.orient_polygons(whole, exterior_cw=False)


def _json(value: Any) -> bytes:
    return _encode(value).encode()
