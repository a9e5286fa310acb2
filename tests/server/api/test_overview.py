"""Density, scores and facets over HTTP, and the filters they share with features and queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import CreateFeature, FeatureState, Origin, Scene, new_uid
from geoengine.store.view import StoreView
from server.state import state_of

Json = dict[str, Any]
Problem = Callable[..., Json]


@pytest.fixture
def labels(app: Flask, scene: Scene, labeler: Any, draw: Any) -> list[str]:
    """Two proposals of a model, and a building that ben drew."""
    from shapely.geometry import shape

    creates = [
        CreateFeature(
            uid=new_uid(),
            class_key="tree",
            geometry=shape(draw(100 * number, 50)),
            state=FeatureState.PROPOSED,
            score=score,
            origin=Origin.MODEL,
            model="crowns, 1.0",
        )
        for number, score in enumerate((0.25, 1.0))
    ]
    state_of(app).store.replace_proposals(scene.id, ["tree"], creates, token="prelabel", author="crowns, 1.0")
    return [*(create.uid for create in creates), labeler.create(300, 50, state="accepted")["id"]]


def uids(reply: Any) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [feature["id"] for feature in reply.json["features"]]


def test_density(client: FlaskClient, scene: Scene, labels: list[str]) -> None:
    url = f"/api/scenes/{scene.id}/density"
    reply = client.get(f"{url}?cell=50")
    assert reply.json == {
        "cell": 50.0,
        "origin": [300_000.0, 3_050_000.0],
        "changeset": 2,
        "cells": [[0, 0, 1, 0, 0], [1, 0, 1, 0, 0], [3, 0, 0, 1, 0]],
    }
    assert client.get(f"{url}?cell=50&state=accepted").json["cells"] == [[3, 0, 0, 1, 0]]
    assert client.get(f"{url}?cell=50&bbox=300060,3049990,300070,3049999").json["cells"] == [[1, 0, 1, 0, 0]]


def test_density_that_cannot_be(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/api/scenes/{scene.id}/density"
    for query in ("", "cell=0", "cell=-1", "cell=nan", "cell=inf", "cell=x", "cell=1&cell=2"):
        problem(still_client.get(f"{url}?{query}"), 400, "bad-query")
    found = problem(still_client.get(f"{url}?cell=0.001"), 422, "invalid-value")
    assert "expected 1.17 or more" in found["detail"]
    problem(still_client.get("/api/scenes/77/density?cell=1"), 404, "not-found")


def test_counts_are_cached_until_an_edit(
    client: FlaskClient,
    app: Flask,
    scene: Scene,
    labels: list[str],
    labeler: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"/api/scenes/{scene.id}/density?cell=50"
    first = client.get(url)
    assert first.headers["Cache-Control"] == "private, no-cache"
    monkeypatch.setattr(StoreView, "density", lambda *_: pytest.fail("counted again"))
    assert client.get(url).data == first.data
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    monkeypatch.undo()
    labeler.create(500, 50)
    changed = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["changeset"]) == (200, 3)


def test_scores(client: FlaskClient, scene: Scene, labels: list[str]) -> None:
    url = f"/api/scenes/{scene.id}/scores"
    assert client.get(f"{url}?bins=4").json == {
        "edges": [0.0, 0.25, 0.5, 0.75, 1.0],
        "proposed": [0, 1, 0, 1],
        "accepted": [0, 0, 0, 0],
        "rejected": [0, 0, 0, 0],
        "unscored": {"proposed": 0, "accepted": 1, "rejected": 0},
        "changeset": 2,
    }
    assert len(client.get(url).json["proposed"]) == 50
    assert client.get(f"{url}?bins=4&max_score=0.5").json["proposed"] == [0, 1, 0, 0]
    assert client.get(f"{url}?bins=0").status_code == 400


def test_facets(client: FlaskClient, scene: Scene, labels: list[str]) -> None:
    reply = client.get(f"/api/scenes/{scene.id}/facets").json
    assert reply["classes"] == {"building": 1, "tree": 2}
    assert reply["states"] == {"accepted": 1, "proposed": 2}
    assert reply["models"] == {"crowns, 1.0": 2}
    assert reply["authors"] == {"ben": 1, "crowns, 1.0": 2}
    assert reply["earliest"] <= reply["latest"]
    assert reply["changeset"] == 2


def test_filters(client: FlaskClient, scene: Scene, labels: list[str]) -> None:
    first, second, drawn = labels
    url = f"/api/scenes/{scene.id}/features"
    assert uids(client.get(f"{url}?max_score=0.5")) == [first, drawn]
    assert uids(client.get(f"{url}?min_score=0.5&max_score=1")) == [second, drawn]
    assert uids(client.get(f"{url}?model=crowns, 1.0")) == [first, second]
    assert uids(client.get(f"{url}?author=ben")) == [drawn]
    assert uids(client.get(f"{url}?author=ben&author=crowns, 1.0&author=")) == labels
    assert uids(client.get(f"{url}?author=&model=")) == labels
    time = client.get(f"{url}?author=ben").json["features"][0]["properties"]["time"]
    assert drawn in uids(client.get(f"{url}?since={time}"))
    assert drawn not in uids(client.get(f"{url}?until={time}"))
    day = time[:10]
    assert uids(client.get(f"{url}?since={day}&until={day}")) in (labels, [drawn])  # at midnight the latter
    assert uids(client.get(f"{url}?until=2020-01-01")) == []
    queue = f"/api/scenes/{scene.id}/queue"
    assert [item["uid"] for item in client.get(f"{queue}?max_score=0.5").json["items"]] == [first]
    assert [item["uid"] for item in client.get(f"{queue}?state=accepted").json["items"]] == [drawn]


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=9",
        "until=9999-12-31",
        "max_score=0.1&min_score=0.2",
        "max_score=2",
        "since=&since=",
    ],
)
@pytest.mark.parametrize("path", ["features?", "queue?", "density?cell=1000&", "scores?"])
def test_nonsense_filters(
    still_client: FlaskClient, scene: Scene, problem: Problem, path: str, query: str
) -> None:
    found = problem(still_client.get(f"/api/scenes/{scene.id}/{path}{query}"), 400, "bad-query")
    assert found["errors"][0]["field"] == query.partition("=")[0]


def test_counts_of_incomplete_objects_follow_what_classes_require(
    client: FlaskClient, scene: Scene, labels: list[str]
) -> None:
    url = f"/api/scenes/{scene.id}/density?cell=50&incomplete=true"
    assert client.get(url).json["cells"] == []
    version = client.get("/api/classes").json["version"]
    required = {"version": version, "name": "Storeys", "kind": "number", "required": True}
    assert client.put("/api/classes/building/attributes/storeys", json=required).status_code == 200
    assert client.get(url).json["cells"] != []
