"""Pins, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from geoengine.model import Scene

Json = dict[str, Any]
Problem = Callable[..., Json]

ASKED: Json = {"uid": "pin-00000001", "x": 300_010.0, "y": 3_049_990.0, "text": " A road? ", "author": "ana"}


def test_a_pin_is_asked_changed_and_listed(client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/api/scenes/{scene.id}/pins"
    assert client.get(url).json == {"pins": []}
    made = client.post(url, json=ASKED).json
    assert (made["text"], made["state"], made["revision"], made["asked_by"]) == ("A road?", "open", 1, "ana")
    assert client.post(url, json=ASKED).json == made
    assert client.get("/api/scenes").json["scenes"][0]["open_pins"] == 1
    assert client.get(f"/api/scenes/{scene.id}").json["open_pins"] == 1
    resolved = client.post(url, json={**ASKED, "author": "ben", "state": "resolved", "revision": 1}).json
    assert client.get(url).json == {"pins": [resolved]}
    assert client.get("/api/scenes").json["scenes"][0]["open_pins"] == 0
    refused = problem(client.post(url, json={**ASKED, "text": "A wall?", "revision": 1}), 409, "pin-conflict")
    assert refused["pin"] == resolved
    assert "has revision 2 by now, by ben" in refused["detail"]
    client.post(url, json={**ASKED, "state": "removed", "revision": 2})
    assert client.get(url).json == {"pins": []}
    assert client.post(url, json={**ASKED, "revision": 3, "author": None}).json["author"] == "ana"


def test_requests_that_are_refused(client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/api/scenes/{scene.id}/pins"
    problem(client.get("/api/scenes/77/pins"), 404, "not-found")
    problem(client.post("/api/scenes/77/pins", json=ASKED), 404, "not-found")
    problem(client.post(url, json={**ASKED, "revision": 4}), 404, "not-found")
    problem(client.post(url, json={**ASKED, "project": "another"}), 412, "other-project")
    off = problem(client.post(url, json={**ASKED, "x": 0.0}), 422, "invalid-value")
    assert "expected a place on scene town" in off["detail"]
    for wrong in (
        {"text": "  "},
        {"text": "a\nb"},
        {"text": "x" * 501},
        {"state": "done"},
        {"uid": "x"},
        {"z": 1},
    ):
        problem(client.post(url, json={**ASKED, **wrong}), 422, "invalid-body")
    problem(client.post(url, json={**ASKED, "state": "resolved"}), 422, "invalid-value")
    assert client.get(url).json == {"pins": []}
