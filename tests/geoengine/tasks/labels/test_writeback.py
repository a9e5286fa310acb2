from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import box

from geoengine.errors import NotFoundError
from geoengine.exchange.geojson import read_foreign_member
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    LabelClass,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.label_file import LabelFile
from geoengine.tasks.labels.write_labels import write_labels
from geoengine.tasks.labels.writeback import WriteBack
from tests.support.scenes import register_plain
from tests.support.views import read

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "project", classes=[LabelClass("tree", "Tree", "#00ff00")])


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return register_plain(store, "banepa")


def commit(store: Store, scene: Scene, *edits: Edit) -> tuple[Feature, ...]:
    return store.commit(Changeset(new_uid(), scene.id, "ana", edits)).features


def create(state: FeatureState = FeatureState.ACCEPTED) -> CreateFeature:
    return CreateFeature(new_uid(), "tree", box(350_010, 3_055_950, 350_012, 3_055_952), state)


def states(project: Project, scene: Scene) -> list[str]:
    document = json.loads(project.labels_path(scene.key).read_bytes())
    return [feature["properties"]["state"] for feature in document["features"]]


def labels_are_current(project: Project, store: Store, scene: Scene) -> bool:
    """Return True if the scene's label file is whole and holds everything up to the last changeset."""
    member = read_foreign_member(project.labels_path(scene.key))
    return (
        member is not None
        and member.get("scene") == scene.key
        and member.get("changeset") == read(store).last_changeset(scene.id)
    )


def wait_for(condition: Callable[[], bool], limit_s: float = 60.0) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < limit_s
        time.sleep(0.02)
    return time.monotonic() - begun


def test_all_states_are_written_and_deleted_ones_are_not(
    project: Project, store: Store, scene: Scene
) -> None:
    made = commit(store, scene, *(create(state) for state in FeatureState), create())
    commit(store, scene, DeleteFeature(made[3].uid, 1))
    path = write_labels(project, store, scene)
    assert path == project.labels_dir / "banepa.geojson"
    frame = geopandas.read_file(path)
    assert frame["uid"].tolist() == [feature.uid for feature in made[:3]]
    assert frame["state"].tolist() == ["proposed", "accepted", "rejected"]
    assert frame.is_valid.all()
    before = path.read_bytes()
    write_labels(project, store, scene)
    assert path.read_bytes() == before


def test_current_means_up_to_the_last_changeset(project: Project, store: Store, scene: Scene) -> None:
    assert not labels_are_current(project, store, scene)
    path = write_labels(project, store, scene)
    assert labels_are_current(project, store, scene)
    commit(store, scene, create())
    assert not labels_are_current(project, store, scene)
    write_labels(project, store, scene)
    assert labels_are_current(project, store, scene)
    path.write_bytes(path.read_bytes()[:-10])
    assert not labels_are_current(project, store, scene)


def test_unknown_scenes(project: Project, store: Store, scene: Scene) -> None:
    with WriteBack(project, store) as back:
        back.mark(99)
        with pytest.raises(NotFoundError):
            back.flush(99)
        commit(store, scene, create())
        back.mark(scene.id)
        wait_for(lambda: labels_are_current(project, store, scene))


def test_a_mark_is_written_within_two_seconds(project: Project, store: Store, scene: Scene) -> None:
    with WriteBack(project, store, poll_s=60) as back:
        wait_for(lambda: labels_are_current(project, store, scene))
        (feature,) = commit(store, scene, create())
        took = []
        for state in (FeatureState.REJECTED, FeatureState.ACCEPTED, FeatureState.PROPOSED):
            (feature,) = commit(store, scene, UpdateFeature(feature.uid, feature.revision, state=state))
            back.mark(scene.id)
            took.append(wait_for(lambda state=state: states(project, scene) == [state]))  # type: ignore[misc]
        assert min(took) < 2  # the best of three, for a busy machine may stop this process for seconds


def test_constant_edits_do_not_put_it_off(project: Project, store: Store, scene: Scene) -> None:
    with WriteBack(project, store, quiet_s=0.3, latest_s=0.6, poll_s=60) as back:
        wait_for(lambda: labels_are_current(project, store, scene))
        begun = time.monotonic()
        while not states(project, scene):
            commit(store, scene, create())
            back.mark(scene.id)
            time.sleep(0.05)
            assert time.monotonic() - begun < 60


def test_edits_that_were_not_marked_are_written(project: Project, store: Store, scene: Scene) -> None:
    with WriteBack(project, store, poll_s=0.1):
        commit(store, scene, create())
        wait_for(lambda: labels_are_current(project, store, scene))


def test_only_stale_label_files_are_written_at_the_start(
    project: Project, store: Store, scene: Scene
) -> None:
    other = register_plain(store, "other")
    current = write_labels(project, store, other)
    inode = current.stat().st_ino
    commit(store, scene, create())
    with WriteBack(project, store):
        wait_for(lambda: labels_are_current(project, store, scene))
    assert current.stat().st_ino == inode


def test_flush_and_close_write_at_once(project: Project, store: Store, scene: Scene) -> None:
    back = WriteBack(project, store, quiet_s=60, latest_s=60, poll_s=60)
    commit(store, scene, create())
    back.mark(scene.id)
    assert back.flush(scene.id)
    assert labels_are_current(project, store, scene)
    commit(store, scene, create())
    back.mark(scene.id)
    back.close()
    assert labels_are_current(project, store, scene)
    back.close()


def test_a_full_disk_is_named_and_tried_again(
    project: Project,
    store: Store,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (made,) = commit(store, scene, create())
    path = write_labels(project, store, scene)
    before = path.read_bytes()
    full = threading.Event()
    full.set()
    write = os.fsync

    def fsync(descriptor: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with WriteBack(project, store) as back:
        commit(store, scene, UpdateFeature(made.uid, 1, state=FeatureState.REJECTED))
        back.mark(scene.id)
        wait_for(lambda: bool(back.problems))
        sentence = "labels of scene 'banepa' cannot be written: No space left on device"
        assert back.problems == [sentence]
        assert not back.flush()
        assert path.read_bytes() == before
        assert os.listdir(project.labels_dir) == ["banepa.geojson"]
        full.clear()
        wait_for(lambda: not back.problems)
        assert states(project, scene) == ["rejected"]
    assert sum(sentence in record.message for record in caplog.records) == 1


def test_an_older_state_never_replaces_a_newer_one(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = LabelFile.write

    def slow(*arguments: Any) -> Any:
        if not begun.is_set():
            begun.set()
            go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(LabelFile, "write", slow)
    first = threading.Thread(target=write_labels, args=(project, store, scene))
    first.start()
    begun.wait(10)
    commit(store, scene, create())
    second = threading.Thread(target=write_labels, args=(project, store, scene))
    second.start()
    time.sleep(0.1)
    go_on.set()
    first.join()
    second.join()
    assert labels_are_current(project, store, scene)


WRITER = """
import sys
from geoengine.project import Project
from geoengine.tasks.labels.write_labels import write_labels

project = Project.open(sys.argv[1])
with project.store() as store:
    with store.reading() as view:
        scene = view.scene(1)
    while True:
        write_labels(project, store, scene)
        print("written", flush=True)
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.1])
def test_kill_9_in_the_middle_of_writing_leaves_a_whole_file(
    project: Project, store: Store, scene: Scene, delay_s: float
) -> None:
    commit(store, scene, *(create() for _ in range(2000)))
    command = [sys.executable, "-c", WRITER, str(project.directory)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(delay_s)
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=30)
    child.stdout.close()
    assert len(states(project, scene)) == 2000
    assert labels_are_current(project, store, scene)
    with WriteBack(project, store) as back:
        commit(store, scene, create())
        back.mark(scene.id)
        assert back.flush()
        wait_for(lambda: not list(project.labels_dir.glob(".*.part")))
    assert len(states(project, scene)) == 2001


def test_an_unforeseen_error_of_one_scene_holds_back_no_other(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = register_plain(store, "other")
    real = LabelFile.write
    bad = threading.Event()
    bad.set()

    def failing(self: LabelFile, path: Path, view: Any, scene_id: int) -> Any:
        if bad.is_set() and scene_id == scene.id:
            raise RuntimeError("TopologyException")
        return real(self, path, view, scene_id)

    monkeypatch.setattr(LabelFile, "write", failing)
    with WriteBack(project, store) as back:
        for one in (scene, other):
            commit(store, one, create())
            back.mark(one.id)
        wait_for(lambda: labels_are_current(project, store, other))
        wait_for(lambda: bool(back.problems))
        assert back.problems == ["labels of scene 'banepa' cannot be written: TopologyException"]
        bad.clear()
        wait_for(lambda: labels_are_current(project, store, scene))
        wait_for(lambda: not back.problems)


def test_a_damaged_scene_holds_back_no_other(project: Project, store: Store, scene: Scene) -> None:
    other = register_plain(store, "other")
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE scenes SET grid = '{' WHERE id = ?", (scene.id,))
    with WriteBack(project, store) as back:
        store.commit(Changeset(new_uid(), scene.id, "ana", (create(),)))
        back.mark(scene.id)
        commit(store, other, create())
        back.mark(other.id)
        wait_for(lambda: labels_are_current(project, store, other))
        wait_for(lambda: bool(back.problems))
        assert back.problems[0].startswith("scene 'banepa' is damaged in the database: ")


def test_edits_that_wait_longer_than_promised_are_told_of(
    project: Project, store: Store, scene: Scene
) -> None:
    with WriteBack(project, store, quiet_s=60, latest_s=60, poll_s=60) as back:
        wait_for(lambda: labels_are_current(project, store, scene))
        commit(store, scene, create())
        back.mark(scene.id)
        assert back.problems == []
        wait_for(lambda: bool(back.problems), 10)
        assert "s behind its edits, expected at most 2 s" in back.problems[0]
        assert back.flush()
        assert back.problems == []
