"""What was done in each scene, and what was decided, read from the history."""

from __future__ import annotations

from collections.abc import Callable

from shapely import box

from geoengine.model import (
    Changeset,
    CreateFeature,
    FeatureState,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.features.feature_query import FeatureQuery
from tests.support.views import read

ACCEPTED, PROPOSED, REJECTED = FeatureState.ACCEPTED, FeatureState.PROPOSED, FeatureState.REJECTED
EVER = "2000-01-01T00:00:00.000Z"


def propose(store: Store, scene: Scene, count: int) -> list[str]:
    creates = [
        CreateFeature(
            new_uid(), "building", box(20 * n, 0, 20 * n + 10, 10), PROPOSED, 0.9, Origin.MODEL, "m 1"
        )
        for n in range(count)
    ]
    store.replace_proposals(scene.id, ["building"], creates, token=new_uid(), author="m 1")
    return [create.uid for create in creates]


def update(store: Store, scene: Scene, author: str, *edits: tuple[str, int, FeatureState]) -> None:
    changes = tuple(UpdateFeature(uid, revision, state=state) for uid, revision, state in edits)
    store.commit(Changeset(new_uid(), scene.id, author, changes))


def decided(store: Store, since: str = EVER) -> list[tuple[str, int]]:
    return [(step.author, step.decided) for step in read(store).decided_since(since)]


def test_a_decision_counts_once_while_it_stands(store: Store, scene: Scene) -> None:
    uids = propose(store, scene, 4)
    assert decided(store) == []
    update(store, scene, "ana", (uids[0], 1, ACCEPTED), (uids[1], 1, REJECTED))
    update(store, scene, "ben", (uids[0], 2, REJECTED))  # decided by ana, corrected by ben
    assert decided(store) == [("ana", 2)]
    update(store, scene, "ana", (uids[1], 2, PROPOSED))
    assert decided(store) == [("ana", 1)]
    update(store, scene, "ben", (uids[1], 3, ACCEPTED))
    assert decided(store) == [("ana", 1), ("ben", 1)]
    drawn = CreateFeature(new_uid(), "tree", box(0, 50, 10, 60), ACCEPTED, None, Origin.HUMAN, None)
    store.commit(Changeset(new_uid(), scene.id, "ana", (drawn,)))
    seen = read(store).last_changeset(scene.id)
    query = FeatureQuery(scene.id, None)
    result = store.decide_proposals(query, ACCEPTED, seen=seen, token=new_uid(), author="ana")
    assert decided(store) == [("ana", 1), ("ben", 1), ("ana", 2)]
    assert result.id is not None
    store.take_back_decision(scene.id, result.id, token=new_uid(), author="ana")
    assert decided(store) == [("ana", 1), ("ben", 1)]
    assert decided(store, since="2999-01-01T00:00:00.000Z") == []


def test_changesets_are_read_from_a_number_on(store: Store, add_scene: Callable[..., Scene]) -> None:
    one, two = add_scene("one"), add_scene("two")
    uids = propose(store, one, 2)
    propose(store, two, 0)
    update(store, one, "ana", (uids[0], 1, ACCEPTED))
    run, nothing_found, edit = read(store).changesets_after(0)
    assert (run.scene_id, run.is_run, run.is_edit) == (one.id, True, False)
    assert (nothing_found.scene_id, nothing_found.is_run) == (two.id, True)
    assert (edit.author, edit.is_run, edit.is_edit) == ("ana", False, True)
    store.undo_proposals(two.id, "m", author="ops")
    (undo,) = read(store).changesets_after(edit.id)
    assert (undo.undone, undo.is_run, undo.is_edit) == ((nothing_found.id,), False, False)
    assert read(store).changesets_after(undo.id) == []
