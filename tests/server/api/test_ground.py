"""Seen and complete ground, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from geoengine.model import Scene

Json = dict[str, Any]
Problem = Callable[..., Json]


def test_what_is_seen_is_added_and_read(client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/api/scenes/{scene.id}/seen"
    before = client.get(url).json
    # 700 x 500 px, of which the last 100 columns have no pixels.
    assert (before["cell_px"], before["rows"], before["cols"]) == (16, 32, 44)
    assert before["valid"][:3] == [0, 38, 6]
    assert (before["seen"], before["share"]) == ([32 * 44], 0)
    body = {"author": "ben", "windows": [[0, 0, 304, 600], [0, 0, 300, 20], [10, 10, 5, 5]]}
    assert client.post(url, json=body).json == {"added": True}
    assert client.post(url, json=body).json == {"added": False}
    after = client.get(f"{url}?author=ben").json
    assert after["seen"] == after["mine"]
    assert after["seen"][:3] == [0, 19, 25]
    assert round(after["share"], 3) == round(304 / 600, 3)
    assert client.get(url).json["mine"] == [32 * 44]
    assert client.get(url, query_string={"author": " \uff42en "}).json["mine"] == after["mine"]  # a wide b
    assert client.get(url, query_string={"author": " "}).json["mine"] == [32 * 44]


def test_requests_that_are_refused(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/api/scenes/{scene.id}/seen"
    problem(still_client.get("/api/scenes/77/seen"), 404, "not-found")
    problem(still_client.post("/api/scenes/77/seen", json={"windows": []}), 404, "not-found")
    problem(still_client.get(url, query_string={"author": "a\nb"}), 400, "bad-query")
    problem(still_client.post(url, json={"windows": [[1, 2, 3]]}), 422, "invalid-body")
    problem(still_client.post(url, json={"windows": [[0, 0, 1, 2**40]]}), 422, "invalid-body")
    problem(still_client.post(url, json={"windows": [[0, 0, 9, 9]] * 2001}), 422, "invalid-body")
    problem(still_client.post(url, json={"windows": [], "project": "another"}), 412, "other-project")


def test_a_scene_is_complete_over_seen_ground_only(
    client: FlaskClient, scene: Scene, labeler: Any, problem: Problem
) -> None:
    url = f"/api/scenes/{scene.id}"
    word = {"complete": True, "author": "ana"}
    refused = problem(client.post(f"{url}/completion", json=word), 409, "not-seen")
    assert refused["detail"] == (
        "Scene 'town' cannot be complete yet: 0 % of its valid pixels have been seen at 1:1, expected 95 % or more"
    )
    client.post(f"{url}/seen", json={"author": "ben", "windows": [[0, 0, 584, 500]]})  # by anybody
    reply = client.post(f"{url}/completion", json=word).json
    assert reply["complete"]["author"] == "ana"
    assert round(reply["complete"]["share"], 3) == 0.96
    labeler.create(100, 20, state="accepted")  # a later change does not undo it
    assert client.get(url).json["complete"] == reply["complete"]
    assert client.get("/api/scenes").json["scenes"][0]["complete"]["missing"] == []
    taken = client.post(f"{url}/completion", json={"complete": False, "author": "ben"}).json
    assert taken["complete"] is None
    assert [(one["complete"], one["author"]) for one in taken["history"]] == [(True, "ana"), (False, "ben")]
    assert client.get(url).json["complete"] is None


def test_an_area_is_complete_over_seen_ground_only(
    client: FlaskClient, scene: Scene, problem: Problem
) -> None:
    url = f"/api/scenes/{scene.id}"
    client.post(f"{url}/seen", json={"author": "ben", "windows": [[0, 0, 320, 500]]})
    word = {"complete": True, "author": "ana", "area": [300, 5, 500, 100]}
    refused = problem(client.post(f"{url}/completion", json=word), 409, "not-seen")
    assert refused["detail"].startswith("This area of scene 'town' cannot be complete yet: 1")
    reply = client.post(f"{url}/completion", json={**word, "area": [20, 5, 200, 100]}).json
    assert (reply["complete"], [one["area"] for one in reply["areas"]]) == (None, [[16, 0, 208, 112]])
    assert client.get(url).json["complete_areas"] == reply["areas"]
    assert client.get(url).json["complete"] is None
    taken = client.post(f"{url}/completion", json={"complete": False, "area": [16, 0, 208, 112]}).json
    assert (taken["areas"], [one["complete"] for one in taken["history"]]) == ([], [True, False])
    beside = {**word, "area": [9000, 0, 9100, 50]}
    problem(client.post(f"{url}/completion", json=beside), 422, "invalid-value")
    problem(client.post(f"{url}/completion", json={**word, "area": [50, 0, 50, 9]}), 422, "invalid-body")
    problem(client.post(f"{url}/completion", json={**word, "area": [0, 0, 9]}), 422, "invalid-body")
