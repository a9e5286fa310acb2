"""The project, its classes, its jobs, its health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from geoengine import __version__
from geoengine.model import Scene
from geoengine.project import Project
from server.app import close_app, create_app

Problem = Callable[..., dict[str, Any]]


def test_project(still_client: FlaskClient) -> None:
    reply = still_client.get("/api/project").json
    assert UUID(reply.pop("uuid")).version == 4
    assert reply == {
        "name": "Test town",
        "confidence": False,
        "marking": None,
        "read_only": False,
        "author": "ana",
        "version": __version__,
        "classes_version": still_client.get("/api/classes").json["version"],
        "classes": [
            {
                "key": "building",
                "name": "Building",
                "color": "#e69f00",
                "hotkey": "b",
                "attributes": [],
                "shape": "free",
                "parent": None,
                "geometry": "polygon",
            },
            {
                "key": "tree",
                "name": "Tree",
                "color": "#009e73",
                "hotkey": "t",
                "attributes": [],
                "shape": "free",
                "parent": None,
                "geometry": "polygon",
            },
        ],
        "limits": {
            "edits": 5000,
            "features": 100_000,
            "prompt_points": 50,
            "note": 500,
            "body_bytes": 16 * 1024 * 1024,
        },
    }
    assert still_client.get("/api/classes").json["classes"] == reply["classes"]


def test_author_of_the_process(project: Project, scene: Scene) -> None:
    app = create_app(project, author="night shift")
    try:
        assert app.test_client().get("/api/project").json["author"] == "night shift"
    finally:
        close_app(app)


def test_health(still_client: FlaskClient) -> None:
    assert still_client.get("/api/health").json == {"status": "ok", "version": __version__, "problems": []}
