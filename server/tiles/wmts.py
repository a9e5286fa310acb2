"""Documents of WMTS 1.0.0 (OGC 07-057r7): capabilities, and exception reports (OGC 06-121r3)."""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj.exceptions import ProjError

from server.representations.scene_version import VersionedScene
from server.tiles.matrices import WEB_MERCATOR, TileMatrixSet, native_set, scene_coverage, web_mercator_set
from server.tiles.media import SUFFIXES
from tiling.errors import TilingError
from tiling.maptiles.pyramid import TILE_SIZE
from tiling.maptiles.web_mercator import Coverage

log = logging.getLogger(__name__)

WMTS = "http://www.opengis.net/wmts/1.0"
OWS = "http://www.opengis.net/ows/1.1"
XLINK = "http://www.w3.org/1999/xlink"

ET.register_namespace("", WMTS)
ET.register_namespace("ows", OWS)
ET.register_namespace("xlink", XLINK)


def capabilities(scenes: Sequence[VersionedScene], title: str, root_url: str) -> bytes:
    """Return the capabilities document of some scenes.

    A scene that has neither tiles in Web Mercator nor a CRS with an EPSG code is left out; a comment in the document
    names it. One that fails does not take the others with it.

    Args:
        scenes: The layers.
        title: Of the service.
        root_url: Address of the server as the client asked it, with a final slash.
    """
    root = ET.Element(f"{{{WMTS}}}Capabilities", {"version": "1.0.0"})
    service = _add(root, OWS, "ServiceIdentification")
    _add(service, OWS, "Title", title)
    _add(service, OWS, "ServiceType", "OGC WMTS")
    _add(service, OWS, "ServiceTypeVersion", "1.0.0")
    operations = _add(root, OWS, "OperationsMetadata")
    for name in ("GetCapabilities", "GetTile"):
        http = _add(_add(_add(operations, OWS, "Operation", name=name), OWS, "DCP"), OWS, "HTTP")
        get = _add(http, OWS, "Get")
        get.set(f"{{{XLINK}}}href", f"{root_url}wmts?")
        constraint = _add(get, OWS, "Constraint", name="GetEncoding")
        _add(_add(constraint, OWS, "AllowedValues"), OWS, "Value", "KVP")
    contents = _add(root, WMTS, "Contents")
    layers, left_out = _layers(scenes)
    for layer in layers:
        _layer(contents, layer, root_url)
    if left_out:
        names = ", ".join(left_out).replace("--", "- -")  # two dashes would end the comment
        contents.append(ET.Comment(f" left out, without tiles in a CRS of the EPSG registry: {names} "))
    covered = [layer.coverage for layer in layers if layer.coverage is not None]
    sets = [web_mercator_set(max((coverage.max_zoom for coverage in covered), default=0))]
    sets += [layer.native for layer in layers if layer.native is not None]
    for matrix_set in sets:
        _matrix_set(contents, matrix_set)
    _add(root, WMTS, "ServiceMetadataURL").set(f"{{{XLINK}}}href", f"{root_url}wmts")
    return _document(root)


def exception_report(code: str, locator: str, message: str) -> bytes:
    """Return the exception report for a wrong request by key and value pairs."""
    root = ET.Element(f"{{{OWS}}}ExceptionReport", {"version": "1.1.0"})
    exception = _add(root, OWS, "Exception", exceptionCode=code, locator=locator)
    _add(exception, OWS, "ExceptionText", message)
    return _document(root)


@dataclass(frozen=True)
class _Layer:
    """A scene with the tile matrix sets it has."""

    versioned: VersionedScene
    coverage: Coverage | None
    native: TileMatrixSet | None


def _layers(scenes: Sequence[VersionedScene]) -> tuple[list[_Layer], list[str]]:
    """Return the scenes that have tiles, and the keys of those that have none."""
    layers, left_out = [], []
    for versioned in scenes:
        scene = versioned.scene
        try:
            layer = _Layer(versioned, scene_coverage(scene), native_set(scene))
        except (TilingError, ProjError) as error:
            log.warning("scene %r is not in the WMTS: %s", scene.key, error)
            left_out.append(scene.key)
            continue
        if layer.coverage is None and layer.native is None:
            left_out.append(scene.key)
        else:
            layers.append(layer)
    return layers, left_out


def _layer(contents: ET.Element, described: _Layer, root_url: str) -> None:
    scene, version = described.versioned.scene, described.versioned.version
    coverage, native = described.coverage, described.native
    layer = _add(contents, WMTS, "Layer")
    _add(layer, OWS, "Title", scene.name)
    if coverage is not None:
        west, south, east, north = coverage.bounds
        _box(layer, "WGS84BoundingBox", (west, south), (east, north))
    _add(layer, OWS, "Identifier", scene.key)
    if native is not None:  # all of the scene, also beyond 180 degrees and around a pole
        left, bottom, right, top = scene.grid.bounds
        box = _box(layer, "BoundingBox", native.corner(left, bottom), native.corner(right, top))
        box.set("crs", f"urn:ogc:def:crs:EPSG::{native.epsg}")
    style = _add(layer, WMTS, "Style", isDefault="true")
    _add(style, OWS, "Identifier", "default")
    for media_type in SUFFIXES.values():
        _add(layer, WMTS, "Format", media_type)
    if coverage is not None:
        _web_mercator_link(layer, coverage)
    if native is not None:
        _add(_add(layer, WMTS, "TileMatrixSetLink"), WMTS, "TileMatrixSet", native.name)
    # A template names no matrix set, so that one address serves both: {TileMatrixSet} is a part of the path.
    for suffix, media_type in SUFFIXES.items():
        template = (
            f"{root_url}wmts/{scene.key}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.{suffix}"
        )
        url = f"{template}?v={version}"
        _add(layer, WMTS, "ResourceURL", format=media_type, resourceType="tile", template=url)


def _web_mercator_link(layer: ET.Element, coverage: Coverage) -> None:
    link = _add(layer, WMTS, "TileMatrixSetLink")
    _add(link, WMTS, "TileMatrixSet", WEB_MERCATOR)
    limits = _add(link, WMTS, "TileMatrixSetLimits")
    for z in range(coverage.max_zoom + 1):
        left, top, right, bottom = coverage.tile_range(z)
        limit = _add(limits, WMTS, "TileMatrixLimits")
        _add(limit, WMTS, "TileMatrix", str(z))
        for name, value in (
            ("MinTileRow", top),
            ("MaxTileRow", bottom),
            ("MinTileCol", left),
            ("MaxTileCol", right),
        ):
            _add(limit, WMTS, name, str(value))


def _box(layer: ET.Element, tag: str, lower: tuple[float, float], upper: tuple[float, float]) -> ET.Element:
    box = _add(layer, OWS, tag)
    _add(box, OWS, "LowerCorner", f"{lower[0]!r} {lower[1]!r}")
    _add(box, OWS, "UpperCorner", f"{upper[0]!r} {upper[1]!r}")
    return box


def _matrix_set(contents: ET.Element, matrix_set: TileMatrixSet) -> None:
    element = _add(contents, WMTS, "TileMatrixSet")
    _add(element, OWS, "Identifier", matrix_set.name)
    _add(element, OWS, "SupportedCRS", f"urn:ogc:def:crs:EPSG::{matrix_set.epsg}")
    if matrix_set.name == WEB_MERCATOR:
        _add(element, WMTS, "WellKnownScaleSet", "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible")
    for matrix in matrix_set.matrices:
        level = _add(element, WMTS, "TileMatrix")
        _add(level, OWS, "Identifier", matrix.name)
        _add(level, WMTS, "ScaleDenominator", repr(matrix.scale))
        _add(level, WMTS, "TopLeftCorner", f"{matrix.corner[0]!r} {matrix.corner[1]!r}")
        _add(level, WMTS, "TileWidth", str(TILE_SIZE))
        _add(level, WMTS, "TileHeight", str(TILE_SIZE))
        _add(level, WMTS, "MatrixWidth", str(matrix.columns))
        _add(level, WMTS, "MatrixHeight", str(matrix.rows))


def _add(parent: ET.Element, space: str, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{space}}}{tag}", attributes)
    element.text = text
    return element


def _document(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
