from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from shapely import box

from geoengine.errors import InvalidGeometryError, InvalidValueError, TokenReuseError, UnknownClassError
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Edit,
    FeatureState,
    Origin,
    ProposalsResult,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.errors import ConflictError
from tests.support.views import read

PROPOSED, ACCEPTED, REJECTED = FeatureState


def proposal(x: float, class_key: str = "building", score: float = 0.5) -> CreateFeature:
    """A square of 10 x 10 at (x, 0)."""
    return CreateFeature(new_uid(), class_key, box(x, 0, x + 10, 10), PROPOSED, score, Origin.MODEL, "m 1")


def replace_all(
    store: Store, scene: Scene, creates: Sequence[CreateFeature], keys: Sequence[str] = ("building",)
) -> ProposalsResult:
    return store.replace_proposals(scene.id, keys, creates, token=new_uid(), author="m 1")


def commit(store: Store, scene: Scene, *edits: Edit) -> None:
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))


def live(store: Store, scene: Scene) -> set[str]:
    return {feature.uid for feature in read(store).features(scene.id).features}


def test_untouched_proposals_make_place_and_keep_their_history(store: Store, scene: Scene) -> None:
    old, tree = [proposal(0), proposal(20)], proposal(40, "tree")
    result = replace_all(store, scene, [*old, tree], ("building", "tree"))
    assert (result.created, result.removed, result.skipped, result.replayed) == (3, 0, 0, False)
    new = [proposal(1), proposal(60)]
    result = replace_all(store, scene, new)
    assert (result.created, result.removed, result.skipped) == (2, 2, 0)
    assert live(store, scene) == {tree.uid, new[0].uid, new[1].uid}
    history = read(store).history(old[0].uid)
    assert [(step.revision, step.feature.deleted, step.author) for step in history] == [
        (1, False, "m 1"),
        (2, True, "m 1"),
    ]
    assert history[-1].feature == read(store).feature(old[0].uid)
    assert read(store).features(scene.id, bbox=(0, 0, 1, 1)).features == (read(store).feature(new[0].uid),)


@pytest.mark.parametrize(
    "what", ["accepted", "rejected", "moved", "class", "deleted", "restored", "drawn", "imported"]
)
def test_what_a_person_decided_stays_and_is_not_proposed_again(store: Store, scene: Scene, what: str) -> None:
    first = proposal(0)
    replace_all(store, scene, [first])
    uid = first.uid
    if what in ("accepted", "rejected"):
        commit(store, scene, UpdateFeature(uid, 1, state=FeatureState(what)))
    elif what == "moved":
        commit(store, scene, UpdateFeature(uid, 1, geometry=box(1, 0, 11, 10)))
    elif what == "class":
        commit(store, scene, UpdateFeature(uid, 1, class_key="tree"))
    elif what == "deleted":
        commit(store, scene, DeleteFeature(uid, 1))
    elif what == "restored":
        commit(store, scene, DeleteFeature(uid, 1))
        commit(store, scene, RestoreFeature(uid, 2))
    else:
        uid = new_uid()
        origin = Origin.HUMAN if what == "drawn" else Origin.IMPORT
        commit(store, scene, CreateFeature(uid, "building", box(0, 1, 10, 11), PROPOSED, origin=origin))
    before = read(store).feature(uid)
    same, elsewhere, hardly = proposal(0.5), proposal(100), proposal(-6)
    result = replace_all(store, scene, [same, elsewhere, hardly])
    assert (result.created, result.skipped) == (2, 1)
    assert read(store).feature(uid) == before
    decided = set() if what == "deleted" else {uid}
    assert live(store, scene) == {elsewhere.uid, hardly.uid} | decided


def test_a_drawing_its_author_deleted_stops_nobody(store: Store, scene: Scene) -> None:
    uid = new_uid()
    commit(store, scene, CreateFeature(uid, "building", box(0, 0, 10, 10)))
    commit(store, scene, DeleteFeature(uid, 1))
    assert replace_all(store, scene, [proposal(0)]).created == 1


def test_another_class_at_the_same_place_stops_nobody(store: Store, scene: Scene) -> None:
    commit(store, scene, CreateFeature(new_uid(), "tree", box(0, 0, 10, 10)))
    assert replace_all(store, scene, [proposal(0)]).created == 1


def test_proposals_committed_one_by_one_are_a_machines_too(store: Store, scene: Scene) -> None:
    commit(store, scene, proposal(0))
    assert replace_all(store, scene, []).removed == 1


def test_the_same_token_does_nothing(store: Store, scene: Scene) -> None:
    arguments = {"token": "run-1", "author": "m 1"}
    first = store.replace_proposals(scene.id, ["building"], [proposal(0), proposal(20)], **arguments)
    there = live(store, scene)
    again = store.replace_proposals(scene.id, ["building"], [proposal(0)], **arguments)
    assert again == replace(first, replayed=True)
    assert live(store, scene) == there
    with pytest.raises(TokenReuseError):
        store.replace_proposals(scene.id, ["tree"], [], **arguments)
    with pytest.raises(TokenReuseError):
        store.commit(Changeset("run-1", scene.id, "ana", (proposal(0),)))


def test_bad_proposals_are_refused(store: Store, scene: Scene) -> None:
    good = proposal(0)
    with pytest.raises(InvalidValueError, match=r"creates\[0\] is accepted from model"):
        replace_all(store, scene, [replace(good, state=ACCEPTED)])
    with pytest.raises(InvalidValueError, match="expected proposed from model"):
        replace_all(store, scene, [replace(good, origin=Origin.HUMAN)])
    with pytest.raises(InvalidValueError, match="expected one of: tree"):
        replace_all(store, scene, [good], ("tree",))
    with pytest.raises(InvalidValueError, match="appears twice"):
        replace_all(store, scene, [good, good])
    with pytest.raises(UnknownClassError):
        replace_all(store, scene, [], ("road",))
    with pytest.raises(InvalidGeometryError):
        replace_all(store, scene, [replace(good, geometry=box(0, 0, 0, 0))])
    commit(store, scene, good)
    with pytest.raises(ConflictError):
        replace_all(store, scene, [good])
    assert live(store, scene) == {good.uid}


def test_ten_thousand_in_seconds(store: Store, scene: Scene) -> None:
    for turn in range(2):
        creates = [
            replace(
                proposal(0),
                uid=new_uid(),
                geometry=box(i % 100 * 20 + turn, i // 100 * 20, i % 100 * 20 + 12, i // 100 * 20 + 12),
            )
            for i in range(10_000)
        ]
        begun = time.process_time()
        result = replace_all(store, scene, creates)
        assert time.process_time() - begun < 5
        assert (result.created, result.removed) == (10_000, 10_000 * turn)


def test_the_time_of_a_run_can_be_that_of_its_job(store: Store, scene: Scene) -> None:
    old, new, then = proposal(0), proposal(0), "2025-03-01T12:30:05.123Z"
    replace_all(store, scene, [old])
    store.replace_proposals(scene.id, ["building"], [new], token="t", author="m 1", time=then)
    assert read(store).feature(new.uid).time == read(store).feature(old.uid).time == then
    assert [step.time for step in read(store).history(new.uid)] == [then]


def test_the_last_run_over_a_scene_is_known_whatever_people_did_since(store: Store, scene: Scene) -> None:
    assert read(store).last_proposals(scene.id) is None
    first = proposal(0)
    replace_all(store, scene, [first])
    result = replace_all(store, scene, [second := proposal(20)])
    commit(store, scene, DeleteFeature(second.uid, 1))
    assert read(store).last_proposals(scene.id) == replace(result, replayed=True)


def test_proposals_come_one_after_the_other_and_all_of_them_or_none(store: Store, scene: Scene) -> None:
    old = proposal(0)
    replace_all(store, scene, [old])

    def failing() -> Iterator[CreateFeature]:
        for i in range(6000):  # more than are in memory at once
            yield proposal(20 * i)
        raise OSError("a result file is gone")

    with pytest.raises(OSError, match="a result file is gone"):
        store.replace_proposals(scene.id, ["building"], failing(), token="t", author="m 1")
    assert live(store, scene) == {old.uid}
    result = store.replace_proposals(
        scene.id, ["building"], (proposal(20 * i) for i in range(6000)), token="t", author="m 1"
    )
    assert (result.created, result.removed) == (6000, 1)
    assert read(store).last_changeset(scene.id) == result.id == read(store).last_proposals(scene.id).id
