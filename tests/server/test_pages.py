"""The built client is served from disk, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.pages import STATIC_SETTING

Problem = Callable[..., dict[str, Any]]


@pytest.fixture
def built(app: Flask, tmp_path: Path) -> Path:
    """A built client of two files, and a secret beside it."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>GeoEngine</title>")
    (folder / "assets" / "index-abc123.js").write_text("export {};")
    (folder / "assets" / "worker-abc123.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "secret.txt").write_text("secret")
    (folder / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    app.config[STATIC_SETTING] = folder
    return folder


@pytest.mark.usefixtures("built")
def test_page_and_assets(client: FlaskClient) -> None:
    page = client.get("/")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.headers["Cache-Control"] == "no-cache"
    script = client.get("/assets/index-abc123.js")
    assert script.mimetype in ("text/javascript", "application/javascript")
    assert "immutable" in script.headers["Cache-Control"]
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        "/assets/../secret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/....//secret.txt",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/..%5csecret.txt",
        "/secret.txt",
        "/assets/",
        "/assets/missing.js",
        "/assets/%00",
        "/index.html",
        "/server/app.py",
    ],
)
def test_nothing_else(client: FlaskClient, problem: Problem, path: str) -> None:
    reply = client.get(path)
    assert b"secret" not in reply.data or reply.status_code == 404
    problem(reply, 404, "not-found")


def test_client_that_is_not_built(app: Flask, client: FlaskClient, tmp_path: Path, problem: Problem) -> None:
    app.config[STATIC_SETTING] = tmp_path / "nowhere"
    found = problem(client.get("/"), 503, "client-missing")
    assert "make" in found["detail"]
    assert client.get("/api/health").status_code == 200
