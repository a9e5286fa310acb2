"""Bookmarks over HTTP: where an author left a scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from geoengine.model import Scene

Problem = Callable[..., Any]

STATE: dict[str, Any] = {
    "order": "least-sure",
    "reviewing": True,
    "filter": {
        "hidden_classes": ["tree"],
        "hidden_states": ["rejected"],
        "min_score": 0.25,
        "max_score": 1.0,
        "model": "",
        "author": "",
        "since": "2026-05-03",
        "until": "",
        "unsure": None,
        "noted": True,
        "incomplete": None,
        "attribute": {
            "key": "roof",
            "missing": False,
            "equals": "flat",
            "contains": None,
            "minimum": None,
            "maximum": None,
        },
    },
    "draw_class": "building",
    "view": {"x": 300_010.5, "y": 3_049_970.0, "resolution": 0.5},
    "feature": "0" * 31 + "1",
    "skipped": ["0" * 31 + "2"],
}


def test_a_scene_is_found_where_it_was_left(client: FlaskClient, scene: Scene) -> None:
    url = f"/api/scenes/{scene.id}/bookmark"
    assert client.get(f"{url}?author=ana").json == {"bookmark": None}
    assert client.put(url, json={**STATE, "author": " ana "}).json == {"bookmark": STATE}
    assert client.get(f"{url}?author=ana").json == {"bookmark": STATE}
    assert client.get(f"{url}?author=ben").json == {"bookmark": None}
    (left,) = client.get("/api/bookmarks?author=ana").json["bookmarks"]
    assert left["scene_id"] == scene.id
    empty = {**STATE, "view": None, "feature": None, "draw_class": None, "skipped": []}
    assert client.put(url, json={**empty, "author": "ana"}).status_code == 200
    assert client.get(f"{url}?author=ana").json == {"bookmark": empty}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("order", "best"),
        ("author", " "),
        ("skipped", ["0" * 32] * 1001),
        ("view", {"x": 0, "y": 0, "resolution": 0}),
        ("feature", "no uid"),
        ("filter", {}),
    ],
)
def test_nonsense_is_refused(
    client: FlaskClient, scene: Scene, problem: Problem, field: str, value: object
) -> None:
    url = f"/api/scenes/{scene.id}/bookmark"
    found = problem(client.put(url, json={**STATE, "author": "ana", field: value}), 422, "invalid-body")
    assert found["errors"][0]["field"].startswith(field)
    assert client.get(f"{url}?author=ana").json == {"bookmark": None}


def test_other_scenes_and_projects_are_refused(client: FlaskClient, scene: Scene, problem: Problem) -> None:
    body = {**STATE, "author": "ana"}
    problem(client.put("/api/scenes/77/bookmark", json=body), 404, "not-found")
    problem(client.get("/api/scenes/77/bookmark?author=ana"), 404, "not-found")
    other = client.put(f"/api/scenes/{scene.id}/bookmark", json={**body, "project": "another"})
    problem(other, 412, "other-project")
    problem(client.get("/api/bookmarks"), 400, "bad-query")
