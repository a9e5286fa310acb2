"""Tests of `server.api.health`: what is wrong is said in sentences, and by kind, scene and feature."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from shapely.geometry import box

from geoengine.model import Changeset, CreateFeature, DeleteFeature, Scene, new_uid
from geoengine.project import Project
from geoengine.tasks.scenes.register import Registration, register_scene
from server.app import close_app, create_app
from server.state import state_of
from tests.server.conftest import write_raster
from tests.support.browser import wait_for

Usage = namedtuple("Usage", "total used free")


def details(client: FlaskClient) -> list[dict[str, Any]]:
    """The findings, checked against the sentences of `/api/health`."""
    found: list[dict[str, Any]] = client.get("/api/health/details").json["findings"]
    return found


def test_nothing_is_wrong(still_client: FlaskClient) -> None:
    assert still_client.get("/api/health").json["status"] == "ok"
    assert still_client.get("/api/health/details").json == {"findings": []}


def test_features_that_no_label_file_can_hold(project: Project, scene: Scene) -> None:
    far = [CreateFeature(new_uid(), "tree", box(1e9, 1e9, 1.1e9, 1.1e9 + n)) for n in range(25)]
    app = create_app(project)
    client = app.test_client()
    try:
        state_of(app).store.commit(Changeset(new_uid(), scene.id, "ana", tuple(far)))
        state_of(app).write_back.flush()
        (found,) = details(client)
        message = found.pop("message")
        assert found == {
            "kind": "left-out",
            "scene_id": scene.id,
            "scene": scene.name,
            "uids": [edit.uid for edit in far[:20]],
            "features": 25,
        }
        assert client.get("/api/health").json["problems"] == [message]
        assert message.startswith(f"not in the label file: feature {far[0].uid} of scene 'town'")
        gone = tuple(DeleteFeature(edit.uid, 1) for edit in far)
        state_of(app).store.commit(Changeset(new_uid(), scene.id, "ana", gone))
        state_of(app).write_back.flush()
        assert details(client) == []
    finally:
        close_app(app)


def test_a_raster_that_was_replaced_until_it_is_as_it_was(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "seen.tif"
    write_raster(path, hole=False)
    with project.store() as store:
        scene = register_scene(project, store, path, Registration(in_place=True, name="Seen"))
    app = create_app(project)
    client = app.test_client()
    try:
        client.get("/api/scenes")
        assert details(client) == []
        moved = path.rename(tmp_path / "away.tif")
        client.get("/api/scenes")
        (found,) = details(client)
        assert (found["kind"], found["scene_id"], found["scene"]) == ("raster", scene.id, "Seen")
        assert "No such file" in found["message"]
        assert client.get("/api/health").json["status"] == "degraded"
        moved.rename(path)
        assert details(client) == []
    finally:
        close_app(app)


def test_a_scene_whose_row_is_damaged(project: Project, scene: Scene) -> None:
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE scenes SET grid = '{' WHERE id = ?", (scene.id,))
    app = create_app(project)
    client = app.test_client()
    try:
        wait_for(lambda: details(client), "the write-back has met the scene")
        (found,) = details(client)
        assert (found["kind"], found["scene_id"], found["scene"]) == ("damaged", scene.id, None)
    finally:
        close_app(app)


def test_a_disk_that_is_nearly_full(still_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**9, 10**9, 42_000_000))
    (found,) = details(still_client)
    assert found["kind"] == "disk"
    assert found["message"] == "The disk of the project is nearly full: 42 MB are free."
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**9, 0, 10**9))
    assert details(still_client) == []
