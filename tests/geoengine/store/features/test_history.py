"""Tests of `geoengine.store.features.history`."""

from __future__ import annotations

from shapely import box

from geoengine.model import Changeset, CreateFeature, LabelClass, Scene, UpdateFeature
from geoengine.store import Store

BOX = box(350_010, 3_055_950, 350_020, 3_055_960)
UID = "0123456789abcdef"


def test_history_knows_revisions_classes_and_times(store: Store, scene: Scene) -> None:
    store.put_classes([LabelClass(key, key, "#ff0000") for key in ("building", "tree")])
    first = store.commit(Changeset("t1", scene.id, "ana", (CreateFeature(UID, "building", BOX),)))
    store.commit(Changeset("t2", scene.id, "bo", (UpdateFeature(UID, 1, class_key="tree"),)))
    with store.reading() as view:
        assert [(one.revision, one.author) for one in view.history(UID)] == [(1, "ana"), (2, "bo")]
        assert view.revisions({UID: 1, "another-one": 1})[UID].class_key == "building"
        assert view.classes_had([UID, "another-one"]) == {UID: {"building", "tree"}}
        assert view.changeset_time(scene.id, first.id) == first.features[0].time
        assert view.changeset_time(scene.id + 1, first.id) is None
        assert view.changeset_time(scene.id, 99) is None
