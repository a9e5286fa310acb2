"""Routes of the project's scenes."""

from __future__ import annotations

from flask import Blueprint, Response

from geoengine.model import pairs_of
from geoengine.store.view import StoreView
from server.http.documentation import documented
from server.http.wire import json_reply, read_query
from server.representations.scene_json import (
    activity_by_scene,
    completion_reply,
    counts_by_scene,
    pair_reply,
    scene_detail,
    scene_summary,
    whole_of,
)
from server.schemas.scenes import CompletionReply, HistogramReply, PairsReply, SceneReply, ScenesReply
from server.schemas.tiles import HistogramQuery
from server.state import current_state
from server.tiles.histograms import histogram_reply

scenes = Blueprint("scenes", __name__, url_prefix="/api/scenes")


@scenes.get("")
@documented("scenes", response=ScenesReply)
def get_scenes() -> Response:
    """List all scenes."""
    state = current_state()
    listed = state.catalog.all()
    with state.store.reading() as view:
        counts, held = counts_by_scene(view.counts()), _completions(view)
        open_pins = view.open_pins()
        activity = activity_by_scene(state.activity.of(view, [one.scene.id for one in listed]))
    return json_reply(
        {
            "scenes": [
                scene_summary(
                    one,
                    counts.get(number),
                    activity.get(number),
                    whole_of(held.get(number, ())),
                    open_pins.get(number, 0),
                )
                for one in listed
                for number in [one.scene.id]
            ]
        }
    )


@scenes.get("/<int:scene_id>")
@documented("scenes", response=SceneReply)
def get_scene(scene_id: int) -> Response:
    """Return one scene with its grid and its map tiles."""
    state = current_state()
    with state.store.reading() as view:
        scene, counts = view.scene(scene_id), counts_by_scene(view.counts(scene_id))
        held = _completions(view, scene_id).get(scene_id, [])
        open_pins = view.open_pins().get(scene_id, 0)
        activity = activity_by_scene(state.activity.of(view, [scene_id])).get(scene_id)
    return json_reply(scene_detail(state.catalog.of(scene), counts.get(scene_id), activity, held, open_pins))


@scenes.get("/<int:scene_id>/histogram")
@documented(
    "scenes",
    response=HistogramReply,
    query=HistogramQuery,
    description="The values are read reduced to 768 px a side. Limits for a stretch to what is in view are `p2` and "
    "`p98`: as `range:LOW,HIGH,…`, a pair for each channel, they are `limits` of tiles.",
)
def get_histogram(scene_id: int) -> Response:
    """Count the values of a part of a scene in the bands that are shown."""
    query = read_query(HistogramQuery)
    state = current_state()
    versioned = state.catalog.get(str(scene_id))
    return json_reply(histogram_reply(versioned, query, state.stretches, state.drawer))


@scenes.get("/<int:scene_id>/pairs")
@documented("scenes", response=PairsReply)
def get_pairs(scene_id: int) -> Response:
    """List the scenes of the same ground on other dates."""
    with current_state().store.reading() as view:
        scene, others = view.scene(scene_id), view.scenes()
    catalog = current_state().catalog
    pairs = [
        pair_reply(pair, scene, catalog.of(pair.other(scene.id)).version)
        for pair in pairs_of(scene.id, others)
    ]
    return json_reply(PairsReply(pairs=pairs))


def _completions(view: StoreView, scene_id: int | None = None) -> dict[int, list[CompletionReply]]:
    """Return the completions that hold, by scene; of one scene, or of all."""
    classes = [label_class.key for label_class in view.classes()]
    held = view.complete_parts(scene_id)
    return {number: [completion_reply(one, classes) for one in said] for number, said in held.items()}
