"""Removal, renaming and relinking of scenes in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from shapely import box

from geoengine.errors import InvalidValueError, JobStateError
from geoengine.model import Changeset, CreateFeature, JobState, Scene, new_uid
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.store.scene_removal import relink_scene, remove_scene, rename_scene
from tests.support.views import read


def label(store: Store, scene: Scene) -> str:
    uid = new_uid()
    edit = CreateFeature(uid, "tree", box(350_010, 3_055_950, 350_011, 3_055_951))
    store.commit(Changeset(new_uid(), scene.id, "ana", (edit,)))
    return uid


def test_features_and_history_go_with_their_scene_only(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    other = add_scene("other")
    label(store, scene)
    kept = label(store, other)
    with store._database.write() as connection:
        remove_scene(connection, scene.id, 1)
    assert [each.key for each in read(store).scenes()] == ["other"]
    assert [feature.uid for feature in read(store).features(other.id).features] == [kept]
    assert len(read(store).history(kept)) == 1
    with pytest.raises(sa.exc.IntegrityError), store._database._engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM revisions"))  # its trigger is in force again


def test_an_edited_scene_is_not_removed(store: Store, scene: Scene) -> None:
    uid = label(store, scene)
    with (
        pytest.raises(JobStateError, match="has changeset 1 by now, expected 0"),
        store._database.write() as connection,
    ):
        remove_scene(connection, scene.id, 0)
    assert read(store).feature(uid).scene_id == scene.id


def test_queued_jobs_follow_a_new_key_and_end_with_the_scene(store: Store, scene: Scene) -> None:
    job = store.create_job("prelabel", {"scene": scene.key, "model": "m"}, "t", [{}])
    with store._database.write() as connection:
        renamed = rename_scene(connection, scene.id, "town", "Town")
    assert (renamed.key, renamed.name) == ("town", "Town")
    assert read(store).job(job.id).params["scene"] == "town"
    with store._database.write() as connection:
        remove_scene(connection, scene.id, 0)
    assert read(store).job(job.id).state == JobState.CANCELLED


def test_a_key_that_is_taken_or_bad_changes_nothing(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    add_scene("other")
    for key, error in (("other", DuplicateSceneError), ("No Key", InvalidValueError)):
        with pytest.raises(error), store._database.write() as connection:
            rename_scene(connection, scene.id, key, "Name")
    assert read(store).scene(scene.id) == scene


def test_two_scenes_are_not_read_from_one_file(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    other = add_scene("other")
    with store._database.write() as connection:
        moved = relink_scene(connection, scene.id, "/d/new.tif", "/d/new.tif", "sha-new", {})
    assert (moved.uri, moved.content_hash) == ("/d/new.tif", "sha-new")
    with pytest.raises(DuplicateSceneError), store._database.write() as connection:
        relink_scene(connection, scene.id, other.uri, other.source, other.content_hash, {})
