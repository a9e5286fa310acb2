"""Writer of labels as RFC 7946 GeoJSON: streamed, atomic, the same bytes for the same labels."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geoengine.atomic import atomic_write
from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, crs_urn, parse_crs, same_crs
from geoengine.exchange.geojson.names import FOREIGN_MEMBER, PIXEL, SAID, UNKNOWN_CRS, property_name
from geoengine.exchange.geojson.placement import is_pixel_plane, to_file
from geoengine.exchange.geojson.report import LeftOut, WriteReport
from geoengine.model import Feature, FeatureFilter, Scene, Snapshot
from geoengine.model.filter import EVERYTHING
from geoengine.model.geometry import geometry_array
from tiling.arrays import Floats, Geometries
from tiling.grid.crs_text import horizontal_part
from tiling.grid.window import PixelWindow

_log = logging.getLogger(__name__)
_CHUNK = 2000
_TAIL_BYTES = 1 << 16
_EVERYWHERE: Mapping[str, Sequence[PixelWindow]] = MappingProxyType({})
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_geojson(
    path: Path,
    snapshots: Iterable[Snapshot],
    *,
    crs: str | None = "EPSG:4326",
    digits: int | None = 9,
    selection: FeatureFilter = EVERYTHING,
    areas: Mapping[str, Sequence[PixelWindow]] = _EVERYWHERE,
) -> WriteReport:
    """Write the labels of one scene or several into one GeoJSON file.

    Rings are closed and follow the right-hand rule, coordinates are x, y (longitude, latitude). Scenes without
    a CRS are written in their own coordinates (x = column, y = -row where nothing places them) and the file says so.
    A feature that would not come back from the file with its area and position is left out and reported, not written
    wrong: one that has no place in `crs`, for example.

    Args:
        path: The file; it is replaced as a whole or not at all.
        snapshots: The scenes with their features; one is read to its end before the next is asked for.
        crs: Of the coordinates; None for the scenes' own, which have to be the same then.
        digits: Decimals of the coordinates; None for all there are.
        selection: Which features of the scenes the snapshots have; the file says so.
        areas: For scenes by their key: the only windows, in pixels of the scene, of which the snapshots have features;
            the file says so.

    Returns:
        What was written, and what was left out.

    Raises:
        ExchangeError: The CRS is unknown or has no name to write; the scenes do not go into one file.
        OSError: The file cannot be written; an earlier one is intact.
    """
    writer = GeoJSONWriter(None if crs is None else parse_crs(crs, "crs"), digits, selection, areas)
    atomic_write(path, writer.pieces(snapshots))
    return WriteReport(
        path, writer.written, tuple(scene["scene"] for scene in writer.scenes), tuple(writer.left_out)
    )


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


class GeoJSONWriter:
    """One file in the making: `begin`, `enter` for each scene and the `lines` of its features, `end`.

    Attributes:
        written: How many features `pieces` has written.
        scenes: What the foreign member says of each scene that was entered.
        left_out: Features that are not in the file.
    """

    def __init__(
        self,
        crs: CRS | None,
        digits: int | None,
        selection: FeatureFilter = EVERYTHING,
        areas: Mapping[str, Sequence[PixelWindow]] = _EVERYWHERE,
    ) -> None:
        """Make a writer of coordinates in `crs` (None for the scenes' own), rounded to `digits` decimals."""
        self._selection, self._areas = selection, areas
        self.written = 0
        self.scenes: list[dict[str, Any]] = []
        self.left_out: list[LeftOut] = []
        self._digits = digits
        self._wanted = crs
        self._target: CRS | None = None
        self._plane = PIXEL

    def pieces(self, snapshots: Iterable[Snapshot]) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        rest = iter(snapshots)
        first = next(rest, None)
        yield self.begin(None if first is None else first.scene)
        for snapshot in () if first is None else chain((first,), rest):
            yield from self._scene(snapshot)
        yield self.end(len(self.left_out))

    def begin(self, scene: Scene | None) -> bytes:
        """Return the file's beginning; its CRS is decided by the first scene."""
        if scene is not None:
            self._target = self._crs_for(scene)
        head = b'{"type": "FeatureCollection",\n'
        if self._target is not None and not same_crs(self._target, WGS84):
            member = {"type": "name", "properties": {"name": crs_urn(self._target)}}
            head += b'"crs": ' + _json(member) + b",\n"
        return head + b'"features": ['

    def end(self, left_out: int) -> bytes:
        """Return the file's end, with the foreign member."""
        return b"\n],\n" + _json(FOREIGN_MEMBER) + b": " + _json(self._foreign_member(left_out)) + b"}\n"

    def _crs_for(self, scene: Scene) -> CRS | None:
        own = scene.grid.crs
        if own is None and self._wanted is not None and not same_crs(self._wanted, WGS84):
            raise ExchangeError(
                f"scene {scene.key!r} has no CRS, so its labels cannot be in {self._wanted.name!r}"
            )
        if own is None:
            return None
        return horizontal_part(own if self._wanted is None else self._wanted)  # polygons have no heights

    def enter(self, scene: Scene, changeset: int) -> None:
        """Begin with a scene as of a changeset.

        Raises:
            ExchangeError: It does not go into one file with the others.
        """
        target = self._crs_for(scene)
        alike = self._target is None if target is None else self._target and same_crs(target, self._target)
        plane = PIXEL if is_pixel_plane(scene.grid) else UNKNOWN_CRS
        if not self.scenes:
            self._plane = plane
        if not alike or (target is None and plane != self._plane):
            there = self.scenes[0]["scene"]
            raise ExchangeError(
                f"scenes {there!r} and {scene.key!r} differ in their CRS, expected one that both can be written in"
            )
        self.scenes.append(
            {"scene": scene.key, "changeset": changeset}
            | ({"marking": scene.marking} if scene.marking else {})
            | ({"areas": [one.corners for one in areas]} if (areas := self._areas.get(scene.key)) else {})
        )

    def _scene(self, snapshot: Snapshot) -> Iterator[bytes]:
        scene = snapshot.scene
        self.enter(scene, snapshot.changeset)
        features = iter(snapshot.features)
        while chunk := list(islice(features, _CHUNK)):
            lines = [line for line in self.lines(chunk, scene) if line is not None]
            if lines:
                yield (b",\n" if self.written else b"\n") + b",\n".join(lines)
            self.written += len(lines)
        self.left_out += [LeftOut(row.uid, scene.key, row.reason) for row in snapshot.damaged]

    def lines(self, features: Sequence[Feature], scene: Scene) -> list[bytes | None]:
        """Return the line of each feature, or None for one that is left out, which `left_out` then lists."""
        if not features:
            return []
        try:
            return self._lines(features, scene)
        except MemoryError:
            raise
        except Exception as error:
            # Whatever GEOS, PROJ or JSON has against one feature is not the others' fault.
            if len(features) == 1:
                self.left_out.append(LeftOut(features[0].uid, scene.key, f"cannot be written: {error}"))
                return [None]
        half = len(features) // 2
        return self.lines(features[:half], scene) + self.lines(features[half:], scene)

    def _lines(self, features: Sequence[Feature], scene: Scene) -> list[bytes | None]:
        target = self._crs_for(scene)
        moved = to_file(geometry_array([feature.geometry for feature in features]), scene.grid, target)
        kept = [index for index, geometry in enumerate(moved) if geometry is not None]
        chosen = [features[index] for index in kept]
        texts = shapely.to_geojson(self._finished(moved[kept], chosen))
        lines: list[bytes | None] = [None] * len(features)
        for index, feature, text in zip(kept, chosen, texts, strict=True):
            lines[index] = _line(feature, text, scene.key).encode()
        name = "the file's coordinates" if target is None else repr(target.name)
        for feature, line in zip(features, lines, strict=True):
            if line is None:
                self.left_out.append(
                    LeftOut(feature.uid, scene.key, f"has no place in {name} that keeps its shape")
                )
        return lines

    def _finished(self, geometries: Geometries, chunk: list[Feature]) -> Geometries:
        """Return geometries rounded, polygons wound by the right-hand rule; they stay valid."""
        exact = shapely.orient_polygons(geometries, exterior_cw=False)
        rounded = exact if self._digits is None else shapely.transform(exact, self._round)
        for index in np.flatnonzero(~shapely.is_valid(rounded)).tolist():
            # Rounding (or, more rarely, the change of CRS) moved two edges of a very thin part across each other, or
            # made one position of a very short line.
            rounded[index] = exact[index] if exact[index].is_valid else _repaired(exact[index])
            _log.warning(
                "feature %s was written with all decimals: rounding would break it", chunk[index].uid
            )
        return rounded

    def _round(self, xy: Floats) -> Floats:
        return np.round(xy, self._digits or 0) + 0.0  # + 0.0 turns -0.0 into 0.0

    def _foreign_member(self, left_out: int) -> dict[str, Any]:
        plane = {"coordinates": self._plane} if self._target is None and self.scenes else {}
        missing = {"left_out": left_out} if left_out else {}
        scenes = self.scenes[0] if len(self.scenes) == 1 else {"scenes": self.scenes}
        limits = self._selection.stated()
        whole = not limits and not left_out and not self._areas
        return {"version": 1, **scenes, **plane, "complete": whole, **limits, **missing}


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
    properties |= {name: said for name in SAID if (said := getattr(feature, name))}
    properties |= {property_name(name): feature.attributes[name] for name in sorted(feature.attributes)}
    text = _encode(properties)
    return f'{{"type": "Feature", "id": "{feature.uid}", "geometry": {geometry}, "properties": {text}}}'


def _repaired(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a repaired geometry as one Polygon or MultiPolygon by the right-hand rule."""
    repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = [
        part for part in shapely.get_parts(repaired) if part.geom_type == "Polygon" and not part.is_empty
    ]
    whole: BaseGeometry = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shapely.orient_polygons(whole, exterior_cw=False)


def _json(value: Any) -> bytes:
    return _encode(value).encode()
