"""Map tiles over HTTP: what they show, how they are cached, what is not there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from flask.testing import FlaskClient
from PIL import Image

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.unreadable import unreadable_counts
from server.app import close_app, create_app
from tiling.display.rendering import HATCH_RGBA
from tiling.maptiles.tile_sets import WebMercatorTiles, tile_window
from tiling.raster.raster import open_raster

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


@pytest.mark.parametrize("tail", ["0/1/0", "0/0/1", "9/0/0", "1/2/0", "0/9999999999/0"])
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


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 40_000] = b"\x55" * 40_000
    path.write_bytes(bytes(data))


@pytest.mark.slow
@pytest.mark.parametrize("tiles", ["native", "on/1"])
def test_damaged_block(
    client: FlaskClient,
    scene: Scene,
    project: Project,
    caplog: Any,
    tiles: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # On a busy machine the requests take longer than the pause between two lines of the log.
    monkeypatch.setattr("geoengine.unreadable._LOG_EVERY_S", 3600.0)
    damage(project.resolve(scene.uri))
    last = len(client.get(f"/api/scenes/{scene.id}").json["tiles"]["resolutions"]) - 1
    urls = [f"/tiles/{scene.id}/{tiles}/{last}/{x}/{y}" for x in range(3) for y in range(2)]
    replies = [client.get(url) for url in urls]
    marked = [reply for reply in replies if "X-GeoEngine-Unreadable" in reply.headers]
    assert marked, "some block lies in the damaged bytes"
    # Interpolation looks one pixel beyond a tile, into the damaged block beside it.
    assert tiles != "native" or len(marked) < len(replies)
    for reply in marked:
        rgba = np.asarray(picture(reply).convert("RGBA"))
        assert len(np.unique(rgba[..., :3].reshape(-1, 3), axis=0)) > 1
        assert reply.headers["Cache-Control"] == "no-store"
        assert "ETag" not in reply.headers
    count = caplog.text.count("is marked")
    assert count == 1, "one line, not one for each tile"
    assert "town.tif" in caplog.text, "the log names the file"
    assert "Traceback" not in caplog.text
    for url in urls:
        client.get(url)
    assert unreadable_counts(project.cache_dir) == {"town": len(marked)}


@pytest.mark.slow
def test_what_is_readable_of_a_damaged_tile_is_shown(
    client: FlaskClient, scene: Scene, project: Project
) -> None:
    damage(project.resolve(scene.uri))
    hatched = []
    for z, x, y in (
        (0, 0, 0),
        *((1, x, y) for x in range(2) for y in range(1)),
        *((2, x, y) for x in range(3) for y in range(2)),
    ):
        shown = np.asarray(picture(client.get(f"/tiles/{scene.id}/native/{z}/{x}/{y}.png")).convert("RGBA"))
        marks = (shown[:, :, None] == np.array(HATCH_RGBA)).all(axis=-1).any(axis=-1)
        hatched.append(float(marks.mean()))
    assert any(0.02 < part < 0.98 for part in hatched)


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
    from tiling.access.file_check import hash_raster
    from tiling.display.stretch import compute_stretch

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


def test_web_mercator(still_client: FlaskClient, scene: Scene, project: Project, problem: Problem) -> None:
    about = still_client.get(f"/tiles/{scene.key}/WebMercatorQuad/tilejson.json").json
    assert about["tilejson"] == "3.0.0"
    tiles = WebMercatorTiles(scene.grid)
    assert tiles.coverage is not None
    z = about["maxzoom"]
    left, top, right, bottom = tiles.coverage.tile_range(z)
    x, y = (left + right) // 2, (top + bottom) // 2
    url = about["tiles"][0].removeprefix("http://localhost")
    reply = still_client.get(url.format(z=z, x=x, y=y))
    assert "immutable" in reply.headers["Cache-Control"]
    with open_raster(project.resolve(scene.uri)) as raster:
        expected = tiles.render(raster, scene.stretch, z, tile_window(tiles, z, x, y))
    png = still_client.get(f"/tiles/{scene.id}/WebMercatorQuad/{z}/{x}/{y}.png")
    assert (np.asarray(picture(png).convert("RGBA")) == expected).all()
    beside = still_client.get(f"/tiles/{scene.id}/WebMercatorQuad/{z}/0/0")
    assert not np.asarray(picture(beside).convert("RGBA")).any()
    problem(still_client.get(f"/tiles/{scene.id}/WebMercatorQuad/25/0/0"), 404, "tile-outside")
    problem(still_client.get(f"/tiles/{scene.id}/WebMercatorQuad/3/8/0"), 404, "tile-outside")


def test_on_another_scene(client: FlaskClient, scene: Scene, project: Project, problem: Problem) -> None:
    plain = project.scenes_dir / "plain.tif"
    with rasterio.open(plain, "w", driver="GTiff", width=50, height=40, count=1, dtype="uint8") as dataset:
        dataset.write(np.full((1, 40, 50), 9, dtype=np.uint8))
    register(project, plain)
    same = picture(client.get(f"/tiles/{scene.id}/on/town/2/0/0.png"))
    own = picture(client.get(f"/tiles/{scene.id}/native/2/0/0.png"))
    assert (np.asarray(same) == np.asarray(own)).all()
    problem(client.get("/tiles/town/on/real/0/0/0"), 404, "tile-outside")
    problem(client.get("/tiles/real/WebMercatorQuad/0/0/0"), 404, "tile-outside")
    problem(client.get("/tiles/town/on/nowhere/0/0/0"), 404, "not-found")
    assert client.get("/wmts").text.count("<Layer>") == 1


@pytest.mark.parametrize(
    ("accept", "full", "with_hole"),
    [
        ("", "image/jpeg", "image/png"),
        ("*/*", "image/jpeg", "image/png"),
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/jpeg", "image/webp"),
        ("image/png", "image/png", "image/png"),
        ("image/webp", "image/webp", "image/webp"),
        ("image/jpeg;q=0.5,image/png", "image/png", "image/png"),
        ("text/html", "image/jpeg", "image/png"),
    ],
)
def test_accept(still_client: FlaskClient, scene: Scene, accept: str, full: str, with_hole: str) -> None:
    headers = {"Accept": accept} if accept else {}
    replies = [still_client.get(f"/tiles/{scene.id}/native/2/{x}/0", headers=headers) for x in (0, 2)]
    assert [reply.mimetype for reply in replies] == [full, with_hole]
    assert all(reply.headers["Vary"] == "Accept" for reply in replies)
    assert "Vary" not in still_client.get(f"/tiles/{scene.id}/native/2/0/0.png", headers=headers).headers


def test_format_as_a_parameter(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    assert still_client.get(f"/tiles/{scene.id}/native/2/0/0?format=webp").mimetype == "image/webp"
    problem(still_client.get(f"/tiles/{scene.id}/native/2/0/0?format=gif"), 400, "bad-query")


def test_look(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    url = f"/tiles/{scene.id}/native/2/0/0.png"
    plain = np.asarray(picture(still_client.get(url)))
    swapped = np.asarray(picture(still_client.get(f"{url}?bands=3,2,1")))
    assert (swapped[..., 0] == plain[..., 2]).all()
    bright = np.asarray(picture(still_client.get(f"{url}?gamma=2")))
    assert bright.mean() > plain.mean() + 20
    ranged = np.asarray(picture(still_client.get(f"{url}?bands=1&limits=range:0,100")))
    assert (ranged[plain[..., 0] > 100, 0] == 255).all()
    for query in ("bands=9", "limits=wild:1", "gamma=0", "bands=natural&colormap=none-such", "nonsense=1"):
        found = problem(still_client.get(f"{url}?{query}"), 400, "bad-query")
        assert found["detail"].count(".") <= 3
    etags = {still_client.get(f"{url}?{query}").headers["ETag"] for query in ("", "gamma=2", "bands=1")}
    assert len(etags) == 3


def test_head(still_client: FlaskClient, scene: Scene) -> None:
    url = f"/tiles/{scene.id}/native/2/1/1.png"
    first = still_client.head(url)
    full = still_client.get(url)
    again = still_client.head(url)
    assert first.data == again.data == b""
    assert first.headers["Content-Length"] == again.headers["Content-Length"] == str(len(full.data))
    assert first.headers["ETag"] == full.headers["ETag"]


def test_a_new_stretch_by_another_process_is_seen(
    client: FlaskClient, scene: Scene, project: Project
) -> None:
    url = f"/tiles/{scene.id}/native/2/0/0.png"
    before = [client.get(url) for _ in range(2)]
    assert before[0].data == before[1].data
    with project.store() as other:
        other.set_stretch(scene.id, replace(scene.stretch, gamma=2.0))
    after = client.get(url)
    assert after.headers["ETag"] != before[0].headers["ETag"]
    assert after.data != before[0].data
