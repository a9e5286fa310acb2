"""Route of how fast people decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from geoengine.errors import InvalidValueError
from geoengine.model import moment_of
from geoengine.model.activity import an_hour
from server.http.documentation import documented
from server.http.wire import json_reply, read_query
from server.schemas.pace import PaceQuery, PaceReply, PersonPaceReply
from server.state import current_state

LONGEST = timedelta(days=31)

pace = Blueprint("pace", __name__, url_prefix="/api")


@pace.get("/pace")
@documented(
    "project",
    response=PaceReply,
    query=PaceQuery,
    problems=(422,),
    description="Counted from the history: proposals that a person accepted or rejected, unless that was taken back.",
)
def get_pace() -> Response:
    """Count the decisions of people since some time."""
    since = read_query(PaceQuery).since
    earliest = moment_of((datetime.now(UTC) - LONGEST).isoformat())
    if since < earliest:
        raise InvalidValueError(f"since is {since}, expected {earliest} or later: 31 days at most", "since")
    paces = current_state().activity.paces(since)
    return json_reply(
        PaceReply(
            since=since,
            decided=sum(one.decided for one in paces),
            at_once=sum(one.at_once for one in paces),
            an_hour=an_hour(paces),
            people=[
                PersonPaceReply(
                    author=one.author,
                    decided=one.decided,
                    at_once=one.at_once,
                    active_s=one.active_s,
                    an_hour=an_hour([one]),
                )
                for one in paces
            ],
        )
    )
