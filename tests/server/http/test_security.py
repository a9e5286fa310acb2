"""Who is listened to, and what every reply carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geoengine.model import Scene
from geoengine.project import Project
from server.app import MAX_BODY_BYTES, close_app, create_app
from server.http.security import HostPolicy, host_name

Problem = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "192.0.2.7",
        "local host",
        "user@localhost",
        "localhost:http",
        "localhost/x",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/api/project", "/", "/nowhere", "/tiles/1/native/0/0/0"])
def test_foreign_host(still_client: FlaskClient, problem: Problem, host: str, path: str) -> None:
    problem(still_client.get(path, headers={"Host": host}), 421, "foreign-host")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1:9", "[::1]:8080", "localhost.:80"]
)
def test_own_host(still_client: FlaskClient, host: str) -> None:
    assert still_client.get("/api/health", headers={"Host": host}).status_code == 200


def test_allowed_hosts(project: Project, scene: Scene) -> None:
    app = create_app(project, allowed_hosts=["Labels.Example"])
    try:
        client = app.test_client()
        assert client.get("/api/health", headers={"Host": "labels.example:8080"}).status_code == 200
        assert client.get("/api/health", headers={"Host": "localhost"}).status_code == 421
    finally:
        close_app(app)


def test_any_address_but_no_foreign_name() -> None:
    policy = HostPolicy.of(["localhost"], any_address=True)
    assert policy.allows("192.0.2.7:8080")
    assert policy.allows("[2001:db8::1]")
    assert not policy.allows("evil.example")
    assert not HostPolicy.of(["localhost"]).allows("192.0.2.7")


@given(st.text(max_size=30))
def test_no_host_header_breaks_the_parser(host: str) -> None:
    assert isinstance(HostPolicy.of(["localhost"], any_address=True).allows(host), bool)
    assert host_name(host) == host_name(host).lower()


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:9999",
        "https://localhost",
        "http://localhost.evil.example",
    ],
)
def test_write_from_another_site(
    still_labeler: Any, still_client: FlaskClient, problem: Problem, origin: str
) -> None:
    reply = still_client.post(
        f"/api/scenes/{still_labeler.scene_id}/changesets", json={}, headers={"Origin": origin}
    )
    problem(reply, 403, "foreign-origin")


def test_write_from_our_own_page(labeler: Any, client: FlaskClient, draw: Any, make_id: Any) -> None:
    edit = {"op": "create", "uid": make_id(), "class": "tree", "geometry": draw(1, 1)}
    reply = client.post(
        f"/api/scenes/{labeler.scene_id}/changesets",
        json={"token": make_id(), "edits": [edit]},
        headers={"Origin": "http://localhost:8080", "Host": "localhost:8080"},
    )
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
)
def test_wrong_content_type(
    still_client: FlaskClient, scene: Scene, problem: Problem, media_type: str | None
) -> None:
    reply = still_client.post(f"/api/scenes/{scene.id}/changesets", data=b"{}", content_type=media_type)
    problem(reply, 415, "media-type")


def test_content_type_with_a_charset(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", data=b"{}", content_type="application/json; charset=utf-8"
    )
    problem(reply, 422, "invalid-body")


def test_too_large_a_body(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets",
        data=b" " * (MAX_BODY_BYTES + 1),
        content_type="application/json",
    )
    problem(reply, 413, "request-entity-too-large")


@pytest.mark.parametrize(
    "path",
    ["/api/project", "/api/openapi.json", "/nowhere", "/", "/tiles/1/native/0/0/0", "/tiles/1/native/99/0/0"],
)
def test_headers_of_every_reply(still_client: FlaskClient, path: str) -> None:
    headers = still_client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy
    for exception in ("unsafe", "data:", "blob:", "http:", "https:", "*", "nonce-", "sha256-"):
        assert exception not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"]


def test_no_cross_origin_preflight(still_client: FlaskClient, scene: Scene) -> None:
    reply = still_client.options(
        f"/api/scenes/{scene.id}/changesets",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert not [name for name, _ in reply.headers if name.lower().startswith("access-control")]


def test_bodies_and_tokens_stay_out_of_the_log(
    app: Flask, labeler: Any, make_id: Any, caplog: pytest.LogCaptureFixture
) -> None:
    token = make_id()
    with caplog.at_level("DEBUG"):
        feature = labeler.create(attributes={"note": "classified-remark"})
        labeler.send(
            {"op": "update", "uid": feature["id"], "base_revision": 7, "state": "accepted"}, token=token
        )
        app.test_client().get("/nowhere?password=hunter2")
    for secret in (token, "classified-remark", "hunter2"):
        assert secret not in caplog.text
