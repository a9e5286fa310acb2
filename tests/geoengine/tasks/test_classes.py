"""Changes of classes, with the labels and label files that follow."""

from __future__ import annotations

import json

import pytest
import shapely

from geoengine.errors import InvalidValueError
from geoengine.model import Changeset, CreateFeature, FeatureState, Origin, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.classes import add_class, change_class, count_labels, merge_classes
from tests.support.views import read


@pytest.fixture
def labelled(store: Store, scene: Scene) -> Scene:
    """A scene with a building and a tree."""
    edits = [
        CreateFeature(
            uid * 8, key, shapely.box(350_000 + n, 3_055_990, 350_001 + n, 3_055_991),
            FeatureState.ACCEPTED, None, Origin.HUMAN, None,
        )
        for n, (uid, key) in enumerate((("a", "building"), ("b", "tree")))
    ]  # fmt: skip
    store.commit(Changeset("token", scene.id, "me", edits), scene_grid=scene.grid)
    return scene


def test_a_hotkey_is_that_of_one_class(project: Project, store: Store) -> None:
    add_class(store, "crane", hotkey="9")
    [building, _, _] = read(store).classes()
    with pytest.raises(InvalidValueError, match="hotkey '9' is that of class 'crane'"):
        change_class(project, store, building, hotkey="9", author="me")
    crane = read(store).classes()[2]
    change_class(project, store, crane, color="#123456", hotkey="", author="me")
    assert (read(store).classes()[2].hotkey, read(store).classes()[2].color) == (None, "#123456")


def test_labels_are_counted_by_class(store: Store, labelled: Scene) -> None:
    add_class(store, "tower_crane")
    assert [(one.key, number) for one, number in count_labels(store)] == [
        ("building", 1), ("tree", 1), ("tower_crane", 0),
    ]  # fmt: skip


def test_a_class_is_added_once_under_a_name_made_from_its_key(store: Store) -> None:
    added = add_class(store, "tower_crane")
    assert (added.name, added.hotkey) == ("tower crane", None)
    with pytest.raises(InvalidValueError, match="'tower_crane' is in the project already"):
        add_class(store, "tower_crane")


def test_a_name_that_was_made_from_the_key_follows_it(
    project: Project, store: Store, labelled: Scene
) -> None:
    [building, _] = read(store).classes()
    done = change_class(project, store, building, key="big_house", author="me")
    assert (done.label_class.name, done.labels, done.scenes) == ("big house", 1, 1)
    written = json.loads(project.labels_path(labelled.key).read_text())
    assert {one["properties"]["class"] for one in written["features"]} == {"big_house", "tree"}
    named = change_class(project, store, done.label_class, name="Villa", hotkey="9", author="me").label_class
    again = change_class(project, store, named, key="house", author="me").label_class
    assert (again.key, again.name, again.hotkey) == ("house", "Villa", "9")


def test_merged_classes_give_their_labels_away(project: Project, store: Store, labelled: Scene) -> None:
    building, _ = read(store).classes()
    done = merge_classes(project, store, ["tree"], building, author="me")
    assert (done.label_class, done.labels, done.scenes) == (building, 1, 1)
    assert [(one.key, number) for one, number in count_labels(store)] == [("building", 2)]
    written = json.loads(project.labels_path(labelled.key).read_text())
    assert {one["properties"]["class"] for one in written["features"]} == {"building"}
