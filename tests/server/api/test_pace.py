"""How many proposals people decided, by person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

Problem = Callable[..., dict[str, Any]]


def test_decisions_are_counted_by_person(client: FlaskClient, labeler: Any, other_labeler: Any) -> None:
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    empty = client.get("/api/pace", query_string={"since": since}).json
    assert (empty["decided"], empty["an_hour"], empty["people"]) == (0, None, [])
    proposals = [labeler.create(40 * n + 10, state="proposed") for n in range(3)]
    assert labeler.update(proposals[0], state="accepted").status_code == 200
    assert labeler.update(proposals[1], state="rejected").status_code == 200
    assert other_labeler.update(proposals[2], state="accepted").status_code == 200
    reply = client.get("/api/pace", query_string={"since": since}).json
    assert (reply["decided"], reply["at_once"], reply["an_hour"]) == (3, 0, None)
    ben, carla = reply["people"]
    assert (ben["author"], ben["decided"], ben["an_hour"]) == ("ben", 2, None)
    assert 0 <= ben["active_s"] < 300
    assert (carla["author"], carla["decided"], carla["active_s"]) == ("carla", 1, 0)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert client.get("/api/pace", query_string={"since": later}).json["decided"] == 0


@pytest.mark.parametrize("query", [{}, {"since": "yesterday"}, {"since": "2000-01-01"}, {"until": "now"}])
def test_unfit_queries(still_client: FlaskClient, problem: Problem, query: dict[str, str]) -> None:
    reply = still_client.get("/api/pace", query_string=query)
    assert "since" in reply.text or "until" in reply.text
    if query == {"since": "2000-01-01"}:
        problem(reply, 422, "invalid-value")
    else:
        problem(reply, 400, "bad-query")
