"""Reference layers over HTTP: added from allowed folders, and taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.project import Project
from server.app import close_app, create_app
from tests.support.map_tiles import painted, write_mbtiles, write_tile_folder

POINT = {"type": "Point", "coordinates": [85.5, 27.6]}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "maps").mkdir(parents=True)
    (folder / "wells.geojson").write_text(json.dumps(POINT))
    (folder / "notes.txt").write_text("words")
    (folder / "broken.gpkg").write_text("words")
    tiles = painted((0, 0), (16,))
    write_mbtiles(folder / "maps" / "Base.mbtiles", tiles)
    write_tile_folder(folder / "maps" / "xyz", tiles)
    return folder


@pytest.fixture
def app(project: Project, office: Path) -> Iterator[Flask]:
    app = create_app(project, imagery=[office])
    yield app
    close_app(app)


def test_folders_are_gone_through(client: FlaskClient) -> None:
    found = client.get("/api/layers/files?folder=office").json
    assert (found["folders"], found["tile_folders"], found["left_out"]) == (["maps"], [], 0)
    assert [file["name"] for file in found["files"]] == ["broken.gpkg", "wells.geojson"]
    found = client.get("/api/layers/files?folder=office&path=maps").json
    assert (found["folders"], found["tile_folders"]) == (["xyz"], ["xyz"])
    for query in ("folder=other", "folder=office&path=..", "folder=office&path=none"):
        assert client.get(f"/api/layers/files?{query}").status_code == 404, query


def test_layers_are_added_and_taken_out(client: FlaskClient, office: Path) -> None:
    for path, kind in (("wells.geojson", "vectors"), ("maps/Base.mbtiles", "tiles"), ("maps/xyz", "tiles")):
        added = client.post("/api/layers", json={"folder": "office", "path": path})
        assert (added.status_code, added.json["kind"]) == (200, kind)
    named = client.post(
        "/api/layers", json={"folder": "office", "path": "wells.geojson", "name": "Wells, 2026"}
    )
    assert named.json["key"] == "wells-2026"
    keys = [one["key"] for one in client.get("/api/layers").json["layers"]]
    assert keys == ["base", "wells", "wells-2026", "xyz"]
    assert client.post("/api/layers/base/remove", json={}).json["name"] == "Base"
    assert client.post("/api/layers/base/remove", json={}).status_code == 404
    assert (office / "maps" / "Base.mbtiles").exists()


def test_what_cannot_be_added_is_said_without_the_server_s_paths(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "secret.geojson").write_text(json.dumps(POINT))
    for path, status in (
        ("broken.gpkg", 422),
        ("notes.txt", 422),
        ("maps", 422),
        ("none.gpkg", 404),
        ("../secret.geojson", 404),
        ("", 404),
    ):
        reply = client.post("/api/layers", json={"folder": "office", "path": path})
        assert reply.status_code == status, (path, reply.json)
        assert str(tmp_path) not in str(reply.json), reply.json
    client.post("/api/layers", json={"folder": "office", "path": "wells.geojson"})
    again = client.post("/api/layers", json={"folder": "office", "path": "wells.geojson"})
    assert again.status_code == 422
    assert "already" in again.json["detail"]
    other = client.post(
        "/api/layers", json={"folder": "office", "path": "wells.geojson", "project": "another"}
    )
    assert other.status_code == 412
    assert [one["key"] for one in client.get("/api/layers").json["layers"]] == ["wells"]
