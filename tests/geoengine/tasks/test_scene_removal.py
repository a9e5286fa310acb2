"""Removal and renaming of scenes with their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shapely import box

from geoengine.errors import JobStateError
from geoengine.model import Changeset, CreateFeature, PinEdit, PinState, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.write_labels import write_labels
from geoengine.tasks.scene_removal import ARCHIVE, remove_scene, rename_scene
from tests.support.views import read


@pytest.fixture
def labelled(project: Project, store: Store, scene: Scene) -> Scene:
    edit = CreateFeature(new_uid(), "tree", box(350_010, 3_055_950, 350_011, 3_055_951))
    store.commit(Changeset("t", scene.id, "ana", (edit,)))
    write_labels(project, store, scene)
    (project.scenes_dir / f"{scene.key}.tif").write_text("pixels")
    return scene


def test_labels_history_and_raster_go_to_the_archive(project: Project, store: Store, labelled: Scene) -> None:
    x, y = labelled.grid.bounds[:2]
    store.put_pin(PinEdit("pin-00000001", labelled.id, x, y, "A road?", PinState.OPEN, "ana", 0))
    folder = remove_scene(project, store, labelled)
    assert folder is not None
    assert folder.parent == project.directory / ARCHIVE
    assert len(json.loads((folder / "labels.geojson").read_text())["features"]) == 1
    assert len((folder / "history.jsonl").read_text().splitlines()) == 1
    kept = json.loads((folder / "scene.json").read_text())
    assert kept["content_hash"] == labelled.content_hash
    assert [(pin["text"], pin["state"]) for pin in kept["pins"]] == [("A road?", "open")]
    assert read(store).pin("pin-00000001") is None
    assert (folder / f"{labelled.key}.tif").read_text() == "pixels"
    assert not project.labels_path(labelled.key).exists()
    assert read(store).scenes() == []


def test_purging_keeps_nothing(project: Project, store: Store, labelled: Scene) -> None:
    assert remove_scene(project, store, labelled, purge=True) is None
    assert not (project.directory / ARCHIVE).exists()
    assert not list(project.scenes_dir.glob(f"{labelled.key}.*"))


def test_a_refused_removal_leaves_everything(
    project: Project, store: Store, labelled: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(scene_id: int, changeset: int) -> None:
        raise JobStateError("a worker is on it")

    monkeypatch.setattr(store, "remove_scene", refuse)
    with pytest.raises(JobStateError):
        remove_scene(project, store, labelled)
    assert list((project.directory / ARCHIVE).iterdir()) == []
    assert project.labels_path(labelled.key).exists()


def test_the_label_file_follows_a_new_key(project: Project, store: Store, labelled: Scene) -> None:
    renamed = rename_scene(project, store, labelled, "town", "Town")
    assert project.labels_path("town").is_file()
    assert not project.labels_path(labelled.key).exists()
    assert Path(project.resolve(renamed.uri)).name == f"{labelled.key}.tif"
