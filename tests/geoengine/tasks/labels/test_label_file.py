"""Rewriting a label file gives the bytes of writing it anew, whatever was changed."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import box

from geoengine.exchange.geojson import LeftOut
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels import label_file
from geoengine.tasks.labels.label_file import LabelFile

EAST, NORTH = 350_000, 3_055_990


def create(x: float) -> CreateFeature:
    return CreateFeature(new_uid(), "tree", box(EAST + x, NORTH, EAST + x + 0.5, NORTH + 1))


def commit(store: Store, scene: Scene, *edits: Edit) -> tuple[Feature, ...]:
    return store.commit(Changeset(new_uid(), scene.id, "ana", edits)).features


def written(file: LabelFile, path: Path, store: Store, scene: Scene) -> tuple[bytes, tuple[LeftOut, ...]]:
    with store.reading() as view:
        changeset, report = file.write(path, view, scene.id)
    assert json.loads(path.read_bytes())["geoengine"]["changeset"] == changeset
    return path.read_bytes(), report.left_out


@pytest.fixture
def is_patched(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Return whether features were copied since the last call."""
    count = 0
    patched = LabelFile._patched

    def counted(*arguments: object) -> object:
        nonlocal count
        result = patched(*arguments)  # type: ignore[arg-type]
        count += 1
        return result

    monkeypatch.setattr(LabelFile, "_patched", counted)

    def ask() -> bool:
        nonlocal count
        found, count = count > 0, 0
        return found

    return ask


def test_edits_of_every_kind(
    store: Store, scene: Scene, tmp_path: Path, is_patched: Callable[[], bool]
) -> None:
    draw = random.Random(1)
    heads = {feature.uid: feature for feature in commit(store, scene, *(create(i / 2) for i in range(150)))}
    file = LabelFile()
    for turn in range(40):
        edits: list[Edit] = [create(draw.random() * 90) for _ in range(draw.randrange(3))]
        for uid in draw.sample(sorted(heads), draw.choice([1, 3, 10])):
            head = heads[uid]
            if head.deleted:
                edits.append(RestoreFeature(uid, head.revision))
            elif draw.random() < 0.4:
                edits.append(DeleteFeature(uid, head.revision))
            else:
                edits.append(UpdateFeature(uid, head.revision, state=FeatureState.REJECTED))
        heads |= {feature.uid: feature for feature in commit(store, scene, *edits)}
        again = written(file, tmp_path / "a.geojson", store, scene)
        assert again == written(LabelFile(), tmp_path / "b.geojson", store, scene)
        assert is_patched() == (turn > 0)


def test_the_first_and_the_last_feature(store: Store, scene: Scene, tmp_path: Path) -> None:
    file = LabelFile()
    written(file, tmp_path / "a.geojson", store, scene)
    uids: list[str] = []
    for _ in range(3):
        uids.append(commit(store, scene, create(1))[0].uid)
        assert written(file, tmp_path / "a.geojson", store, scene) == written(
            LabelFile(), tmp_path / "b.geojson", store, scene
        )
    for uid in (uids[0], uids[2], uids[1]):
        commit(store, scene, DeleteFeature(uid, 1))
        assert written(file, tmp_path / "a.geojson", store, scene) == written(
            LabelFile(), tmp_path / "b.geojson", store, scene
        )
    assert json.loads((tmp_path / "a.geojson").read_bytes())["features"] == []


def test_an_edited_file_is_not_copied_from(
    store: Store, scene: Scene, tmp_path: Path, is_patched: Callable[[], bool]
) -> None:
    commit(store, scene, *(create(i) for i in range(10)))
    file, path = LabelFile(), tmp_path / "a.geojson"
    before, _ = written(file, path, store, scene)
    path.write_bytes(before.replace(b"accepted", b"rejected"))
    commit(store, scene, create(20))
    after, _ = written(file, path, store, scene)
    assert b"rejected" not in after
    assert not is_patched()


def test_features_that_cannot_be_written_are_left_out(store: Store, scene: Scene, tmp_path: Path) -> None:
    commit(store, scene, *(create(i) for i in range(3)))
    file, path = LabelFile(), tmp_path / "a.geojson"
    written(file, path, store, scene)
    far = [box(1e9, 1e9, 1.1e9, 1.1e9), box(1e150, 1e150, 1.1e150, 1.1e150), box(3e7, -3e7, 9e7, 4e7)]
    made = commit(store, scene, *(CreateFeature(new_uid(), "tree", polygon) for polygon in far))
    data, left_out = written(file, path, store, scene)
    assert [one.uid for one in left_out] == [feature.uid for feature in made]
    assert len(json.loads(data)["features"]) == 3
    assert json.loads(data)["geoengine"]["left_out"] == 3
    commit(store, scene, create(5))
    data, left_out = written(file, path, store, scene)
    assert [one.uid for one in left_out] == [feature.uid for feature in made]
    commit(store, scene, *(DeleteFeature(feature.uid, 1) for feature in made))
    data, left_out = written(file, path, store, scene)
    assert left_out == ()
    assert len(json.loads(data)["features"]) == 4


def test_damaged_rows_are_left_out(project: Project, store: Store, scene: Scene, tmp_path: Path) -> None:
    made = commit(store, scene, *(create(i) for i in range(5)))
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE features SET geometry = x'0102' WHERE uid = ?", (made[1].uid,))
        connection.execute("UPDATE features SET attributes = '{' WHERE uid = ?", (made[3].uid,))
    data, left_out = written(LabelFile(), tmp_path / "a.geojson", store, scene)
    assert [one.uid for one in left_out] == [made[1].uid, made[3].uid]
    assert "its geometry is no WKB" in left_out[0].reason
    assert [feature["id"] for feature in json.loads(data)["features"]] == [made[i].uid for i in (0, 2, 4)]


def test_a_full_disk_leaves_the_file(
    store: Store, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(store, scene, create(1))
    file, path = LabelFile(), tmp_path / "a.geojson"
    before, _ = written(file, path, store, scene)
    commit(store, scene, create(2))

    def fsync(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space"):
            written(file, path, store, scene)
    assert path.read_bytes() == before
    assert written(file, path, store, scene) == written(LabelFile(), tmp_path / "b.geojson", store, scene)


def test_an_index_that_was_kept_is_used_for_the_same_file_only(
    store: Store,
    scene: Scene,
    tmp_path: Path,
    is_patched: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(label_file, "_WORTH_KEEPING", 1)
    far = CreateFeature(new_uid(), "tree", box(1e9, 1e9, 1.1e9, 1.1e9))
    commit(store, scene, far, *(create(i) for i in range(10)))
    file, path, kept = LabelFile(), tmp_path / "a.geojson", tmp_path / "cache" / "a.npz"
    before, _ = written(file, path, store, scene)
    file.save(kept)
    commit(store, scene, create(20))

    def later() -> tuple[bytes, tuple[LeftOut, ...]]:
        other = LabelFile()
        other.load(kept, path)
        return written(other, path, store, scene)

    assert later() == written(LabelFile(), tmp_path / "b.geojson", store, scene)
    assert is_patched()
    later()
    assert not is_patched()  # the file is a newer one by now
    path.write_bytes(before.replace(b"accepted", b"rejected"))
    assert b"rejected" not in later()[0]
    assert not is_patched()
    kept.write_bytes(b"PK\x03\x04 no archive")
    assert later() == written(LabelFile(), tmp_path / "b.geojson", store, scene)
