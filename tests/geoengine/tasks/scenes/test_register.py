"""Registering rasters: once each, nothing left behind, two processes at a time."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
import shapely

from geoengine.errors import InvalidValueError
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes import register
from geoengine.tasks.scenes.register import Registration, register_scene
from tests.support.samples import write_raster
from tests.support.views import read
from tiling.display.stretch_request import StretchRequest
from tiling.errors import StretchError


def left(project: Project) -> list[str]:
    return sorted(path.name for path in project.scenes_dir.iterdir() if path.name != ".lock")


def test_a_raster_that_is_quick_to_read_stays_where_it_is(
    project: Project, store: Store, tmp_path: Path
) -> None:
    path = write_raster(tmp_path / "small.tif")
    scene = register_scene(project, store, path)
    assert scene.uri == str(path)
    assert scene.source == str(path)
    assert left(project) == []
    assert (scene.key, scene.bands, scene.dtype, scene.nodata) == ("small", 3, "uint8", None)


def test_a_raster_that_is_not_gets_a_copy_in_the_project(
    project: Project, store: Store, tmp_path: Path
) -> None:
    path = write_raster(tmp_path / "Striped Scene.tif", repeat=4)
    seen: list[float] = []
    scene = register_scene(project, store, path, Registration(name="Striped"), progress=seen.append)
    assert scene.uri == "scenes/striped.tif"
    assert scene.name == "Striped"
    assert left(project) == ["striped.tif"]
    assert seen[-1] == pytest.approx(1.0)


def test_nodata_is_recorded(project: Project, store: Store, tmp_path: Path) -> None:
    assert (
        register_scene(project, store, write_raster(tmp_path / "a.tif", 1), Registration(nodata=0.0)).nodata
        == "0.0"
    )
    assert register_scene(
        project, store, write_raster(tmp_path / "b.tif", 2), Registration(nodata=(255, 255, 255))
    ).nodata == ("[255, 255, 255]")
    assert register_scene(project, store, write_raster(tmp_path / "c.tif", 3, nodata=7)).nodata == "7.0"
    nan = write_raster(tmp_path / "d.tif", 4, dtype="float32", nodata=float("nan"))
    assert register_scene(project, store, nan).nodata == '"nan"'


def test_the_same_bytes_are_one_scene(project: Project, store: Store, tmp_path: Path) -> None:
    first = register_scene(project, store, write_raster(tmp_path / "a.tif"))
    copy = tmp_path / "elsewhere.tif"
    copy.write_bytes((tmp_path / "a.tif").read_bytes())
    with pytest.raises(DuplicateSceneError) as caught:
        register_scene(project, store, copy, Registration(nodata=0.0))
    assert caught.value.existing == first
    assert left(project) == []


def test_a_failure_leaves_nothing_behind(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_raster: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(register, "compute_statistics", full)
    with pytest.raises(OSError, match="No space left"):
        register_scene(project, store, write_raster(tmp_path / "a.tif"), Registration(nodata=0.0))
    assert left(project) == []
    assert read(store).scenes() == []


def test_what_a_killed_registration_left_is_swept(project: Project, store: Store, tmp_path: Path) -> None:
    stale = project.scenes_dir / ".a.tif-abc"
    stale.mkdir()
    (stale / "cog.tif").write_bytes(b"half")
    register_scene(project, store, write_raster(tmp_path / "a.tif"))
    assert left(project) == []


def _register(directory: Path, path: Path) -> str:
    project = Project.open(directory)
    with project.store() as store:
        return register_scene(project, store, path, Registration(name="same", nodata=0.0)).key


def test_two_processes_never_share_a_key_or_a_file(project: Project, tmp_path: Path) -> None:
    paths = [write_raster(tmp_path / f"{number}.tif", number) for number in range(4)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        keys = pool.starmap(_register, [(project.directory, path) for path in paths])
    assert sorted(keys) == ["same", "same-2", "same-3", "same-4"]
    with project.store() as store:
        for scene in read(store).scenes():
            assert scene.uri == f"scenes/{scene.key}.tif"
    assert left(project) == ["same-2.tif", "same-3.tif", "same-4.tif", "same.tif"]


def test_files_of_a_killed_registration_are_swept(project: Project, store: Store, tmp_path: Path) -> None:
    """Killed after the copy was renamed and before the scene was recorded."""
    (project.scenes_dir / ".registering").write_text("a")
    for name in ("a.tif", "a.vrt.ovr"):
        (project.scenes_dir / name).write_bytes(b"whole, but nobody's")
    (project.scenes_dir / ".b.vrt-xyz").mkdir()
    register_scene(project, store, write_raster(tmp_path / "c.tif"))
    assert left(project) == []


def test_a_file_that_somebody_put_there_is_not_replaced(
    project: Project, store: Store, tmp_path: Path
) -> None:
    path = write_raster(project.scenes_dir / "striped.tif", repeat=4)
    before = path.read_bytes()
    scene = register_scene(project, store, path)
    assert (scene.key, scene.uri) == ("striped-2", "scenes/striped-2.tif")
    assert path.read_bytes() == before


def test_in_place_failures_leave_nothing_behind(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_raster: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(register, "compute_statistics", full)
    path = write_raster(tmp_path / "a.tif", repeat=4)
    with pytest.raises(OSError, match="No space left"):
        register_scene(project, store, path, Registration(in_place=True, nodata=(0, 0, 0)))
    assert left(project) == []
    with pytest.raises(OSError, match="No space left"):
        register.register_mosaic(project, store, "m", [path])
    assert left(project) == []


def test_what_is_recorded(project: Project, store: Store, tmp_path: Path) -> None:
    scene = register_scene(
        project,
        store,
        write_raster(tmp_path / "a.tif"),
        Registration(acquired_at="2024-05-01", marking="CUI"),
    )
    assert (scene.acquired_at, scene.marking) == ("2024-05-01", "CUI")
    assert scene.statistics is not None
    assert len(scene.statistics.bands) == 3
    assert scene.footprint is not None
    footprint = shapely.from_wkt(scene.footprint)
    assert footprint.bounds == pytest.approx((85.52, 27.61, 85.53, 27.63), abs=0.02)
    assert read(store).scene(scene.id) == scene
    with pytest.raises(InvalidValueError, match="ISO 8601"):
        register_scene(project, store, write_raster(tmp_path / "b.tif", 2), Registration(acquired_at="May"))


def test_a_picture_that_cannot_be_made_is_refused_before_anything_is_copied(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "ensure_cog", None)
    path = write_raster(tmp_path / "a.tif", repeat=4)
    for stretch in (StretchRequest(limits="nonsense"), StretchRequest("1,2,9"), StretchRequest("ndvi")):
        with pytest.raises(StretchError):
            register_scene(project, store, path, Registration(stretch=stretch))


@pytest.mark.parametrize("in_place", [False, True])
def test_the_used_bits_are_known_from_the_original(
    project: Project, store: Store, tmp_path: Path, in_place: bool
) -> None:
    path = write_raster(tmp_path / "a.tif", repeat=4, dtype="uint16", nbits=11)
    scene = register_scene(
        project, store, path, Registration(in_place=in_place, stretch=StretchRequest(limits="none"))
    )
    assert scene.statistics is not None
    assert scene.statistics.bits == 11
    assert scene.stretch.high == (2047.0,) * 3
