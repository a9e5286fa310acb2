"""Tests of `server.tiles.source_watch`: a raster that is replaced while it is served."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image

from geoengine.project import Project
from geoengine.tasks.scenes.register import Registration, register_scene
from server.app import close_app, create_app
from server.state import state_of
from server.tiles import source_watch
from tiling.raster.pool import RasterPool


def write(path: Path, value: int, **options: object) -> None:
    profile = {
        "driver": "GTiff",
        "width": 1024,
        "height": 1024,
        "count": 3,
        "dtype": "uint8",
        "crs": "EPSG:32633",
    }
    temporary = path.with_suffix(".new")
    with rasterio.open(
        temporary, "w", **profile, transform=Affine(1, 0, 5e5, 0, -1, 5e6), **options
    ) as dataset:
        dataset.write(np.full((3, 1024, 1024), value, "uint8"))
    temporary.replace(path)


@pytest.mark.parametrize("tiled", [True, False], ids=["as it is", "through a VRT"])
def test_no_old_tile_stands_beside_a_new_one(
    project: Project, tmp_path: Path, tiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_watch, "INTERVAL_S", 0.0)
    monkeypatch.setattr(source_watch.SourceWatch.__init__, "__defaults__", (0.0,))
    path = tmp_path / "seen.tif"
    write(path, 50, tiled=tiled)
    with project.store() as store:
        scene = register_scene(project, store, path, Registration(in_place=True))
    app = create_app(project)
    client = app.test_client()

    def value(x: int) -> int:
        reply = client.get(f"/tiles/{scene.id}/native/2/{x}/{x}.png")
        return int(np.asarray(Image.open(io.BytesIO(reply.data)).convert("L"))[7, 7])

    try:
        before = client.get(f"/api/scenes/{scene.id}").json
        assert before["changed"] is None
        assert value(0) == 50
        write(path, 200, tiled=tiled, compress="deflate")
        after = client.get(f"/api/scenes/{scene.id}").json
        assert "was changed since it was registered" in after["changed"]
        assert after["tiles"]["url"] != before["tiles"]["url"]
        assert after["thumbnail"] != before["thumbnail"]
        listed = {one["id"]: one["changed"] for one in client.get("/api/scenes").json["scenes"]}
        assert listed[scene.id] == after["changed"]
        assert (value(0), value(2)) == (200, 200)
        path.unlink()
        assert "cannot be found" in client.get(f"/api/scenes/{scene.id}").json["changed"] or not tiled
    finally:
        close_app(app)


def test_a_state_is_looked_at_once_in_its_interval(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "seen.tif"
    write(path, 50)
    with project.store() as store:
        scene = register_scene(project, store, path, Registration(in_place=True))
    watch = source_watch.SourceWatch(project, interval_s=3600)
    assert watch.state(scene).token == ""
    os.utime(path, (1, 1))
    assert watch.state(scene).token == ""  # the file is behind a VRT of the project
    assert source_watch.SourceWatch(project).state(scene).token


def test_the_pool_opens_a_raster_of_another_state_anew(tmp_path: Path) -> None:
    path = tmp_path / "seen.tif"
    write(path, 50)
    pool = RasterPool()
    with pool.open(path) as first:
        pass
    with pool.open(path, "token") as second:
        assert second is not first
    with pool.open(path, "token") as third:
        assert third is second
    pool.close()


def test_the_server_has_a_watch(project: Project) -> None:
    app = create_app(project)
    try:
        assert state_of(app).catalog.all()[0].changed is None
    finally:
        close_app(app)
