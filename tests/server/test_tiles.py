"""Map tiles over HTTP: what they show, how they are cached, what is not there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from geoengine.model import Scene
from geoengine.project import Project
from server.app import close_app, create_app
from tiling.raster import open_raster

Problem = Callable[..., dict[str, Any]]


def picture(reply: Any) -> Image.Image:
    assert reply.status_code == 200, reply.text
    return Image.open(io.BytesIO(reply.data))


def tile_url(client: FlaskClient, scene: Scene, z: int, x: int, y: int) -> str:
    template = client.get(f"/api/scenes/{scene.id}").json["tiles"]["url"]
    return str(template).format(z=z, x=x, y=y)


def test_native_tile_is_the_raster(still_client: FlaskClient, scene: Scene, project: Project) -> None:
    zooms = len(still_client.get(f"/api/scenes/{scene.id}").json["tiles"]["resolutions"])
    url = f"/tiles/{scene.id}/native/{zooms - 1}/1/0.png"
    rgba = np.asarray(picture(still_client.get(url)).convert("RGBA"))
    with open_raster(project.resolve(scene.uri)) as raster:
        image, valid = raster.read_level(0, (256, 0, 256, 256), 256, 256)
    assert (rgba[..., :3] == image.transpose(1, 2, 0)).all()
    assert ((rgba[..., 3] == 255) == valid).all()


def test_media_type_follows_the_content(still_client: FlaskClient, scene: Scene) -> None:
    last = len(still_client.get(f"/api/scenes/{scene.id}").json["tiles"]["resolutions"]) - 1
    full = still_client.get(tile_url(still_client, scene, last, 0, 0))
    assert (full.mimetype, picture(full).format, picture(full).size) == ("image/jpeg", "JPEG", (256, 256))
    with_hole = still_client.get(tile_url(still_client, scene, last, 2, 0))
    assert (with_hole.mimetype, picture(with_hole).format) == ("image/png", "PNG")
    alpha = np.asarray(picture(with_hole).convert("RGBA"))[..., 3]
    assert (alpha[:, : 600 - 512] == 255).all()
    assert (alpha[:, 600 - 512 :] == 0).all()
    assert still_client.get(f"/tiles/{scene.id}/native/{last}/2/0.jpg").mimetype == "image/jpeg"
    assert still_client.get(f"/tiles/{scene.id}/native/{last}/0/0.png").mimetype == "image/png"


def test_versioned_tiles_are_cached_for_ever(still_client: FlaskClient, scene: Scene) -> None:
    url = tile_url(still_client, scene, 0, 0, 0)
    first = still_client.get(url)
    assert "immutable" in first.headers["Cache-Control"]
    assert re.search(r"max-age=\d{7,}", first.headers["Cache-Control"])
    again = still_client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    plain = still_client.get(url.partition("?")[0])
    assert plain.headers["Cache-Control"] == "private, no-cache"
    assert plain.headers["ETag"] == first.headers["ETag"]
    outdated = still_client.get(url.partition("?")[0] + "?v=older")
    assert "immutable" not in outdated.headers["Cache-Control"]


def test_etags_differ(still_client: FlaskClient, scene: Scene) -> None:
    last = len(still_client.get(f"/api/scenes/{scene.id}").json["tiles"]["resolutions"]) - 1
    urls = [f"/tiles/{scene.id}/native/{last}/{tail}" for tail in ("0/0", "1/0", "0/1", "0/0.png", "0/0.jpg")]
    etags = [still_client.get(url).headers["ETag"] for url in [*urls, f"/tiles/{scene.id}/thumbnail"]]
    assert len(set(etags)) == len(etags)
    stale = still_client.get(urls[1], headers={"If-None-Match": etags[0]})
    assert stale.status_code == 200


@pytest.mark.parametrize("tail", ["0/1/0", "0/0/1", "9/0/0", "1/2/0", "0/999999999999999999999/0"])
def test_outside_the_pyramid(still_client: FlaskClient, scene: Scene, problem: Problem, tail: str) -> None:
    problem(still_client.get(f"/tiles/{scene.id}/native/{tail}"), 404, "tile-outside")


@pytest.mark.parametrize(
    "tail", ["0/-1/0", "0/0/0.gif", "0/0", "a/b/c", "0/0/0/0", "..%2f..%2fgeoengine.toml"]
)
def test_no_such_address(still_client: FlaskClient, scene: Scene, problem: Problem, tail: str) -> None:
    problem(still_client.get(f"/tiles/{scene.id}/native/{tail}"), 404, "not-found")


def test_unknown_scene(still_client: FlaskClient, problem: Problem) -> None:
    problem(still_client.get("/tiles/99/native/0/0/0"), 404, "not-found")
    problem(still_client.get("/tiles/99/thumbnail"), 404, "not-found")


def test_thumbnail(still_client: FlaskClient, scene: Scene) -> None:
    url = still_client.get("/api/scenes").json["scenes"][0]["thumbnail"]
    reply = still_client.get(url)
    assert max(picture(reply).size) == 256
    assert "immutable" in reply.headers["Cache-Control"]
    assert still_client.get(url, headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_damaged_block(
    client: FlaskClient, scene: Scene, project: Project, problem: Problem, caplog: Any
) -> None:
    path = project.resolve(scene.uri)
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 40_000] = b"\x55" * 40_000
    path.write_bytes(bytes(data))
    last = len(client.get(f"/api/scenes/{scene.id}").json["tiles"]["resolutions"]) - 1
    replies = [client.get(f"/tiles/{scene.id}/native/{last}/{x}/{y}") for x in range(3) for y in range(2)]
    broken = [reply for reply in replies if reply.status_code != 200]
    assert broken, "some block lies in the damaged bytes"
    for reply in broken:
        found = problem(reply, 500, "raster-unreadable")
        assert "town" in found["detail"]
        assert str(project.directory) not in reply.text
        assert "immutable" not in reply.headers["Cache-Control"]
    assert any(reply.status_code == 200 for reply in replies), "what is whole is still shown"
    assert "town.tif" in caplog.text, "the log names the file"


def test_missing_raster(project: Project, scene: Scene, problem: Problem) -> None:
    project.resolve(scene.uri).unlink()
    app = create_app(project)
    try:
        problem(app.test_client().get(f"/tiles/{scene.id}/native/0/0/0"), 500, "raster-unreadable")
        problem(app.test_client().get(f"/tiles/{scene.id}/thumbnail"), 500, "raster-unreadable")
        assert app.test_client().get("/api/scenes").status_code == 200, (
            "labels are readable without the raster"
        )
    finally:
        close_app(app)


@pytest.mark.real_data
def test_sixteen_bit_scene_is_neither_black_nor_white(project: Project, shared_data: Path) -> None:
    from geoengine.model import Scene as _Scene

    path = shared_data / "rasters" / "buildings_uint16.tif"
    scene: _Scene = register(project, path)
    app = create_app(project)
    try:
        rgb = np.asarray(picture(app.test_client().get(f"/tiles/{scene.id}/native/2/1/1")).convert("L"))
        assert 60 < rgb.mean() < 190
    finally:
        close_app(app)


def register(project: Project, path: Path) -> Scene:
    """Adds a raster of elsewhere by its absolute path."""
    from tiling.raster import hash_raster
    from tiling.stretch import compute_stretch

    with project.store() as store, open_raster(path) as raster:
        return store.add_scene(
            key="real",
            name="Real",
            uri=str(path),
            source=str(path),
            content_hash=hash_raster(path),
            grid=raster.grid,
            bands=raster.count,
            dtype=raster.dtype,
            stretch=compute_stretch(raster),
        )
