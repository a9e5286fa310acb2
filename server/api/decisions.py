"""Routes that decide on all proposals of an area and filter, without sending them to the client."""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from geoengine.model import BulkDecisionResult, FeatureState
from geoengine.model.limits import MAX_DECIDED
from geoengine.store.features.feature_query import FeatureQuery
from server.api.changesets import check_project
from server.api.features import kept
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.schemas.decisions import DecisionBody, DecisionReply, TakeBackBody
from server.schemas.queries import AreaQuery
from server.state import current_state

log = logging.getLogger(__name__)

decisions = Blueprint("decisions", __name__, url_prefix="/api")


@decisions.post("/scenes/<int:scene_id>/decisions")
@documented(
    "features",
    response=DecisionReply,
    query=AreaQuery,
    body=DecisionBody,
    problems=(403, 404, 412, 422, 507),
    description="One changeset; only open proposals are touched, and of those only what had been there when they were "
    f"counted (`seen`). At most {MAX_DECIDED:,}; more are refused with 422. The same token again is safe.",
)
def post_decision(scene_id: int) -> Response:
    """Accept or reject all proposals of an area and filter."""
    state = current_state()
    with state.store.reading() as view:
        view.scene(scene_id)  # 404 comes before what is wrong with query and body
        query, body = read_query(AreaQuery), read_body(DecisionBody)
        keep = kept(view, query)
        check_project(body.project, view.project_uuid(), state.project.name)
    result = state.store.decide_proposals(
        FeatureQuery(scene_id, query.bbox, keep),
        FeatureState(body.state),
        seen=body.seen,
        token=body.token,
        author=body.author or state.author,
    )
    return _reply(scene_id, result, body.state)


@decisions.post("/scenes/<int:scene_id>/decisions/<int:changeset>/undo")
@documented(
    "features",
    response=DecisionReply,
    body=TakeBackBody,
    problems=(403, 404, 412, 422, 507),
    description="Its features get the states from before, but for those that were changed since. This is a changeset "
    "of its own, which can be taken back in the same way.",
)
def undo_decision(scene_id: int, changeset: int) -> Response:
    """Take a decision on many proposals back."""
    state = current_state()
    body = read_body(TakeBackBody)
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
    result = state.store.take_back_decision(
        scene_id, changeset, token=body.token, author=body.author or state.author
    )
    return _reply(scene_id, result, f"changeset {changeset} taken back")


def _reply(scene_id: int, result: BulkDecisionResult, what: str) -> Response:
    if result.id is not None:
        current_state().write_back.mark(scene_id)
        log.info("changeset %d: %d features of scene %d, %s", result.id, result.decided, scene_id, what)
    return json_reply(
        {
            "changeset": result.id,
            "replayed": result.replayed,
            "decided": result.decided,
            "newer": result.newer,
            "left": result.left,
        }
    )
