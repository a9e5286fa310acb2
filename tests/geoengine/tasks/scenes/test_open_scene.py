"""Every command that makes something of a registered scene refuses a raster that was replaced since."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.open_scene import open_recorded, open_scene
from geoengine.tasks.scenes.originals import ChangedSourceError
from geoengine.tasks.scenes.register import Registration, register_scene
from geoengine.tasks.scenes.restretch import restretch
from server.app import close_app, create_app
from tests.support.samples import write_raster

ROOT = Path(__file__).resolve().parents[4]
# Who names a scene's raster without `open_scene`: it itself, what reads the original of a copy, the blocks
# of a scene that prelabel has opened, and tiles, whose addresses change with the file and which the desk says.
UNCHECKED = {
    "geoengine/project.py",
    "geoengine/tasks/scenes/originals.py",
    "geoengine/tasks/prelabel/run.py",
    "server/tiles/drawing.py",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "a.tif", seed=1)


@pytest.fixture
def scene(project: Project, store: Store, path: Path) -> Scene:
    return register_scene(project, store, path, Registration(in_place=True))


def test_a_raster_as_it_was_is_opened(project: Project, scene: Scene) -> None:
    with open_scene(project, scene) as raster:
        assert raster.grid == scene.grid


def test_a_replaced_raster_is_refused(project: Project, store: Store, scene: Scene, path: Path) -> None:
    write_raster(path, seed=2, repeat=2)
    for attempt in (
        lambda: open_scene(project, scene),
        lambda: open_recorded(project, scene.key, scene.uri, scene.reading),
        lambda: restretch(project, store, scene, gamma=2.0),
    ):
        with pytest.raises(ChangedSourceError, match=r"was changed since it was registered.*relink"):
            attempt()
    assert store.path.is_file()


def test_a_missing_raster_is_refused_where_it_is_read(
    project: Project, store: Store, scene: Scene, path: Path
) -> None:
    path.unlink()
    with pytest.raises(ChangedSourceError, match=r"a: .*a\.tif could not be opened"):
        open_scene(project, scene)
    assert restretch(project, store, scene, gamma=2.0).stretch.gamma == 2.0  # nothing is read for it


def test_no_outline_is_proposed_on_a_replaced_raster(project: Project, scene: Scene, path: Path) -> None:
    app = create_app(project)
    try:
        x, y = scene.grid.to_world([[20, 20]])[0]
        body = {"points": [[float(x), float(y)]]}
        address = f"/api/scenes/{scene.id}/outline"
        assert app.test_client().post(address, json=body).status_code == 200
        write_raster(path, seed=2)
        path.with_name("a.tif.new").write_bytes(path.read_bytes() + b" ")  # another size
        path.with_name("a.tif.new").replace(path)
        reply = app.test_client().post(address, json=body)
        assert reply.status_code == 409
        assert "was changed since it was registered" in reply.json["detail"]
        assert "was changed" in app.test_client().get("/api/scenes").json["scenes"][0]["changed"]
    finally:
        close_app(app)


def test_nothing_else_opens_a_scene() -> None:
    sources = [path for top in ("geoengine", "server") for path in (ROOT / top).rglob("*.py")]
    named = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if "node_modules" not in path.parts
        and re.search(r"\.raster_source\(|def raster_source", path.read_text())
    }
    assert named == UNCHECKED
