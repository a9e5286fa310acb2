"""Routes of map tiles, thumbnails and TileJSON."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from server.http.documentation import documented
from server.http.errors import TileRangeError
from server.http.wire import json_reply, read_query
from server.representations.scene_version import VersionedScene
from server.schemas.queries import VersionQuery
from server.schemas.tiles import StretchQuery, TileJsonReply, TileQuery
from server.state import current_state
from server.tiles.drawing import EncodedImage, TileRequest
from server.tiles.media import MediaChoice
from server.tiles.replies import chosen_media, image_reply
from tiling.display.rendering import JPEG, PNG, WEBP, encode_image, is_opaque
from tiling.errors import GridError
from tiling.maptiles.pyramid import thumbnail
from tiling.maptiles.tile_sets import NativeTiles, OtherSceneTiles, TileSet, WebMercatorTiles

tiles = Blueprint("tiles", __name__, url_prefix="/tiles")

WEB_MERCATOR = "WebMercatorQuad"
IMAGE_TYPES = (PNG, JPEG, WEBP)

_TILE = "/<int:z>/<int:x>/<int:y>"
_SUFFIX = ".<any(png, jpg, webp):suffix>"
_ABOUT = (
    "The scene is named by its number or its key. Without a suffix or `format`, `Accept` decides: JPEG where "
    "every pixel is there, WebP or PNG with alpha elsewhere. Where the file can't be read, the tile is hatched "
    "and has the header `X-GeoEngine-Unreadable`."
)


@tiles.get(f"/<scene_id>/native{_TILE}", defaults={"suffix": None})
@tiles.get(f"/<scene_id>/native{_TILE}{_SUFFIX}")
@documented(
    "tiles",
    media_types=IMAGE_TYPES,
    query=TileQuery,
    problems=(404,),
    description="Level z = 0 is the whole scene in one tile, the last is native; column x from the left, row y "
    f"from the top. {_ABOUT}",
)
def native_tile(scene_id: str, z: int, x: int, y: int, suffix: str | None) -> Response:
    """Return a map tile of 256 x 256 px on the scene's own grid."""
    versioned = current_state().catalog.get(scene_id)
    return tile_reply([versioned], "native", NativeTiles(versioned.scene.grid), (z, x, y), suffix)


@tiles.get(f"/<scene_id>/{WEB_MERCATOR}{_TILE}", defaults={"suffix": None})
@tiles.get(f"/<scene_id>/{WEB_MERCATOR}{_TILE}{_SUFFIX}")
@documented(
    "tiles",
    media_types=IMAGE_TYPES,
    query=TileQuery,
    problems=(404,),
    description=f"OGC WebMercatorQuad; empty tiles beside the scene; TileJSON says which levels are of use. {_ABOUT}",
)
def web_mercator_tile(scene_id: str, z: int, x: int, y: int, suffix: str | None) -> Response:
    """Return a map tile of 256 x 256 px in Web Mercator (EPSG:3857)."""
    versioned = current_state().catalog.get(scene_id)
    return tile_reply([versioned], WEB_MERCATOR, web_mercator_tiles(versioned), (z, x, y), suffix)


@tiles.get(f"/<scene_id>/on/<other_id>{_TILE}", defaults={"suffix": None})
@tiles.get(f"/<scene_id>/on/<other_id>{_TILE}{_SUFFIX}")
@documented(
    "tiles",
    media_types=IMAGE_TYPES,
    query=TileQuery,
    problems=(404,),
    description=f"For showing one over the other: the same z, x, y are the same place. {_ABOUT}",
)
def tile_on_other(scene_id: str, other_id: str, z: int, x: int, y: int, suffix: str | None) -> Response:
    """Return a map tile of this scene on another scene's own grid."""
    catalog = current_state().catalog
    versioned, other = catalog.get(scene_id), catalog.get(other_id)
    try:
        tileset = OtherSceneTiles(versioned.scene.grid, other.scene.grid)
    except GridError as error:
        raise TileRangeError(
            f"Scene {versioned.scene.key!r} cannot be shown on {other.scene.key!r}: {error}"
        ) from error
    return tile_reply([versioned, other], f"on-{other.version}", tileset, (z, x, y), suffix)


@tiles.get(f"/<scene_id>/{WEB_MERCATOR}/tilejson.json")
@documented(
    "tiles",
    response=TileJsonReply,
    query=StretchQuery,
    problems=(404,),
    description="The query goes on to the tiles.",
)
def tilejson(scene_id: str) -> Response:
    """Return the TileJSON of a scene."""
    versioned = current_state().catalog.get(scene_id)
    query = read_query(StretchQuery)
    current_state().stretches.of(versioned, TileQuery(**query.model_dump()))
    coverage = web_mercator_tiles(versioned).coverage
    assert coverage is not None
    given = query.model_dump(exclude_none=True) | {"v": versioned.version}
    west, south, east, north = coverage.bounds
    address = (
        f"{request.host_url}tiles/{versioned.scene.id}/{WEB_MERCATOR}/{{z}}/{{x}}/{{y}}?{urlencode(given)}"
    )
    return json_reply(
        TileJsonReply(
            name=versioned.scene.name,
            tiles=[address],
            minzoom=coverage.min_zoom,
            maxzoom=coverage.max_zoom,
            bounds=coverage.bounds,
            center=((west + east) / 2, (south + north) / 2, coverage.min_zoom),
        )
    )


@tiles.get("/<scene_id>/thumbnail")
@documented("tiles", media_types=IMAGE_TYPES, query=VersionQuery)
def scene_thumbnail(scene_id: str) -> Response:
    """Return a thumbnail of a scene."""
    state = current_state()
    versioned = state.catalog.get(scene_id)
    media, negotiated = chosen_media(None)

    def draw() -> EncodedImage:
        with state.drawer.opened(versioned.scene, "the thumbnail") as raster:
            rgba = thumbnail(raster, versioned.scene.stretch)
        return EncodedImage(encode_image(rgba, media.opaque if is_opaque(rgba) else media.partial))

    what = f"thumbnail {_media_text(media)}"
    return image_reply([versioned], read_query(VersionQuery).v, what, negotiated, draw)


def tile_reply(
    scenes: list[VersionedScene],
    name: str,
    tileset: TileSet,
    tile: tuple[int, int, int],
    suffix: str | None,
    query: TileQuery | None = None,
) -> Response:
    """Return one tile in the stretch and media type of the request.

    Args:
        scenes: The scene that is shown, and those whose grids it is shown on.
        name: Of the tile set, for cache keys.
        tileset: The tile set.
        tile: z, x, y.
        suffix: Of the address, or None.
        query: None to read it from the request.
    """
    state = current_state()
    query = query or read_query(TileQuery)
    media, negotiated = chosen_media(suffix or query.format)
    stretch = state.stretches.of(scenes[0], query)
    wanted = TileRequest(scenes[0], name, tileset, *tile, stretch.stretch, stretch.key, media)
    z, x, y = tile
    what = f"{name} {z}/{x}/{y} {stretch.key} {_media_text(media)}"
    return image_reply(scenes, query.v, what, negotiated, lambda: state.drawer.tile(wanted))


def web_mercator_tiles(versioned: VersionedScene) -> WebMercatorTiles:
    """Return a scene's tiles in Web Mercator.

    Raises:
        TileRangeError: The scene cannot be shown there.
    """
    try:
        return WebMercatorTiles(versioned.scene.grid)
    except GridError as error:
        raise TileRangeError(f"Scene {versioned.scene.key!r} has no {WEB_MERCATOR} tiles: {error}") from error


def _media_text(media: MediaChoice) -> str:
    return f"{media.opaque} {media.partial}"
