"""The same decision twice is no conflict; any other edit of a stale revision is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shapely import box

from geoengine.model import (
    Changeset,
    ChangesetResult,
    CreateFeature,
    DeleteFeature,
    Edit,
    FeatureState,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.errors import ConflictError
from tests.support.views import read

ACCEPTED, REJECTED = FeatureState.ACCEPTED, FeatureState.REJECTED


def send(store: Store, scene: Scene, author: str, *edits: Edit, token: str | None = None) -> ChangesetResult:
    return store.commit(Changeset(token or new_uid(), scene.id, author, edits))


@pytest.fixture
def uids(store: Store, scene: Scene) -> Sequence[str]:
    """Two proposals."""
    found = [new_uid(), new_uid()]
    creates = [
        CreateFeature(uid, "tree", box(n, 0, n + 1, 1), FeatureState.PROPOSED, 0.5, Origin.MODEL, "m")
        for n, uid in enumerate(found)
    ]
    send(store, scene, "m", *creates)
    return found


def test_the_same_decision_is_taken_and_makes_no_revision(
    store: Store, scene: Scene, uids: Sequence[str]
) -> None:
    accept = UpdateFeature(uids[0], 1, state=ACCEPTED)
    send(store, scene, "ana", accept)
    token = new_uid()
    second = send(store, scene, "ben", accept, token=token)
    (feature,) = second.features
    assert (feature.revision, feature.author, feature.state) == (2, "ana", ACCEPTED)
    again = send(store, scene, "ben", accept, token=token)
    assert (again.replayed, again.features) == (True, second.features)
    assert [revision.author for revision in read(store).history(uids[0])] == ["m", "ana"]


def test_what_is_new_in_such_a_changeset_is_written(store: Store, scene: Scene, uids: Sequence[str]) -> None:
    edits = [UpdateFeature(uid, 1, state=REJECTED) for uid in uids]
    send(store, scene, "ana", edits[0])
    result = send(store, scene, "ben", *edits)
    assert [(f.uid, f.revision, f.author) for f in result.features] == [
        (uids[0], 2, "ana"),
        (uids[1], 2, "ben"),
    ]
    assert [f.author for f in read(store).features(scene.id).features] == ["ana", "ben"]


def test_a_deletion_twice(store: Store, scene: Scene, uids: Sequence[str]) -> None:
    send(store, scene, "ana", DeleteFeature(uids[0], 1))
    assert send(store, scene, "ben", DeleteFeature(uids[0], 1)).features[0].deleted


@pytest.mark.parametrize(
    "first",
    [
        {"state": REJECTED},
        {"state": ACCEPTED, "class_key": "building"},
        {"state": ACCEPTED, "geometry": box(0, 0, 2, 2)},
        {"state": ACCEPTED, "attributes": {"roof": "flat"}},
        {"state": ACCEPTED, "note": "a barn?"},
    ],
    ids=["another state", "another class", "another outline", "other attributes", "a note"],
)
def test_a_decision_of_another_object_is_a_conflict(
    store: Store, scene: Scene, uids: Sequence[str], first: dict[str, object]
) -> None:
    send(store, scene, "ana", UpdateFeature(uids[0], 1, **first))  # type: ignore[arg-type]
    with pytest.raises(ConflictError) as caught:
        send(store, scene, "ben", *(UpdateFeature(uid, 1, state=ACCEPTED) for uid in uids))
    assert [conflict.uid for conflict in caught.value.conflicts] == [uids[0]]
    assert read(store).feature(uids[1]).state == FeatureState.PROPOSED


def test_more_than_a_decision_is_a_conflict(store: Store, scene: Scene, uids: Sequence[str]) -> None:
    send(store, scene, "ana", UpdateFeature(uids[0], 1, state=ACCEPTED))
    for edit in (
        UpdateFeature(uids[0], 1, state=ACCEPTED, class_key="tree"),
        UpdateFeature(uids[0], 1, geometry=box(0, 0, 3, 3)),
        DeleteFeature(uids[0], 1),
    ):
        with pytest.raises(ConflictError):
            send(store, scene, "ben", edit)
