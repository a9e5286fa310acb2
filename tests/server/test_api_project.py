"""The project, its classes, its jobs, its health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from geoengine import __version__
from geoengine.model import JobState, Scene
from geoengine.project import Project
from server.app import close_app, create_app
from server.state import state_of

Problem = Callable[..., dict[str, Any]]


def test_project(still_client: FlaskClient) -> None:
    reply = still_client.get("/api/project").json
    assert reply == {
        "name": "Test town",
        "marking": None,
        "author": "ana",
        "version": __version__,
        "classes": [
            {"key": "building", "name": "Building", "color": "#e69f00", "hotkey": "b"},
            {"key": "tree", "name": "Tree", "color": "#009e73", "hotkey": "t"},
        ],
    }
    assert still_client.get("/api/classes").json == {"classes": reply["classes"]}


def test_author_of_the_process(project: Project, scene: Scene) -> None:
    app = create_app(project, author="night shift")
    try:
        assert app.test_client().get("/api/project").json["author"] == "night shift"
    finally:
        close_app(app)


def test_health(still_client: FlaskClient) -> None:
    assert still_client.get("/api/health").json == {"status": "ok", "version": __version__, "problems": []}


def test_jobs(app: Flask, client: FlaskClient, problem: Problem) -> None:
    assert client.get("/api/jobs").json == {"jobs": []}
    store = state_of(app).store
    job = store.create_job("prelabel", {"model": "overhead"}, "token-12345", [{"block": n} for n in range(3)])
    store.set_item(job.id, 0, JobState.DONE, result="jobs/1/0.npz")
    store.set_item(job.id, 1, JobState.FAILED, error="a damaged block")
    store.set_job_state(job.id, JobState.RUNNING, "one third")
    one = client.get(f"/api/jobs/{job.id}").json
    assert client.get("/api/jobs").json == {"jobs": [one]}
    assert (one["kind"], one["state"], one["message"]) == ("prelabel", "running", "one third")
    assert one["params"] == {"model": "overhead"}
    assert one["items"] == {"total": 3, "done": 1, "failed": 1}
    problem(client.get("/api/jobs/99"), 404, "not-found")
