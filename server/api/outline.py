"""Route of click-to-outline: outlines proposed for a prompt; nothing is stored."""

from __future__ import annotations

from flask import Blueprint, Response
from shapely.geometry import mapping

from server.http.documentation import documented
from server.http.wire import json_reply, read_body
from server.outlines.outliner import similar_areas, to_prompt
from server.schemas.outline import OutlineBody, OutlinesReply
from server.state import current_state

outline = Blueprint("outline", __name__, url_prefix="/api")


@outline.post("/scenes/<int:scene_id>/outline")
@documented(
    "features",
    response=OutlinesReply,
    body=OutlineBody,
    problems=(404, 409, 503),
    description="At least one point or a box. With a class, accepted objects of it nearby tell how large it may be. "
    "A scene whose raster was replaced since it was registered is refused with 409. "
    "Nothing is stored: the outline that is taken is committed like one "
    "that was drawn. One is computed at a time; who comes when one waits already gets 503 with `Retry-After`.",
)
def post_outline(scene_id: int) -> Response:
    """Propose outlines for a prompt."""
    state = current_state()
    versioned = state.catalog.get(str(scene_id))
    body = read_body(OutlineBody)
    prompt = to_prompt(body.points, body.negative, body.box)
    areas: list[float] = []
    if body.class_key is not None:
        with state.store.reading() as view:
            areas = similar_areas(view, versioned.scene, prompt, body.class_key)
    found = state.outliner.outline(versioned, prompt, areas)
    outlines = [
        {"geometry": mapping(outline.polygon), "quality": outline.quality} for outline in found.outlines
    ]
    return json_reply(
        {
            "outlines": outlines,
            "method": found.method,
            "elapsed_ms": found.elapsed_ms,
            "note": found.note,
        }
    )
