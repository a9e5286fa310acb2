"""Routes of WMTS 1.0.0 for QGIS, GDAL and others: by key and value pairs, and by addresses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from geoengine.errors import NotFoundError
from server.api.tiles import IMAGE_TYPES, tile_reply, web_mercator_tiles
from server.http.documentation import documented
from server.http.errors import TileRangeError
from server.representations.scene_version import VersionedScene
from server.schemas.tiles import TileQuery
from server.state import current_state
from server.tiles.matrices import WEB_MERCATOR, native_set
from server.tiles.media import SUFFIXES
from server.tiles.wmts import exception_report
from tiling.maptiles.tile_sets import NativeTiles

wmts = Blueprint("wmts", __name__)

XML = "application/xml"
_SUFFIX_OF = {media_type: suffix for suffix, media_type in SUFFIXES.items()}


class WmtsError(Exception):
    """An invalid request by key and value pairs; the reply is an exception report."""

    def __init__(self, code: str, locator: str, message: str) -> None:
        """Make an error with the code and locator of OGC 06-121r3, table 27."""
        super().__init__(message)
        self.code = code
        self.locator = locator


@wmts.get("/wmts")
@documented(
    "wmts",
    media_types=(XML, *IMAGE_TYPES),
    problems=(400,),
    description="Without a query, or with `REQUEST=GetCapabilities`, the capabilities; with `REQUEST=GetTile` "
    "and `LAYER`, `TILEMATRIXSET`, `TILEMATRIX`, `TILEROW`, `TILECOL`, `FORMAT` a tile. Mistakes in a query are "
    "answered with an OWS exception report.",
)
def wmts_service() -> Response:
    """Serve all scenes as WMTS 1.0.0."""
    given = {name.upper(): value for name, value in request.args.items()}
    try:
        return _answer(given)
    except WmtsError as error:
        return Response(exception_report(error.code, error.locator, str(error)), status=400, mimetype=XML)


@wmts.get("/tiles/<scene_id>/wmts.xml")
@documented("wmts", media_types=(XML,))
def scene_capabilities(scene_id: str) -> Response:
    """Return the WMTS 1.0.0 capabilities of one scene."""
    versioned = current_state().catalog.get(scene_id)
    return _capabilities([versioned])


@wmts.get(
    "/wmts/<scene_id>/<matrix_set>/<int:z>/<int:y>/<int:x>.<any(png, jpg, webp):suffix>",
)
@documented(
    "wmts",
    media_types=IMAGE_TYPES,
    query=TileQuery,
    description="The same tile as below `/tiles`, with the row before the column.",
)
def wmts_tile(scene_id: str, matrix_set: str, z: int, y: int, x: int, suffix: str) -> Response:
    """Return a map tile at the address that the WMTS capabilities give."""
    versioned = current_state().catalog.get(scene_id)
    if not _has_set(versioned, matrix_set):
        raise TileRangeError(f"Scene {versioned.scene.key!r} has no tile matrix set {matrix_set!r}.")
    return _tile(versioned, matrix_set, (z, x, y), suffix)


def _answer(given: Mapping[str, str]) -> Response:
    if given.get("SERVICE", "WMTS").upper() != "WMTS":
        raise WmtsError(
            "InvalidParameterValue", "service", f"SERVICE is {given['SERVICE']!r}; expected WMTS."
        )
    operation = given.get("REQUEST", "GetCapabilities").lower()
    if operation == "getcapabilities":
        return _capabilities(current_state().catalog.all())
    if operation != "gettile":
        message = f"REQUEST is {given['REQUEST']!r}; expected GetCapabilities or GetTile."
        raise WmtsError("OperationNotSupported", "request", message)
    return _tile_of_pairs(given)


def _tile_of_pairs(given: Mapping[str, str]) -> Response:
    def value(name: str) -> str:
        found = given.get(name, "")
        if not found:
            raise WmtsError("MissingParameterValue", name.lower(), f"{name} is missing.")
        return found

    def number(name: str) -> int:
        text = value(name)
        if not (text.isascii() and text.isdigit() and len(text) < 12):
            message = f"{name} is {text[:40]!r}; expected a whole number from 0 on."
            raise WmtsError("InvalidParameterValue", name.lower(), message)
        return int(text)

    media_type = value("FORMAT")
    if media_type not in _SUFFIX_OF:
        message = f"FORMAT is {media_type[:40]!r}; expected one of {', '.join(_SUFFIX_OF)}."
        raise WmtsError("InvalidParameterValue", "format", message)
    try:
        versioned = current_state().catalog.get(value("LAYER"))
    except NotFoundError as error:
        raise WmtsError("InvalidParameterValue", "layer", f"{error}.") from error
    matrix_set = value("TILEMATRIXSET")
    if not _has_set(versioned, matrix_set):
        message = f"Layer {versioned.scene.key!r} has no tile matrix set {matrix_set[:60]!r}."
        raise WmtsError("InvalidParameterValue", "tilematrixset", message)
    tile = number("TILEMATRIX"), number("TILECOL"), number("TILEROW")
    try:
        return _tile(versioned, matrix_set, tile, _SUFFIX_OF[media_type], by_pairs=True)
    except TileRangeError as error:
        raise WmtsError("TileOutOfRange", "tilecol", str(error)) from error


def _has_set(versioned: VersionedScene, matrix_set: str) -> bool:
    if matrix_set == WEB_MERCATOR:
        return True
    native = native_set(versioned.scene)
    return native is not None and native.name == matrix_set


def _tile(
    versioned: VersionedScene,
    matrix_set: str,
    tile: tuple[int, int, int],
    suffix: str,
    *,
    by_pairs: bool = False,
) -> Response:
    query = TileQuery.model_validate({}) if by_pairs else None
    if matrix_set == WEB_MERCATOR:
        return tile_reply([versioned], WEB_MERCATOR, web_mercator_tiles(versioned), tile, suffix, query)
    return tile_reply([versioned], "native", NativeTiles(versioned.scene.grid), tile, suffix, query)


def _capabilities(scenes: list[VersionedScene]) -> Response:
    state = current_state()
    document = state.capabilities.get(scenes, state.project.name, request.host_url)
    return Response(document, mimetype=XML)
