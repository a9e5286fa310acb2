"""Classes that are renamed, merged and retired, with their labels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shapely import box

from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    FeatureState,
    LabelClass,
    Origin,
    RestoreFeature,
    Scene,
    new_uid,
)
from geoengine.store import Store
from tests.support.views import read


def draw(store: Store, scene: Scene, class_key: str, x: float = 0) -> str:
    create = CreateFeature(new_uid(), class_key, box(x, 0, x + 10, 10))
    store.commit(Changeset(new_uid(), scene.id, "ana", (create,)))
    return create.uid


def proposal(class_key: str, x: float = 0) -> CreateFeature:
    polygon = box(x, 0, x + 10, 10)
    return CreateFeature(new_uid(), class_key, polygon, FeatureState.PROPOSED, 0.5, Origin.MODEL, "m 1")


def test_labels_go_with_a_renamed_class(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    other = add_scene("other")
    here, there, tree = (
        draw(store, scene, "building"),
        draw(store, other, "building"),
        draw(store, scene, "tree"),
    )
    moved = store.rename_class("building", LabelClass("house", "House", "#d55e00", "1"), author="bo")
    assert [(each.scene_id, each.labels) for each in moved] == [(scene.id, 1), (other.id, 1)]
    assert [each.key for each in read(store).classes()] == ["house", "tree"]
    assert [read(store).feature(uid).class_key for uid in (here, there, tree)] == ["house", "house", "tree"]
    steps = read(store).history(here)
    assert [(step.author, step.feature.class_key) for step in steps] == [("ana", "building"), ("bo", "house")]
    assert steps[1].comment == "class building is called house"
    assert read(store).last_changeset(scene.id) == moved[0].changeset
    assert [(entry.class_key, entry.count) for entry in read(store).counts(other.id)] == [("house", 1)]
    with pytest.raises(UnknownClassError, match="class 'building'"):
        draw(store, scene, "building")
    with pytest.raises(InvalidValueError, match="class 'tree' is in the project already"):
        store.rename_class("house", LabelClass("tree", "Tree", "#d55e00"), author="bo")
    # A name alone changes no label.
    assert store.rename_class("house", LabelClass("house", "Home", "#d55e00"), author="bo") == []
    # The old key can come back, as a class of its own.
    store.put_classes([LabelClass("building", "Building", "#000000")])
    assert [each.key for each in read(store).classes()] == ["house", "tree", "building"]
    assert read(store).feature(here).class_key == "house"


def test_merged_labels_keep_their_decisions(store: Store, scene: Scene) -> None:
    waiting, deleted = proposal("tree"), proposal("tree", 20)
    store.replace_proposals(scene.id, ["tree"], [waiting, deleted], token="t", author="m 1")
    store.commit(Changeset(new_uid(), scene.id, "ana", (DeleteFeature(deleted.uid, 1),)))
    [moved] = store.merge_classes(["tree"], "building", author="bo")
    assert moved.labels == 2
    assert [each.key for each in read(store).classes()] == ["building"]
    # What waits is the model's still, and what was deleted is not proposed again.
    again = [proposal("building"), proposal("building", 20)]
    result = store.replace_proposals(scene.id, ["building"], again, token="u", author="m 1")
    assert (result.created, result.removed, result.skipped) == (1, 1, 1)
    with pytest.raises(InvalidValueError, match="merged into itself"):
        store.merge_classes(["building"], "building", author="bo")
    with pytest.raises(UnknownClassError):
        store.merge_classes(["tree"], "building", author="bo")


def test_a_class_is_retired_when_no_label_has_it(store: Store, scene: Scene) -> None:
    uid = draw(store, scene, "tree")
    with pytest.raises(InvalidValueError, match="class 'tree' has 1 labels in 1 scenes, expected none"):
        store.retire_class("tree")
    store.commit(Changeset(new_uid(), scene.id, "ana", (DeleteFeature(uid, 1),)))
    store.retire_class("tree")
    assert [each.key for each in read(store).classes()] == ["building"]
    with pytest.raises(UnknownClassError, match="class 'tree' in edits"):
        store.commit(Changeset(new_uid(), scene.id, "ana", (RestoreFeature(uid, 2),)))
    store.commit(Changeset(new_uid(), scene.id, "ana", (RestoreFeature(uid, 2, "building"),)))
    with pytest.raises(UnknownClassError):
        store.set_class(LabelClass("tree", "Tree", "#000000"))
