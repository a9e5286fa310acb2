"""The scenes of the project."""

from __future__ import annotations

from flask import Blueprint, Response

from geoengine.model import pairs_of
from server.http.documentation import documented
from server.http.wire import json_reply
from server.representations.scene_json import counts_by_scene, pair_reply, scene_detail, scene_summary
from server.schemas.scenes import PairsReply, SceneReply, ScenesReply
from server.state import current_state

scenes = Blueprint("scenes", __name__, url_prefix="/api/scenes")


@scenes.get("")
@documented("scenes", response=ScenesReply)
def get_scenes() -> Response:
    """List all scenes."""
    store = current_state().store
    counts = counts_by_scene(store.counts())
    return json_reply(
        ScenesReply(scenes=[scene_summary(scene, counts.get(scene.id)) for scene in store.scenes()])
    )


@scenes.get("/<int:scene_id>")
@documented("scenes", response=SceneReply)
def get_scene(scene_id: int) -> Response:
    """Return one scene with its grid and its map tiles."""
    store = current_state().store
    scene = store.scene(scene_id)
    return json_reply(scene_detail(scene, counts_by_scene(store.counts(scene.id)).get(scene.id)))


@scenes.get("/<int:scene_id>/pairs")
@documented("scenes", response=PairsReply)
def get_pairs(scene_id: int) -> Response:
    """List the scenes of the same ground on other dates."""
    store = current_state().store
    scene = store.scene(scene_id)
    pairs = pairs_of(scene.id, store.scenes())
    return json_reply(PairsReply(pairs=[pair_reply(pair, scene) for pair in pairs]))
