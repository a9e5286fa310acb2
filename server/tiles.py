"""Map tiles on each scene's own pixel grid: at the last level one tile pixel is one raster pixel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from flask import Blueprint, Response, request

from geoengine.model import Scene
from server.documentation import documented
from server.errors import TileRangeError, TileUnreadableError
from server.scene_json import scene_version
from server.schemas.queries import VersionQuery
from server.state import ServerState, current_state
from server.wire import read_query
from tiling.errors import RasterReadError
from tiling.picture import encode as encode_tile
from tiling.raster import Raster
from tiling.tiles import TilePyramid, render_tile, thumbnail

tiles = Blueprint("tiles", __name__, url_prefix="/tiles")

PNG = "image/png"
JPEG = "image/jpeg"
MEDIA_TYPES = {"png": PNG, "jpg": JPEG}
# A scene's version is in the address, so what was once sent for it never changes. `private`: imagery may
# carry a handling marking, so no cache between this server and the browser keeps it.
IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"

_TILE = "/<int:scene_id>/native/<int:z>/<int:x>/<int:y>"


@tiles.get(_TILE, defaults={"suffix": None})
@tiles.get(_TILE + ".<any(png, jpg):suffix>")
@documented(
    "A map tile of 256 x 256 px",
    "tiles",
    media_types=(PNG, JPEG),
    query=VersionQuery,
    problems=(404,),
    description="Level z = 0 is the whole scene in one tile, the last is native; column x from the left, row y "
    "from the top. Without a suffix it is JPEG where every pixel is there and PNG with alpha elsewhere.",
)
def tile(scene_id: int, z: int, x: int, y: int, suffix: str | None) -> Response:
    state = current_state()
    scene = state.store.scene(scene_id)
    check_range(scene, z, x, y)

    def draw() -> Drawn:
        with opened(state, scene, f"tile {z}/{x}/{y}") as raster:
            rgba = render_tile(raster, scene.stretch, z, x, y)
        return Drawn(rgba, MEDIA_TYPES[suffix] if suffix else best_media_type(rgba))

    return picture_reply(scene, f"{z}-{x}-{y}-{suffix}", draw)


@tiles.get("/<int:scene_id>/thumbnail")
@documented("A small picture of a whole scene", "tiles", media_types=(PNG, JPEG), query=VersionQuery)
def scene_thumbnail(scene_id: int) -> Response:
    state = current_state()
    scene = state.store.scene(scene_id)

    def draw() -> Drawn:
        with opened(state, scene, "the thumbnail") as raster:
            rgba = thumbnail(raster, scene.stretch)
        return Drawn(rgba, best_media_type(rgba))

    return picture_reply(scene, "thumbnail", draw)


@dataclass(frozen=True)
class Drawn:
    """A picture, (H, W, 4) uint8 RGBA, and the media type to send it as."""

    rgba: npt.NDArray[np.uint8]
    media_type: str


def best_media_type(rgba: npt.NDArray[np.uint8]) -> str:
    """JPEG where all of a (H, W, 4) picture is opaque, else PNG, which keeps the transparency."""
    return JPEG if bool((rgba[..., 3] == 255).all()) else PNG


def check_range(scene: Scene, z: int, x: int, y: int) -> None:
    """Refuse a tile that the scene's pyramid doesn't have.

    Raises:
        TileRangeError: Saying which there are.
    """
    pyramid = TilePyramid(scene.grid.width, scene.grid.height)
    if z > pyramid.max_zoom:
        raise TileRangeError(
            f"Scene {scene.key!r} has tile levels 0 to {pyramid.max_zoom}, level {z} was asked for."
        )
    columns, rows = pyramid.tile_counts(z)
    if x >= columns or y >= rows:
        raise TileRangeError(
            f"Level {z} of scene {scene.key!r} has {columns} x {rows} tiles, tile ({x}, {y}) was asked for."
        )


@contextmanager
def opened(state: ServerState, scene: Scene, what: str) -> Iterator[Raster]:
    """The scene's raster, open for this thread.

    Raises:
        TileUnreadableError: If it can't be opened, or not be read in the block; the cause, which names the file,
            goes to the log and not to the browser.
    """
    try:
        with state.rasters.open(state.project.raster_source(scene)) as raster:
            yield raster
    except RasterReadError as error:
        raise TileUnreadableError(
            f"Scene {scene.key!r} cannot be read for {what}: its file is missing or damaged there."
        ) from error


def picture_reply(scene: Scene, what: str, draw: Callable[[], Drawn]) -> Response:
    """A picture of a scene, or 304 where the browser has it; nothing is read or drawn for that."""
    asked = read_query(VersionQuery).v
    version = scene_version(scene)
    etag = f"{version}-{what}"
    if request.if_none_match.contains_weak(etag):
        reply = Response(status=304)
    else:
        drawn = draw()
        reply = Response(encode_tile(drawn.rgba, drawn.media_type), mimetype=drawn.media_type)
    reply.set_etag(etag)
    # An address with an old version shows the present picture, but must not keep it for ever.
    reply.headers["Cache-Control"] = IMMUTABLE if asked == version else REVALIDATE
    return reply
