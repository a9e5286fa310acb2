"""Routes that add reference layers from allowed folders, and take them out."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Blueprint, Response

from geoengine.confined import confined
from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.tasks.layers import add_layer, list_layers, remove_layer
from server.api.changesets import check_project
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.schemas.changesets import AuthoredBody
from server.schemas.imagery import ImageryQuery
from server.schemas.layers import AddLayerBody, LayerFileReply, LayerFilesReply, LayerReply
from server.state import current_state
from tiling.archives.opening import SUFFIXES as TILE_SUFFIXES
from tiling.archives.tile_folder import is_tile_folder
from tiling.errors import TileArchiveError, VectorReadError
from tiling.vectors.open_file import SUFFIXES as VECTOR_SUFFIXES
from tiling.vectors.reference_layer import ReferenceLayer

log = logging.getLogger(__name__)

layer_files = Blueprint("layer_files", __name__, url_prefix="/api/layers")

_SUFFIXES = (*VECTOR_SUFFIXES, *TILE_SUFFIXES, ".zip")


@layer_files.get("/files")
@documented("layers", response=LayerFilesReply, query=ImageryQuery, problems=(404,))
def get_layer_files() -> Response:
    """List subfolders, vector files and archives of map tiles of an allowed folder."""
    query, state = read_query(ImageryQuery), current_state()
    try:
        listing = state.folders.listing(
            query.folder, query.path, lambda name: name.lower().endswith(_SUFFIXES)
        )
    except OSError as error:
        raise NotFoundError(
            f"{query.path or query.folder!r} cannot be read by the server: {error.strerror or error}"
        ) from error
    here = confined(state.folders.find(query.folder), query.path)
    return json_reply(
        LayerFilesReply(
            folders=list(listing.folders),
            tile_folders=[name for name in listing.folders if is_tile_folder(here / name)],
            files=[LayerFileReply(name=file.name, size=file.size) for file in listing.files],
            left_out=listing.left_out,
        )
    )


@layer_files.post("")
@documented("layers", response=LayerReply, body=AddLayerBody, problems=(404, 412))
def post_layer() -> Response:
    """Add a vector file, or an archive of map tiles, of an allowed folder."""
    body, state = read_body(AddLayerBody), current_state()
    _check(body)
    path = confined(state.folders.find(body.folder), body.path)
    if not body.path or not path.exists():
        raise NotFoundError(
            f"there is no {body.path[:200]!r} in {body.folder!r}, expected a file that lies in it"
        )
    try:
        added = add_layer(state.project, path.resolve(), name=body.name or Path(body.path).stem)
    except (VectorReadError, TileArchiveError) as error:
        # Where the folder is on the server is not told.
        said = str(error).replace(str(path.resolve()), Path(body.path).name)
        raise InvalidValueError(said, "path") from error
    return json_reply(_reply(added))


@layer_files.post("/<key>/remove")
@documented("layers", response=LayerReply, body=AuthoredBody, problems=(404, 412))
def post_layer_removal(key: str) -> Response:
    """Take a layer out of the project; the file that it was read from stays."""
    _check(read_body(AuthoredBody))
    project = current_state().project
    if all(one.key != key for one in list_layers(project)):
        raise NotFoundError(f"layer {key[:200]!r} is not in the project; it may have been removed")
    removed = remove_layer(project, key)
    log.info("layer %s removed", key)
    return json_reply(_reply(removed))


def _check(body: AuthoredBody) -> None:
    state = current_state()
    state.store.check_writable()
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)


def _reply(layer: ReferenceLayer) -> LayerReply:
    return LayerReply.model_validate(
        {"key": layer.key, "name": layer.name, "kind": layer.kind, "count": layer.count}
    )
