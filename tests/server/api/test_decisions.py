"""Decisions on all proposals of an area and filter, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from geoengine.model import Scene

Json = dict[str, Any]
Problem = Callable[..., Json]


def box(first: int, last: int) -> str:
    """Return the bbox of the squares of 20 px at columns 100 * first … 100 * last."""
    return f"{300_000 + 50 * first},3049970,{300_005 + 50 * last},3049995"


def test_all_proposals_in_view_are_decided_and_taken_back(
    client: FlaskClient, scene: Scene, labeler: Any, make_id: Callable[[], str], problem: Problem
) -> None:
    drawn = [labeler.create(100 * n, 20, state="proposed") for n in range(3)]
    labeler.update(drawn[0], state="rejected")
    url = f"/api/scenes/{scene.id}"
    found = client.get(f"{url}/uids?bbox={box(0, 1)}").json
    assert found == {
        "uids": [one["id"] for one in drawn[:2]],
        "proposed": 1,
        "accepted": 0,
        "rejected": 1,
        "changeset": 4,
    }
    assert client.get(f"{url}/uids?limit=1&state=proposed").json["uids"] == [drawn[1]["id"]]
    assert client.get(f"{url}/uids?scored=true").json["uids"] == []
    body = {"token": make_id(), "author": "ben", "state": "accepted", "seen": found["changeset"]}
    reply = client.post(f"{url}/decisions?bbox={box(0, 1)}", json=body).json
    assert reply == {"changeset": 5, "replayed": False, "decided": 1, "newer": 0, "left": 1}
    assert client.post(f"{url}/decisions?bbox={box(0, 1)}", json=body).json == {**reply, "replayed": True}
    problem(client.post(f"{url}/decisions", json=body), 422, "token-reuse")
    detail = client.get(f"/api/features/{drawn[1]['id']}").json
    assert [step["author"] for step in detail["history"]] == ["ben", "ben"]
    assert detail["feature"]["properties"]["state"] == "accepted"
    back = client.post(f"{url}/decisions/5/undo", json={"token": make_id()}).json
    assert (back["changeset"], back["decided"]) == (6, 1)
    assert client.get(f"{url}/uids").json["proposed"] == 2


def test_decisions_that_cannot_be(
    still_client: FlaskClient, scene: Scene, make_id: Callable[[], str], problem: Problem
) -> None:
    url = f"/api/scenes/{scene.id}/decisions"
    body = {"token": make_id(), "state": "accepted", "seen": 0}
    problem(still_client.post("/api/scenes/77/decisions", json=body), 404, "not-found")
    problem(still_client.post(f"{url}/1/undo", json={"token": make_id()}), 404, "not-found")
    problem(still_client.post(f"{url}?class=ship", json=body), 400, "bad-query")
    problem(still_client.post(f"{url}?bbox=1,2,3", json=body), 400, "bad-query")
    problem(still_client.post(url, json={**body, "state": "proposed"}), 422, "invalid-body")
    problem(still_client.post(url, json={**body, "project": "another"}), 412, "other-project")
    assert still_client.post(url, json=body).json["changeset"] is None
