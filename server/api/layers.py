"""Routes of reference layers: which there are, and what of one lies in view."""

from __future__ import annotations

import logging
from typing import Literal

import numpy as np
from flask import Blueprint, Response, request
from shapely.geometry import mapping

from geoengine.errors import NotFoundError
from geoengine.model import Bounds, FeatureFilter, FeatureState, Scene, scenes_over
from server.http.documentation import documented
from server.http.errors import FieldError, QueryError, TileRangeError, TileUnreadableError
from server.http.wire import json_reply, read_query
from server.representations.scene_json import scene_tiles_address
from server.representations.scene_version import VersionedScene
from server.schemas.layers import (
    LayerReply,
    LayersReply,
    LayerViewQuery,
    LayerViewReply,
    SceneLayerReply,
    SceneLayersReply,
)
from server.schemas.queries import VersionQuery
from server.state import current_state
from server.tiles.media import media_type
from server.tiles.replies import IMMUTABLE, REVALIDATE, chosen_media
from tiling.arrays import Geometries
from tiling.display.rendering import JPEG, PNG, WEBP
from tiling.errors import GridError, TileArchiveError, WindowError
from tiling.vectors.reference_layer import (
    MOST_FEATURES,
    TILES,
    VECTORS,
    LayerView,
    ReferenceLayer,
    read_layers,
    view_geometries,
    view_layer,
)

log = logging.getLogger(__name__)

_OBJECTS = "objects:"
_BESIDE = "It has no tiles over this scene, or only much finer ones."
IMAGE_TYPES = (PNG, JPEG, WEBP)
Kind = Literal["vectors", "tiles"]

layers = Blueprint("layers", __name__, url_prefix="/api")


@layers.get("/layers")
@documented("layers", response=LayersReply)
def get_layers() -> Response:
    """List the project's reference layers."""
    found = read_layers(current_state().project.layers_dir)
    return json_reply(LayersReply(layers=[_layer_reply(one) for one in found]))


@layers.get("/scenes/<int:scene_id>/layers")
@documented("layers", response=SceneLayersReply, problems=(404,))
def get_scene_layers(scene_id: int) -> Response:
    """List what can be shown with a scene: the project's layers, and other scenes of the same ground."""
    state = current_state()
    versioned = state.catalog.get(str(scene_id))
    found = [_on_scene(one, versioned) for one in read_layers(state.project.layers_dir)]
    by_id = {other.scene.id: other for other in state.catalog.all()}
    over = scenes_over(versioned.scene, [other.scene for other in by_id.values()])
    others = [by_id[scene.id] for scene in sorted(over, key=lambda scene: scene.name.casefold())]
    beside = [layer for other in others for layer in _of_scene(other, scene_id)]
    return json_reply(SceneLayersReply(layers=found + beside))


@layers.get("/scenes/<int:scene_id>/layers/<key>/<int:z>/<int:x>/<int:y>")
@documented(
    "layers",
    media_types=IMAGE_TYPES,
    query=VersionQuery,
    problems=(404,),
    description="On the tile grid of the scene (`/tiles/{scene_id}/native`); transparent where the layer has nothing, "
    "hatched where its archive is damaged.",
)
def get_layer_tile(scene_id: int, key: str, z: int, x: int, y: int) -> Response:
    """Return a map tile of a layer of tiles."""
    state = current_state()
    versioned, layer = state.catalog.get(str(scene_id)), _layer(key)
    if layer.kind != TILES:
        raise NotFoundError(f"layer {key!r} holds features, expected one of map tiles")
    media, _ = chosen_media(None)
    try:
        version = state.layer_tiles.version(layer, versioned)
        etag = f"{version}-{z}-{x}-{y}-{media.opaque}-{media.partial}".replace("image/", "")
        if request.if_none_match.contains_weak(etag):
            return Response(status=304)
        image = state.layer_tiles.tile(layer, versioned, (z, x, y), media)
    except (WindowError, GridError) as error:
        raise TileRangeError(f"Layer {key!r} on scene {versioned.scene.key!r}: {error}") from error
    except TileArchiveError as error:
        log.warning("layer %s: %s", key, error)
        raise TileUnreadableError(
            f"Layer {key!r} cannot be read: its archive is missing or damaged."
        ) from error
    reply = Response(image.data, mimetype=media_type(image.data))
    if image.is_marked:
        reply.headers["Cache-Control"] = "no-store"
        return reply
    reply.set_etag(etag)
    reply.headers["Cache-Control"] = IMMUTABLE if read_query(VersionQuery).v == version else REVALIDATE
    reply.headers["Vary"] = "Accept"
    return reply


@layers.get("/scenes/<int:scene_id>/layers/<key>")
@documented(
    "layers",
    response=LayerViewReply,
    query=LayerViewQuery,
    problems=(404,),
    description="The geometries are for being drawn, not for being measured: they are clipped a tenth of the part "
    "beyond its edges, and moved by up to half a pixel.",
)
def get_layer_view(scene_id: int, key: str) -> Response:
    """Return what of a reference layer lies in a part of a scene."""
    state = current_state()
    query = read_query(LayerViewQuery)
    left, bottom, right, top = query.extent
    if not (left < right and bottom < top):
        message = f"got {list(query.extent)}, expected minx,miny,maxx,maxy with minx < maxx and miny < maxy"
        raise QueryError(f"extent: {message}", [FieldError("extent", message)])
    scene = state.catalog.get(str(scene_id)).scene
    if key.startswith(_OBJECTS):
        view = _objects(state.catalog.get(key.removeprefix(_OBJECTS)).scene, scene, query)
        return json_reply(
            LayerViewReply(geometries=[mapping(geometry) for geometry in view.geometries], total=view.total)
        )
    if _layer(key).kind != VECTORS:
        raise NotFoundError(f"layer {key!r} holds map tiles, expected one of features")
    view = view_layer(state.project.layers_dir / key, scene.grid, query.extent, query.resolution)
    return json_reply(
        LayerViewReply(geometries=[mapping(geometry) for geometry in view.geometries], total=view.total)
    )


def _of_scene(other: VersionedScene, scene_id: int) -> list[SceneLayerReply]:
    """Return the imagery of another scene, and its accepted objects, as layers."""
    scene = other.scene
    return [
        SceneLayerReply(
            key=f"scene:{scene.id}",
            name=scene.name,
            kind="scene",
            tiles=scene_tiles_address(scene, scene_id, other.version),
            marking=scene.marking,
            min_level=0,
            problem=None,
        ),
        SceneLayerReply(
            key=f"{_OBJECTS}{scene.id}",
            name=f"Objects of {scene.name}",
            kind="vectors",
            tiles=None,
            marking=scene.marking,
            min_level=0,
            problem=None,
        ),
    ]


def _objects(other: Scene, scene: Scene, query: LayerViewQuery) -> LayerView:
    """Return the accepted objects of another scene in a part of this one."""
    crs = other.grid.crs
    if crs is None:
        return LayerView(np.empty(0, dtype=object), 0)

    def find(box: Bounds) -> tuple[Geometries, int]:
        keep = FeatureFilter(states=(FeatureState.ACCEPTED,))
        with current_state().store.reading() as view:
            found = view.columns(other.id, box, keep, MOST_FEATURES)
        return found.geometry, found.total

    return view_geometries(find, crs, scene.grid, query.extent, query.resolution)


def _layer(key: str) -> ReferenceLayer:
    for one in read_layers(current_state().project.layers_dir):
        if one.key == key:
            return one
    raise NotFoundError(f"layer {key!r} is not in the project; it may have been removed")


def _layer_reply(layer: ReferenceLayer) -> LayerReply:
    kind: Kind = "tiles" if layer.kind == TILES else "vectors"
    return LayerReply(key=layer.key, name=layer.name, kind=kind, count=layer.count)


def _on_scene(layer: ReferenceLayer, versioned: VersionedScene) -> SceneLayerReply:
    level, address, problem = 0, None, None
    if layer.kind == TILES:
        tiles = current_state().layer_tiles
        try:
            first = tiles.first_level(layer, versioned.scene.grid)
            level, problem = first or 0, _BESIDE if first is None else None
            version = tiles.version(layer, versioned)
        except TileArchiveError as error:
            log.warning("layer %s: %s", layer.key, error)
            problem = "Its archive is missing or damaged."
        if problem is None:
            address = f"/api/scenes/{versioned.scene.id}/layers/{layer.key}/{{z}}/{{x}}/{{y}}?v={version}"
    said = _layer_reply(layer)
    return SceneLayerReply(
        key=said.key,
        name=said.name,
        kind=said.kind,
        marking=None,
        tiles=address,
        min_level=level,
        problem=problem,
    )
