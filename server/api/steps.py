"""Route of what a person did on a scene."""

from __future__ import annotations

from flask import Blueprint, Response

from server.http.documentation import documented
from server.http.wire import json_reply, read_query
from server.schemas.steps import StepReply, StepsQuery, StepsReply
from server.state import current_state

steps = Blueprint("steps", __name__, url_prefix="/api")


@steps.get("/scenes/<int:scene_id>/steps")
@documented(
    "features",
    response=StepsReply,
    query=StepsQuery,
    description="Counted from the history; `GET /api/features/UID` has each revision of an object.",
)
def get_steps(scene_id: int) -> Response:
    """List the last steps of a person on a scene."""
    with current_state().store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with the query
        query = read_query(StepsQuery)
        found = view.steps(scene_id, query.author, query.limit)
    return json_reply(
        StepsReply(
            steps=[
                StepReply(
                    changeset=step.changeset,
                    time=step.time,
                    comment=step.comment,
                    counts={word.value: count for word, count in step.counts.items()},
                    bbox=step.bbox,
                    uids=list(step.uids),
                    deleted=list(step.deleted),
                )
                for step in found
            ]
        )
    )
