"""The label file on disk follows the edits."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import Scene
from geoengine.project import Project
from server.app import close_app, create_app

Problem = Callable[..., dict[str, Any]]


def uids_on_disk(path: Path) -> set[str]:
    return {feature["id"] for feature in json.loads(path.read_text())["features"]} if path.exists() else set()


def test_rewritten_within_two_seconds_of_the_last_edit(labeler: Any, project: Project, scene: Scene) -> None:
    path = project.labels_path(scene.key)
    created = {labeler.create(10 + 30 * number)["id"] for number in range(5)}
    deadline = time.monotonic() + 2.0
    while uids_on_disk(path) != created:
        assert time.monotonic() < deadline, f"{path} has {uids_on_disk(path)}, expected {created}"
        time.sleep(0.05)


def test_download_is_up_to_date(labeler: Any, client: FlaskClient, scene: Scene, project: Project) -> None:
    feature = labeler.create()
    reply = client.get(f"/api/scenes/{scene.id}/labels.geojson")
    assert reply.status_code == 200
    assert reply.mimetype == "application/geo+json"
    assert reply.headers["Content-Disposition"] == "attachment; filename=town.geojson"
    assert reply.data == project.labels_path(scene.key).read_bytes()
    (on_disk,) = reply.json["features"]
    assert on_disk["id"] == on_disk["properties"]["uid"] == feature["id"]
    assert on_disk["properties"]["author"] == "ben"
    longitude, latitude = on_disk["geometry"]["coordinates"][0][0]
    assert 84 < longitude < 86
    assert 27 < latitude < 28
    project.labels_path(scene.key).unlink()
    assert client.get(f"/api/scenes/{scene.id}/labels.geojson").json["features"] == [on_disk]
    labeler.delete(feature)
    assert client.get(f"/api/scenes/{scene.id}/labels.geojson").json["features"] == []


def test_scene_without_labels(client: FlaskClient, scene: Scene, problem: Problem) -> None:
    assert client.get(f"/api/scenes/{scene.id}/labels.geojson").json["features"] == []
    problem(client.get("/api/scenes/99/labels.geojson"), 404, "not-found")


def test_closing_writes_what_is_due(project: Project, scene: Scene, labeler: Any, app: Flask) -> None:
    feature = labeler.create()
    close_app(app)
    assert uids_on_disk(project.labels_path(scene.key)) == {feature["id"]}
    close_app(app)  # twice is fine


def test_starting_writes_what_a_crash_left_out(
    project: Project, scene: Scene, labeler: Any, app: Flask
) -> None:
    feature = labeler.create()
    close_app(app)
    project.labels_path(scene.key).unlink()
    again = create_app(project)
    try:
        deadline = time.monotonic() + 10
        while uids_on_disk(project.labels_path(scene.key)) != {feature["id"]}:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        close_app(again)


def test_labels_that_cannot_be_written(
    labeler: Any,
    client: FlaskClient,
    scene: Scene,
    project: Project,
    problem: Problem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder that can't be written: the edit is safe in the store, the download says the file is behind."""
    feature = labeler.create()
    assert client.get(f"/api/scenes/{scene.id}/labels.geojson").status_code == 200
    folder = project.labels_dir
    moved = folder.with_name("labels-away")
    folder.rename(moved)
    folder.write_text("a file where the folder should be")
    labeler.update(feature, state="rejected")
    found = problem(client.get(f"/api/scenes/{scene.id}/labels.geojson"), 503, "label-file-stale")
    assert "safe" in found["detail"]
    health = client.get("/api/health").json
    assert health["status"] == "degraded"
    assert health["problems"]
    folder.unlink()
    moved.rename(folder)
    again = client.get(f"/api/scenes/{scene.id}/labels.geojson")
    assert again.status_code == 200
    assert again.json["features"][0]["properties"]["state"] == "rejected"
    assert client.get("/api/health").json["status"] == "ok"
