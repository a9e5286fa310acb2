"""Routes of seen and complete ground of a scene."""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from geoengine.model import GroundCells
from geoengine.model.ground_cells import run_lengths
from geoengine.store.view import StoreView
from geoengine.tasks.scenes.completeness import say_complete, whole_cells
from server.api.changesets import check_project
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.representations.scene_json import areas_of, completion_reply, whole_of
from server.schemas.ground import (
    AddedReply,
    CompletionBody,
    CompletionsReply,
    SeenBody,
    SeenQuery,
    SeenReply,
)
from server.state import current_state
from tiling.grid.window import PixelWindow

log = logging.getLogger(__name__)

ground = Blueprint("ground", __name__, url_prefix="/api/scenes")


@ground.get("/<int:scene_id>/seen")
@documented("scenes", response=SeenReply, query=SeenQuery)
def get_seen(scene_id: int) -> Response:
    """Return which ground of a scene has been seen."""
    state = current_state()
    with state.store.reading() as view:
        scene, query = view.scene(scene_id), read_query(SeenQuery)
        seen = view.seen_ground(scene_id)
        mine = view.seen_ground(scene_id, query.author or state.author)
    cells = GroundCells(scene.grid.width, scene.grid.height)
    valid = state.ground.shares(state.catalog.of(scene))
    rows, cols = cells.shape
    return json_reply(
        {
            "cell_px": cells.side_px,
            "rows": rows,
            "cols": cols,
            "valid": run_lengths(valid > 0),
            "seen": run_lengths(seen),
            "mine": run_lengths(mine),
            "share": cells.share(seen, valid),
        }
    )


@ground.post("/<int:scene_id>/seen")
@documented(
    "scenes",
    response=AddedReply,
    body=SeenBody,
    problems=(403, 404, 412, 422, 507),
    description="What was seen stays seen; the same windows again are safe.",
)
def post_seen(scene_id: int) -> Response:
    """Add ground of a scene to what somebody has seen."""
    state, body = current_state(), read_body(SeenBody)
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
    windows = [
        PixelWindow.between(left, top, right, bottom)
        for left, top, right, bottom in body.windows
        if left < right and top < bottom
    ]
    return json_reply(AddedReply(added=state.store.add_seen(scene_id, body.author or state.author, windows)))


@ground.get("/<int:scene_id>/completion")
@documented("scenes", response=CompletionsReply)
def get_completion(scene_id: int) -> Response:
    """Return whether a scene is complete, which areas of it are, and who said so when."""
    with current_state().store.reading() as view:
        return _reply(view, scene_id)


@ground.post("/<int:scene_id>/completion")
@documented(
    "scenes",
    response=CompletionsReply,
    body=CompletionBody,
    problems=(403, 404, 409, 412, 422, 507),
    description="A scene or an area is complete for the classes that the project has then; later changes of objects do "
    "not undo it. Where less of its valid pixels has been seen than the project's `complete.min_seen`, it is refused "
    "with 409. An area grows to whole cells of seen ground.",
)
def post_completion(scene_id: int) -> Response:
    """Say that a scene or an area of it is complete, or take it back."""
    state, body = current_state(), read_body(CompletionBody)
    author = body.author or state.author
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
        scene = view.scene(scene_id)
    area = None if body.area is None else whole_cells(scene, PixelWindow.between(*body.area))
    valid, least = state.ground.shares(state.catalog.of(scene)), state.project.complete.min_seen
    say_complete(state.store, scene, body.complete, valid, author=author, least=least, area=area)
    log.info("scene %s, area %s: complete %s, by %s", scene.key, area, body.complete, author)
    with state.store.reading() as view:
        return _reply(view, scene_id)


def _reply(view: StoreView, scene_id: int) -> Response:
    history = view.completions(scene_id)
    keys = [label_class.key for label_class in view.classes()]
    held = [completion_reply(one, keys) for one in view.complete_parts(scene_id).get(scene_id, ())]
    return json_reply(
        CompletionsReply(
            complete=whole_of(held),
            areas=areas_of(held),
            share=_share(view, scene_id),
            min_seen=current_state().project.complete.min_seen,
            history=[completion_reply(one, keys) for one in history],
        )
    )


def _share(view: StoreView, scene_id: int) -> float:
    """Return which share of a scene's valid pixels has been seen."""
    state, scene = current_state(), view.scene(scene_id)
    valid = state.ground.shares(state.catalog.of(scene))
    return GroundCells(scene.grid.width, scene.grid.height).share(view.seen_ground(scene_id), valid)
