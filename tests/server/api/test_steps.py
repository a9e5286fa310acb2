"""Steps of a person over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from geoengine.model import Scene
from tests.server.conftest import Labeler


def test_steps_of_a_person(client: FlaskClient, scene: Scene, labeler: Labeler) -> None:
    labeler.create()
    [step] = client.get(f"/api/scenes/{scene.id}/steps?author=ben").json["steps"]
    assert step["counts"] == {"drawn": 1}
    assert (len(step["uids"]), step["deleted"], len(step["bbox"])) == (1, [], 4)
    assert client.get(f"/api/scenes/{scene.id}/steps?author=eve").json == {"steps": []}


def test_bad_questions_are_sentences(
    client: FlaskClient, scene: Scene, problem: Callable[..., dict[str, Any]]
) -> None:
    assert client.get("/api/scenes/99/steps?author=ana").status_code == 404
    for query, field in (("", "author"), ("?author=a&limit=0", "limit")):
        reply = client.get(f"/api/scenes/{scene.id}/steps{query}")
        assert problem(reply, 400, "bad-query")["errors"][0]["field"] == field
