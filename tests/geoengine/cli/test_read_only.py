"""Looking at and exporting a project on a read-only disk; changing it is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoengine.project import Project
from server.app import close_app, create_app
from tests.support.read_only import contents, read_only
from tests.support.samples import Run, Town


@pytest.fixture
def seen(town: Town) -> Iterator[Path]:
    Project.open(town.directory).store().close()
    with read_only(town.directory) as path:
        yield path


def test_commands_that_read_work(town: Town, run: Run, seen: Path, tmp_path: Path) -> None:
    before = contents(town.directory)
    out = tmp_path / "labels.geojson"
    for arguments in (
        ("status", "-p", seen),
        ("scenes", "list", "-p", seen),
        ("classes", "list", "-p", seen),
        ("jobs", "list", "-p", seen),
        ("check", "-p", seen),
        ("export", "-p", seen, out),
        ("export", "-p", seen, tmp_path / "labels.gpkg"),
        ("stretch", "-p", seen),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, (arguments, result.output)
    assert json.loads(out.read_text())["type"] == "FeatureCollection"
    assert contents(town.directory) == before


def test_commands_that_write_say_why_not(town: Town, run: Run, seen: Path) -> None:
    before = contents(town.directory)
    for arguments in (
        ("classes", "add", "-p", seen, "roof"),
        ("stretch", "-p", seen, "--gamma", "2"),
        ("add", "-p", seen, town.raster),
        ("prelabel", "-p", seen),
        ("scenes", "rename", "-p", seen, "town", "city"),
    ):
        result = run(*arguments)
        assert result.exit_code != 0, arguments
        assert "is read-only" in result.stderr, (arguments, result.stderr)
        assert "Traceback" not in result.stderr
    assert contents(town.directory) == before


def test_the_server_shows_and_refuses_edits(town: Town, seen: Path) -> None:
    before = contents(town.directory)
    app = create_app(Project.open(seen))
    try:
        client = app.test_client()
        assert client.get("/api/project").json["read_only"] is True
        assert client.get("/api/health").json["status"] == "ok"
        assert client.get("/api/health/details").status_code == 200
        scene = client.get("/api/scenes").json["scenes"][0]
        assert client.get(f"/tiles/{scene['id']}/native/0/0/0").status_code == 200
        labels = client.get(f"/api/scenes/{scene['id']}/labels.geojson")
        features = client.get(f"/api/scenes/{scene['id']}/features").json
        assert len(json.loads(labels.data)["features"]) == features["total"]
        west, _, _, north = client.get(f"/api/scenes/{scene['id']}").json["extent"]
        ring = [[west + 1, north - 1], [west + 2, north - 1], [west + 2, north - 2], [west + 1, north - 1]]
        polygon = {"type": "Polygon", "coordinates": [ring]}
        edit = {"op": "create", "uid": "a" * 32, "class": "building", "geometry": polygon}
        body = {"token": "t" * 20, "edits": [edit]}
        refused = client.post(f"/api/scenes/{scene['id']}/changesets", json=body)
        assert refused.status_code == 403, refused.json
        job = client.post("/api/jobs", json={"token": "u" * 20, "work": {"kind": "export"}})
        assert job.status_code == 403
        assert "is read-only" in job.json["detail"]
    finally:
        close_app(app)
    assert contents(town.directory) == before
