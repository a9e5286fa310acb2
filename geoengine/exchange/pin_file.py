"""Files of pins: points with their questions, as GeoJSON in longitude and latitude."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoengine.atomic import atomic_write
from geoengine.exchange.crs import WGS84, reproject
from geoengine.model import Pin, Scene
from geoengine.model.geometry import geometry_array
from tiling.grid.crs_text import horizontal_part

_DIGITS = 9


@dataclass(frozen=True)
class PinFileReport:
    """What became of pins that were to be written.

    Attributes:
        written: Pins that are in the file.
        unplaced: For scenes by their key: pins that have no longitude and latitude, and are not in the file.
    """

    written: int
    unplaced: dict[str, int]


def write_pins(path: Path, found: Iterable[tuple[Scene, Sequence[Pin]]]) -> PinFileReport:
    """Write pins of scenes as RFC 7946 GeoJSON, which QGIS opens as a layer of points.

    Args:
        path: The file; it is replaced as a whole or not at all.
        found: Scenes with those of their pins that are wanted.

    Returns:
        What was written, and what has no place on the Earth.

    Raises:
        OSError: The file cannot be written; an earlier one is intact.
    """
    lines: list[bytes] = []
    unplaced: dict[str, int] = {}
    for scene, pins in found:
        placed = list(_features(scene, pins))
        lines += [json.dumps(one, ensure_ascii=False, allow_nan=False).encode() for one in placed]
        if len(placed) < len(pins):
            unplaced[scene.key] = len(pins) - len(placed)
    atomic_write(path, b'{"type": "FeatureCollection", "features": [\n' + b",\n".join(lines) + b"\n]}\n")
    return PinFileReport(len(lines), unplaced)


def _features(scene: Scene, pins: Sequence[Pin]) -> Iterator[dict[str, Any]]:
    """Yield the pins that have a place on the Earth as GeoJSON features."""
    crs = scene.grid.crs
    if crs is None or not pins:
        return
    points = geometry_array([shapely.Point(pin.x, pin.y) for pin in pins])
    places = shapely.get_coordinates(reproject(points, horizontal_part(crs), WGS84))
    for pin, place in zip(pins, places, strict=True):
        if np.isfinite(place).all():
            yield {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(value, _DIGITS) for value in place.tolist()],
                },
                "properties": pin_properties(pin, scene),
            }


def pin_properties(pin: Pin, scene: Scene) -> dict[str, Any]:
    """Return what a pin says beside its place."""
    return {
        "uid": pin.uid,
        "scene": scene.key,
        "text": pin.text,
        "state": pin.state.value,
        "asked_by": pin.asked_by,
        "asked_at": pin.asked_at,
        "author": pin.author,
        "time": pin.time,
        "revision": pin.revision,
    }
