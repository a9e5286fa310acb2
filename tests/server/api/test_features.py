"""Reading features over HTTP: by box, filtered, as a queue, one with its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import shape

from geoengine.model import CreateFeature, FeatureState, Origin, Scene, new_uid
from server.state import state_of

Json = dict[str, Any]
Problem = Callable[..., Json]

PROPOSALS = [("building", 0.9), ("building", 0.4), ("tree", 0.7), ("tree", 0.2)]


@pytest.fixture
def proposals(app: Flask, scene: Scene, draw: Any) -> list[str]:
    """Uids of four machine proposals, 100 px apart, as prelabel makes them."""
    creates = [
        CreateFeature(
            uid=new_uid(),
            class_key=key,
            geometry=shape(draw(100 * number, 50)),
            state=FeatureState.PROPOSED,
            score=score,
            origin=Origin.MODEL,
            model="overhead 1.0",
        )
        for number, (key, score) in enumerate(PROPOSALS)
    ]
    state_of(app).store.replace_proposals(
        scene.id, ["building", "tree"], creates, token="prelabel-1", author="overhead 1.0"
    )
    return [create.uid for create in creates]


def uids(reply: Any) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [feature["id"] for feature in reply.json["features"]]


def test_features_of_a_scene(client: FlaskClient, scene: Scene, proposals: list[str], draw: Any) -> None:
    reply = client.get(f"/api/scenes/{scene.id}/features")
    assert uids(reply) == proposals
    assert reply.json["type"] == "FeatureCollection"
    assert (reply.json["total"], reply.json["truncated"]) == (4, False)
    assert "EPSG:32645" in reply.json["crs_note"]
    assert reply.json["changeset"] >= 1
    assert reply.headers["Cache-Control"] == "no-store"
    first = reply.json["features"][0]
    assert first["geometry"] == draw(0, 50)
    assert first["properties"]["origin"] == "model"
    assert first["properties"]["model"] == "overhead 1.0"
    assert first["properties"]["score"] == 0.9


def test_filters(client: FlaskClient, scene: Scene, proposals: list[str], draw: Any) -> None:
    url = f"/api/scenes/{scene.id}/features"
    assert uids(client.get(f"{url}?class=tree")) == proposals[2:]
    assert uids(client.get(f"{url}?class=tree,building&min_score=0.5")) == [proposals[0], proposals[2]]
    assert uids(client.get(f"{url}?state=accepted,rejected")) == []
    assert uids(client.get(f"{url}?state=&class=&min_score=")) == proposals
    assert uids(client.get(f"{url}?limit=2")) == proposals[:2]
    assert client.get(f"{url}?limit=2").json["truncated"] is True
    assert client.get(f"{url}?limit=2").json["total"] == 4
    (x0, y1), (_, y0), (x1, _) = draw(90, 40, 40)["coordinates"][0][:3]
    assert uids(client.get(f"{url}?bbox={x0},{y0},{x1},{y1}")) == [proposals[1]]
    assert uids(client.get(f"{url}?bbox={x0 - 1e7},{y0},{x0 - 1e6},{y1}")) == []


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=1,2,3,4,5",
        "bbox=a,b,c,d",
        "bbox=3,0,1,1",
        "bbox=0,3,1,1",
        "bbox=nan,0,1,1",
        "bbox=0,0,inf,1",
        "bbox=",
        "bbox=0,0,1,1&bbox=0,0,2,2",
        "bbox=1;2;3;4",
        "state=maybe",
        "state=accepted,,",
        "class=castle",
        "min_score=2",
        "min_score=-1",
        "min_score=nan",
        "min_score=high",
        "limit=0",
        "limit=-5",
        "limit=1e3",
        "limit=999999999",
        "offset=3",
    ],
)
def test_nonsense_queries(still_client: FlaskClient, scene: Scene, problem: Problem, query: str) -> None:
    found = problem(still_client.get(f"/api/scenes/{scene.id}/features?{query}"), 400, "bad-query")
    assert found["errors"][0]["field"].startswith(query.partition("=")[0])


def test_queue(
    client: FlaskClient, scene: Scene, proposals: list[str], labeler: Any, problem: Problem
) -> None:
    url = f"/api/scenes/{scene.id}/queue"
    reply = client.get(url).json
    assert [item["uid"] for item in reply["items"]] == [proposals[number] for number in (0, 2, 1, 3)]
    assert reply["total"] == 4
    assert set(reply["items"][0]) == {"uid", "class", "score", "bbox", "other", "overlap", "inside"}
    assert client.get(f"{url}?order=overlaps").json == {"items": [], "total": 0}
    assert reply["items"][0]["bbox"] == [300_000.0, 3_049_965.0, 300_010.0, 3_049_975.0]
    accepted = labeler.send({"op": "update", "uid": proposals[0], "base_revision": 1, "state": "accepted"})
    assert accepted.status_code == 200
    assert [item["uid"] for item in client.get(f"{url}?class=building&min_score=0.3").json["items"]] == [
        proposals[1]
    ]
    problem(client.get(f"{url}?class=castle"), 400, "bad-query")
    problem(client.get(f"{url}?bbox=0,0,1,1"), 400, "bad-query")
    unsure = client.get(f"{url}?order=least-sure").json["items"]
    assert unsure[0]["score"] == min(item["score"] for item in unsure if item["score"] is not None)
    assert "order" in problem(client.get(f"{url}?order=best"), 400, "bad-query")["errors"][0]["field"]


def test_one_feature_with_history(client: FlaskClient, labeler: Any, draw: Any) -> None:
    feature = labeler.create()
    labeler.update(feature, geometry=draw(30, 30))
    labeler.send({"op": "delete", "uid": feature["id"], "base_revision": 2})
    reply = client.get(f"/api/features/{feature['id']}").json
    assert reply["feature"]["properties"]["deleted"] is True
    assert reply["scene_id"] == labeler.scene_id
    assert [step["revision"] for step in reply["history"]] == [1, 2, 3]
    assert reply["history"][0]["feature"]["geometry"] == draw(10, 10)
    assert reply["history"][1]["feature"]["geometry"] == draw(30, 30)
    assert reply["history"][2]["feature"]["properties"]["deleted"] is True
    numbers = [step["changeset"] for step in reply["history"]]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    "path", ["/api/features/00000000", "/api/features/x", "/api/scenes/77/features", "/api/scenes/77/queue"]
)
def test_unknown(still_client: FlaskClient, problem: Problem, path: str) -> None:
    problem(still_client.get(path), 404, "not-found")
