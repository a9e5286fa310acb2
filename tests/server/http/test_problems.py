"""Every error becomes a problem document with the status of the one table."""

from __future__ import annotations

import errno
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import geoengine.errors
import server.http.errors
from geoengine.errors import StoreError
from server.http.problems import TABLE, kind_of

Problem = Callable[..., dict[str, Any]]


def test_not_found_and_method(still_client: FlaskClient, problem: Problem) -> None:
    problem(still_client.get("/api/nowhere"), 404, "not-found")
    problem(still_client.get("/api//project"), 404, "not-found")
    reply = still_client.delete("/api/project")
    assert "GET" in problem(reply, 405, "method-not-allowed")["detail"]
    reply = still_client.post("/api/project", json={})
    problem(reply, 405, "method-not-allowed")
    assert "GET" in reply.headers["Allow"]


def test_long_and_strange_paths(still_client: FlaskClient, problem: Problem) -> None:
    found = problem(still_client.get("/" + "x" * 5000), 404, "not-found")
    assert len(found["detail"]) < 400
    problem(still_client.get("/%00%0d%0a<script>"), 404, "not-found")


def test_unexpected_error_shows_nothing_of_the_inside(
    app: Flask,
    client: FlaskClient,
    problem: Problem,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from server.state import state_of

    def fail(*_: object) -> None:
        raise RuntimeError("secret-inside /home/ana/x.db")

    monkeypatch.setattr(state_of(app).store, "reading", fail)
    reply = client.get("/api/scenes")
    problem(reply, 500, "internal")
    assert "secret-inside" not in reply.text
    assert "secret-inside" in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("database is locked /home/ana/x.db"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
    ],
)
def test_store_out_of_order(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    from server.state import state_of

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(state_of(app).store, "reading", fail)
    reply = client.get("/api/scenes")
    assert reply.status_code == status
    assert reply.mimetype == "application/problem+json"
    assert "/home/ana" not in reply.text


def fail_with_full_disk() -> None:
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError as cause:
        raise StoreError("the database cannot be written") from cause


def test_disk_full_behind_a_store_error() -> None:
    with pytest.raises(StoreError) as caught:
        fail_with_full_disk()
    assert kind_of(caught.value).status == 507


@pytest.mark.parametrize("module", [geoengine.errors, server.http.errors])
def test_every_error_has_a_row(module: Any) -> None:
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, Exception) and kind.__module__ == module.__name__:
            row = next((TABLE[base] for base in kind.__mro__ if base in TABLE), None)
            assert row is not None, f"{kind.__name__} has no row in server.http.problems.TABLE"
            root = kind in (geoengine.errors.GeoEngineError, server.http.errors.ServerError)
            is_listen = kind.__name__ == "ListenError"  # never happens while a request is answered
            assert root or is_listen or row.name != "internal", f"{kind.__name__} has no row of its own"
