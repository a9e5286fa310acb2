"""Folder of scenes: free keys, and removal of what a killed registration left."""

from __future__ import annotations

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.scenes_folder import (
    KEY_NOTE,
    drop_note,
    forget,
    free_key,
    note_key,
    one_registration,
    sweep,
)


def test_a_free_key_is_neither_a_scenes_nor_a_files(project: Project, store: Store, scene: Scene) -> None:
    assert free_key(project, store, "Kathmandu") == "kathmandu"
    assert free_key(project, store, scene.key) == f"{scene.key}-2"
    (project.scenes_dir / "kathmandu.tif").touch()
    (project.scenes_dir / "kathmandu-2.vrt").touch()
    assert free_key(project, store, "Kathmandu") == "kathmandu-3"


def test_the_next_registration_removes_files_of_a_key_that_no_scene_has(
    project: Project, store: Store, scene: Scene
) -> None:
    folder = project.scenes_dir
    kept, left = folder / f"{scene.key}.tif", folder / "half.tif"
    for path in (kept, left):
        path.touch()
    (folder / ".half.tif-1234").mkdir()
    for key in ("half", scene.key):
        note_key(folder, key)
        with one_registration(folder):
            sweep(folder, store)
        assert not (folder / KEY_NOTE).exists()
    assert kept.exists()
    assert not left.exists()
    assert not (folder / ".half.tif-1234").exists()


def test_a_note_that_is_no_key_removes_nothing(project: Project, store: Store) -> None:
    other = project.scenes_dir / "other.tif"
    other.touch()
    note_key(project.scenes_dir, "*")
    sweep(project.scenes_dir, store)
    assert other.exists()
    drop_note(project.scenes_dir)
    forget(project.scenes_dir, "other")
    assert not other.exists()
