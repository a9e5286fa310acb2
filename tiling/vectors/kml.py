"""KML (OGC 12-007): polygons, lines and points of placemarks. Links to other documents are not followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import shapely
from shapely.errors import ShapelyError

from tiling.errors import VectorReadError
from tiling.vectors.crs_names import LONLAT
from tiling.vectors.features import BATCH, UNREADABLE, FeatureBatch, VectorFile


class KmlFile(VectorFile):
    """A KML file."""

    @classmethod
    def open(cls, path: Path) -> KmlFile:
        """Read a file once, to know its properties, placemarks and links.

        Raises:
            VectorReadError: It is no KML.
        """
        fields: dict[str, None] = {}
        count = links = 0
        for element in _elements(path):
            if element is None:
                links += 1
            else:
                count += 1
                fields.update(dict.fromkeys(_properties(element)))
        notes = (f"{links} links to other documents (NetworkLink) are not followed",) if links else ()
        return cls(path, "KML", LONLAT, tuple(fields), count, typed=False, notes=notes)

    def batches(self) -> Iterator[FeatureBatch]:
        """Yield the placemarks in the file's order, some thousand at a time."""
        marks = (
            (*_geometry(element), _properties(element), element.get("id"))
            for element in _elements(self.path)
            if element is not None
        )
        first = 0
        while part := list(islice(marks, BATCH)):
            shapes = np.empty(len(part), dtype=object)
            shapes[:] = [mark[0] for mark in part]
            yield FeatureBatch(
                first,
                shapes,
                [mark[2] for mark in part],
                [mark[3] for mark in part],
                [mark[1] for mark in part],
            )
            first += len(part)


def _elements(path: Path) -> Iterator[Element | None]:
    """Yield each Placemark, and None for each NetworkLink."""
    try:
        with path.open("rb") as file:
            root: Element | None = None
            for event, element in ElementTree.iterparse(file, ("start", "end")):
                root = element if root is None else root
                if event == "start":
                    continue
                name = _local(element)
                if name == "Placemark":
                    yield element
                elif name == "NetworkLink":
                    yield None
                if name in ("Placemark", "NetworkLink"):
                    element.clear()
    except (ElementTree.ParseError, OSError, ValueError, RecursionError) as error:
        raise VectorReadError(f"{path} cannot be read as KML ({error}).") from error
    if root is None or _local(root) != "kml":
        raise VectorReadError(f"{path} cannot be read as KML: its root is no kml element.")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _properties(placemark: Element) -> dict[str, Any]:
    """Return name, description and the extended data of a placemark."""
    found: dict[str, Any] = {}
    for child in placemark:
        if _local(child) in ("name", "description") and child.text:
            found[_local(child)] = child.text.strip()
    for element in placemark.iter():
        if _local(element) == "SimpleData" and element.get("name"):
            found[element.get("name") or ""] = element.text
        elif _local(element) == "Data" and element.get("name"):
            texts = [value.text for value in element if _local(value) == "value"]
            found[element.get("name") or ""] = texts[0] if texts else None
    return found


def _geometry(placemark: Element) -> tuple[shapely.Geometry | None, str | None]:
    """Return the polygons of a placemark as one geometry, or its lines, or its points, and its fault.

    A point beside polygons or lines is where their label stands.
    """
    elements = list(placemark.iter())
    try:
        for names, make, several in _SHAPES:
            parts = [make(element) for element in elements if _local(element) in names]
            if parts:
                return parts[0] if len(parts) == 1 else several(parts), None
    except (ShapelyError, ValueError, IndexError):
        return None, UNREADABLE
    return None, None


def _polygon(element: Element) -> shapely.Polygon:
    rings: dict[str, list[Any]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for boundary in element:
        if _local(boundary) in rings:
            rings[_local(boundary)] += _positions(boundary)
    return shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _line(element: Element) -> shapely.LineString:
    return shapely.LineString(_positions(element)[0])


def _point(element: Element) -> shapely.Point:
    [position] = _positions(element)[0]
    return shapely.Point(position)


def _positions(element: Element) -> list[list[list[float]]]:
    """Return the longitudes and latitudes of each list of coordinates inside an element."""
    texts = [child.text or "" for child in element.iter() if _local(child) == "coordinates"]
    return [[[float(v) for v in position.split(",")[:2]] for position in text.split()] for text in texts]


_SHAPES: tuple[tuple[tuple[str, ...], Callable[[Element], Any], Callable[[Any], Any]], ...] = (
    (("Polygon",), _polygon, shapely.MultiPolygon),
    (("LineString", "LinearRing"), _line, shapely.MultiLineString),  # of a Polygon there is none then
    (("Point",), _point, shapely.MultiPoint),
)
