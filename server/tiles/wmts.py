"""Documents of WMTS 1.0.0 (OGC 07-057r7): capabilities, and exception reports (OGC 06-121r3)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

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


def capabilities(scenes: Sequence[VersionedScene], title: str, root_url: str) -> bytes:
    """Return the capabilities document of some scenes.

    A scene that has neither tiles in Web Mercator nor a CRS with an EPSG code is left out; a comment in the document
    names it. One that fails does not take the others with it.

    Args:
        scenes: The layers.
        title: Of the service.
        root_url: Address of the server as the client asked it, with a final slash.
    """
    get = _element(
        "ows:Get",
        _element(
            "ows:Constraint", _element("ows:AllowedValues", _text("ows:Value", "KVP")), name="GetEncoding"
        ),
        xlink__href=f"{root_url}wmts?",
    )
    operations = [
        _element("ows:Operation", _element("ows:DCP", _element("ows:HTTP", get)), name=name)
        for name in ("GetCapabilities", "GetTile")
    ]
    layers, left_out = _layers(scenes)
    contents = [_layer(layer, root_url) for layer in layers]
    if left_out:
        names = ", ".join(left_out).replace("--", "- -")  # two dashes would end the comment
        contents.append(f"<!-- left out, without tiles in a CRS of the EPSG registry: {names} -->")
    covered = [layer.coverage for layer in layers if layer.coverage is not None]
    sets = [web_mercator_set(max((coverage.max_zoom for coverage in covered), default=0))]
    sets += [layer.native for layer in layers if layer.native is not None]
    return _document(
        "Capabilities",
        _element(
            "ows:ServiceIdentification",
            _text("ows:Title", title),
            _text("ows:ServiceType", "OGC WMTS"),
            _text("ows:ServiceTypeVersion", "1.0.0"),
        ),
        _element("ows:OperationsMetadata", *operations),
        _element("Contents", *contents, *map(_matrix_set, sets)),
        _element("ServiceMetadataURL", xlink__href=f"{root_url}wmts"),
        version="1.0.0",
    )


def exception_report(code: str, locator: str, message: str) -> bytes:
    """Return the exception report for a wrong request by key and value pairs."""
    exception = _element(
        "ows:Exception", _text("ows:ExceptionText", message), exceptionCode=code, locator=locator
    )
    return _document("ows:ExceptionReport", exception, version="1.1.0")


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


def _layer(described: _Layer, root_url: str) -> str:
    scene, version = described.versioned.scene, described.versioned.version
    coverage, native = described.coverage, described.native
    parts = [_text("ows:Title", scene.name)]
    if coverage is not None:
        west, south, east, north = coverage.bounds
        parts.append(_box("ows:WGS84BoundingBox", (west, south), (east, north)))
    parts.append(_text("ows:Identifier", scene.key))
    if native is not None:  # all of the scene, also beyond 180 degrees and around a pole
        left, bottom, right, top = scene.grid.bounds
        corners = native.corner(left, bottom), native.corner(right, top)
        parts.append(_box("ows:BoundingBox", *corners, crs=f"urn:ogc:def:crs:EPSG::{native.epsg}"))
    parts.append(_element("Style", _text("ows:Identifier", "default"), isDefault="true"))
    parts += [_text("Format", media_type) for media_type in SUFFIXES.values()]
    if coverage is not None:
        parts.append(_element("TileMatrixSetLink", _text("TileMatrixSet", WEB_MERCATOR), _limits(coverage)))
    if native is not None:
        parts.append(_element("TileMatrixSetLink", _text("TileMatrixSet", native.name)))
    # A template names no matrix set, so that one address serves both: {TileMatrixSet} is a part of the path.
    for suffix, media_type in SUFFIXES.items():
        path = f"wmts/{scene.key}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.{suffix}"
        template = f"{root_url}{path}?v={version}"
        parts.append(_element("ResourceURL", format=media_type, resourceType="tile", template=template))
    return _element("Layer", *parts)


def _limits(coverage: Coverage) -> str:
    limits = []
    for z in range(coverage.max_zoom + 1):
        left, top, right, bottom = coverage.tile_range(z)
        # As text: a document of thousands of scenes has a hundred thousand of these.
        limits.append(
            f"<TileMatrixLimits><TileMatrix>{z}</TileMatrix><MinTileRow>{top}</MinTileRow>"
            f"<MaxTileRow>{bottom}</MaxTileRow><MinTileCol>{left}</MinTileCol><MaxTileCol>{right}</MaxTileCol>"
            "</TileMatrixLimits>"
        )
    return _element("TileMatrixSetLimits", *limits)


def _box(tag: str, lower: tuple[float, float], upper: tuple[float, float], **attributes: str) -> str:
    corners = [
        _text(f"ows:{name}", f"{x!r} {y!r}")
        for name, (x, y) in (("LowerCorner", lower), ("UpperCorner", upper))
    ]
    return _element(tag, *corners, **attributes)


def _matrix_set(matrix_set: TileMatrixSet) -> str:
    parts = [
        _text("ows:Identifier", matrix_set.name),
        _text("ows:SupportedCRS", f"urn:ogc:def:crs:EPSG::{matrix_set.epsg}"),
    ]
    if matrix_set.name == WEB_MERCATOR:
        parts.append(_text("WellKnownScaleSet", "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible"))
    for matrix in matrix_set.matrices:
        values = {
            "ows:Identifier": matrix.name,
            "ScaleDenominator": repr(matrix.scale),
            "TopLeftCorner": f"{matrix.corner[0]!r} {matrix.corner[1]!r}",
            "TileWidth": TILE_SIZE,
            "TileHeight": TILE_SIZE,
            "MatrixWidth": matrix.columns,
            "MatrixHeight": matrix.rows,
        }
        parts.append(_element("TileMatrix", *(_text(tag, str(value)) for tag, value in values.items())))
    return _element("TileMatrixSet", *parts)


def _text(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"


def _element(tag: str, *content: str, **attributes: str) -> str:
    given = "".join(f" {name.replace('__', ':')}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{given}>{''.join(content)}</{tag}>" if content else f"<{tag}{given}/>"


def _document(root: str, *content: str, **attributes: str) -> bytes:
    spaces = {"xmlns": WMTS, "xmlns__ows": OWS, "xmlns__xlink": XLINK}
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n{_element(root, *content, **spaces, **attributes)}".encode()
    )
