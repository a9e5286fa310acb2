"""Routes of reference layers: which there are, and what of one lies in view."""

from __future__ import annotations

from flask import Blueprint, Response
from shapely.geometry import mapping

from geoengine.errors import NotFoundError
from server.http.documentation import documented
from server.http.errors import FieldError, QueryError
from server.http.wire import json_reply, read_query
from server.schemas.layers import LayerReply, LayersReply, LayerViewQuery, LayerViewReply
from server.state import current_state
from tiling.vectors.reference_layer import read_layers, view_layer

layers = Blueprint("layers", __name__, url_prefix="/api")


@layers.get("/layers")
@documented("layers", response=LayersReply)
def get_layers() -> Response:
    """List the project's reference layers."""
    found = read_layers(current_state().project.layers_dir)
    return json_reply(
        LayersReply(layers=[LayerReply(key=one.key, name=one.name, count=one.count) for one in found])
    )


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
    if all(one.key != key for one in read_layers(state.project.layers_dir)):
        raise NotFoundError(f"layer {key!r} is not in the project; it may have been removed")
    view = view_layer(state.project.layers_dir / key, scene.grid, query.extent, query.resolution)
    return json_reply(
        LayerViewReply(geometries=[mapping(geometry) for geometry in view.geometries], total=view.total)
    )
