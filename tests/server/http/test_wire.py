"""Bodies and replies as bytes: what isn't JSON, what has the wrong shape, what JSON doesn't have."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from geoengine.model import Scene
from server.http.wire import field_path
from server.representations.json_text import json_bytes

Json = dict[str, Any]
Problem = Callable[..., Json]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": "short"}, "token"),
        ({"token": "spaces are bad"}, "token"),
        ({"token": "x" * 65}, "token"),
        ({"token": None}, "token"),
        ({"token": "abcdefgh\n"}, "token"),
        ({"edits": []}, "edits"),
        ({"edits": "all"}, "edits"),
        ({"edits": [{"op": "explode", "uid": "12345678"}]}, "edits[0]"),
        ({"edits": [{"op": "delete", "uid": "../../etc", "base_revision": 1}]}, "edits[0].uid"),
        ({"edits": [{"op": "delete", "uid": "12345678"}]}, "edits[0].base_revision"),
        ({"edits": [{"op": "delete", "uid": "12345678", "base_revision": 0}]}, "edits[0].base_revision"),
        ({"edits": [{"op": "delete", "uid": "12345678", "base_revision": "1"}]}, "edits[0].base_revision"),
        (
            {"edits": [{"op": "delete", "uid": "12345678", "base_revision": 1, "state": "accepted"}]},
            "edits[0].state",
        ),
        ({"edits": [{"op": "update", "uid": "12345678", "base_revision": 1}]}, "edits[0]"),
        (
            {"edits": [{"op": "update", "uid": "12345678", "base_revision": 1, "state": "maybe"}]},
            "edits[0].state",
        ),
        ({"edits": [{"op": "delete", "uid": "12345678", "base_revision": 1}] * 2}, "edits[1].uid"),
        ({"author": "a\nb"}, "author"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_body_of_the_wrong_shape(still_client: FlaskClient, scene: Scene, change: Json, field: str) -> None:
    body = {"token": "12345678", "edits": [{"op": "delete", "uid": "12345678", "base_revision": 1}], **change}
    reply = still_client.post(f"/api/scenes/{scene.id}/changesets", json=body)
    assert reply.status_code == 422, reply.text
    assert field in [error["field"] for error in reply.json["errors"]]
    assert all(error["message"] for error in reply.json["errors"])


@pytest.mark.parametrize("body", [b"", b"{", b"token=1", b"\xff\xfe", b'{"token": "12345678"} trailing'])
def test_body_that_is_not_json(
    still_client: FlaskClient, scene: Scene, problem: Problem, body: bytes
) -> None:
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", data=body, content_type="application/json"
    )
    problem(reply, 400, "not-json")


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
def test_body_that_is_no_object(
    still_client: FlaskClient, scene: Scene, problem: Problem, body: bytes
) -> None:
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", data=body, content_type="application/json"
    )
    problem(reply, 422, "invalid-body")


def test_deeply_nested_attributes(still_labeler: Any, still_client: FlaskClient, problem: Problem) -> None:
    body = (
        b'{"token":"12345678","edits":[{"op":"update","uid":"12345678","base_revision":1,"attributes":{"a":'
    )
    body += b"[" * 100_000 + b"]" * 100_000 + b"}}]}"
    reply = still_client.post(
        f"/api/scenes/{still_labeler.scene_id}/changesets", data=body, content_type="application/json"
    )
    problem(reply, 400, "not-json")


def test_numbers_json_does_not_have(still_client: FlaskClient, scene: Scene) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        ring = f"[[0,0],[1,0],[1,{number}],[0,0]]"
        edit = '{"op":"create","uid":"12345678","class":"building","geometry":'
        body = f'{{"token":"12345678","edits":[{edit}{{"type":"Polygon","coordinates":[{ring}]}}}}]}}'
        reply = still_client.post(
            f"/api/scenes/{scene.id}/changesets", data=body, content_type="application/json"
        )
        assert reply.status_code in (400, 422), reply.text
        attributes = f'{{"token":"12345678","edits":[{edit}null,"attributes":{{"a":{number}}}}}]}}'
        reply = still_client.post(
            f"/api/scenes/{scene.id}/changesets", data=attributes, content_type="application/json"
        )
        assert reply.status_code in (400, 422), reply.text


def test_reply_is_compact_utf8_json(labeler: Any) -> None:
    labeler.author = "Zoë"
    edit = {"op": "create", "uid": "12345678", "class": "tree", "attributes": {"ort": "Köln"}}
    ring = [[300_010, 3_049_800], [300_020, 3_049_800], [300_020, 3_049_810], [300_010, 3_049_800]]
    reply = labeler.send({**edit, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    assert reply.status_code == 200, reply.text
    assert "Zoë".encode() in reply.data
    assert json.loads(reply.data)["features"][0]["properties"]["attributes"] == {"ort": "Köln"}


def test_field_path() -> None:
    assert field_path(["edits", 3, "geometry", "coordinates", 0]) == "edits[3].geometry.coordinates[0]"
    assert field_path([]) == ""


def test_numbers_json_does_not_have_are_never_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_bytes({"score": float("nan")})
