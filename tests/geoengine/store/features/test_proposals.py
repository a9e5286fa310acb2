from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from shapely import box

from geoengine.errors import (
    InvalidGeometryError,
    InvalidValueError,
    NotFoundError,
    TokenReuseError,
    UnknownClassError,
)
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


def proposal(x: float, class_key: str = "building", score: float = 0.5, model: str = "m 1") -> CreateFeature:
    """A square of 10 x 10 at (x, 0)."""
    return CreateFeature(new_uid(), class_key, box(x, 0, x + 10, 10), PROPOSED, score, Origin.MODEL, model)


def replace_all(
    store: Store,
    scene: Scene,
    creates: Sequence[CreateFeature],
    keys: Sequence[str] = ("building",),
    author: str = "m 1",
    job_id: int | None = None,
) -> ProposalsResult:
    return store.replace_proposals(scene.id, keys, creates, token=new_uid(), author=author, job_id=job_id)


def commit(store: Store, scene: Scene, *edits: Edit) -> None:
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))


def live(store: Store, scene: Scene) -> set[str]:
    return {feature.uid for feature in read(store).features(scene.id).features}


def test_undecided_proposals_are_replaced_and_keep_their_history(store: Store, scene: Scene) -> None:
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
    "what", ["accepted", "rejected", "moved", "class", "deleted", "restored", "drawn", "imported and moved"]
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
        if origin == Origin.IMPORT:
            commit(store, scene, UpdateFeature(uid, 1, geometry=box(0, 0.5, 10, 10.5)))
    before = read(store).feature(uid)
    same, elsewhere, hardly = proposal(0.5), proposal(100), proposal(-6)
    result = replace_all(store, scene, [same, elsewhere, hardly])
    assert (result.created, result.skipped) == (2, 1)
    assert read(store).feature(uid) == before
    decided = set() if what == "deleted" else {uid}
    assert live(store, scene) == {elsewhere.uid, hardly.uid} | decided


def test_a_drawing_deleted_by_its_author_blocks_no_proposal(store: Store, scene: Scene) -> None:
    uid = new_uid()
    commit(store, scene, CreateFeature(uid, "building", box(0, 0, 10, 10)))
    commit(store, scene, DeleteFeature(uid, 1))
    assert replace_all(store, scene, [proposal(0)]).created == 1


def test_an_object_of_another_class_blocks_no_proposal(store: Store, scene: Scene) -> None:
    commit(store, scene, CreateFeature(new_uid(), "tree", box(0, 0, 10, 10)))
    assert replace_all(store, scene, [proposal(0)]).created == 1


def test_proposals_committed_one_by_one_are_a_machines_too(store: Store, scene: Scene) -> None:
    commit(store, scene, proposal(0))
    assert replace_all(store, scene, []).removed == 1


def test_a_model_replaces_its_own_proposals_of_any_version_and_no_others(store: Store, scene: Scene) -> None:
    other = "roofs of towns 1.0 (52c1fe0a9b3d)"
    mine, theirs, nobodys = proposal(0), proposal(0, model=other), replace(proposal(0), model=None)
    replace_all(store, scene, [mine])
    commit(store, scene, nobodys)
    assert replace_all(store, scene, [theirs], author=other).removed == 0
    new = proposal(0, model="m 2.1 (0123456789ab)")
    assert replace_all(store, scene, [new], author="m 2.1 (0123456789ab)").removed == 1
    assert live(store, scene) == {theirs.uid, nobodys.uid, new.uid}
    with pytest.raises(InvalidValueError, match=r"creates\[0\].model is 'm 1', expected that of 'roofs 1.0'"):
        replace_all(store, scene, [proposal(0)], author="roofs 1.0")


def test_the_last_run_of_each_model_is_known(store: Store, scene: Scene) -> None:
    first = replace_all(store, scene, [proposal(0)], job_id=1)
    second = replace_all(store, scene, [], author="roofs 1.0", job_id=2)
    view = read(store)
    assert (
        view.last_proposals(scene.id)
        == view.last_proposals(scene.id, "roofs")
        == replace(second, replayed=True)
    )
    assert view.last_proposals(scene.id, "m") == replace(first, replayed=True)
    assert view.last_proposals(scene.id, "cars") is None


@pytest.mark.parametrize("model", [None, "roofs 1.0", "m 0.9"])
def test_imported_proposals_wait_for_a_decision(store: Store, scene: Scene, model: str | None) -> None:
    there = replace(proposal(0), origin=Origin.IMPORT, model=model)
    commit(store, scene, there)
    result = replace_all(store, scene, [proposal(0)])
    assert (result.created, result.skipped) == (1, 0)
    assert (there.uid in live(store, scene)) == (model != "m 0.9")


def test_a_decided_object_stays_decided_however_it_was_reshaped(store: Store, scene: Scene) -> None:
    split, shrunk, moved = proposal(0), proposal(100), proposal(200)
    replace_all(store, scene, [split, shrunk, moved])
    commit(
        store,
        scene,
        UpdateFeature(split.uid, 1, geometry=box(0, 0, 3, 10)),
        *(CreateFeature(new_uid(), "building", box(x, 0, x + 3.3, 10)) for x in (3, 6.7)),
        UpdateFeature(shrunk.uid, 1, geometry=box(104, 4, 106, 6)),
        UpdateFeature(moved.uid, 1, geometry=box(300, 0, 310, 10), class_key="tree"),
    )
    commit(store, scene, UpdateFeature(split.uid, 2, state=ACCEPTED), DeleteFeature(shrunk.uid, 2))
    assert replace_all(store, scene, [proposal(x) for x in (0, 100, 200, 300)]).skipped == 4
    # Another model does not propose them again either, nor a class that an object had in between.
    models = [proposal(x, key, model="roofs 1.0") for x in (0, 100, 200, 300) for key in ("building", "tree")]
    assert replace_all(store, scene, models, ("building", "tree"), "roofs 1.0").skipped == 6


def test_earlier_outlines_of_a_drawing_count_where_they_touch_the_present_one(
    store: Store, scene: Scene
) -> None:
    cut, pasted = new_uid(), new_uid()
    commit(
        store,
        scene,
        CreateFeature(cut, "building", box(0, 0, 10, 10)),
        CreateFeature(pasted, "building", box(50, 0, 60, 10)),
    )
    commit(
        store,
        scene,
        UpdateFeature(cut, 1, geometry=box(0, 0, 3, 10)),
        UpdateFeature(pasted, 1, geometry=box(100, 0, 110, 10)),
    )
    assert replace_all(store, scene, [proposal(x) for x in (0, 50, 100)]).created == 1


def test_a_run_is_taken_back_with_what_it_replaced(store: Store, scene: Scene) -> None:
    old, other = [proposal(0), proposal(20), proposal(40)], proposal(0, model="roofs 1.0")
    replace_all(store, scene, old)
    replace_all(store, scene, [other], author="roofs 1.0", job_id=6)
    new = [proposal(1), proposal(21), proposal(60)]
    replace_all(store, scene, new, job_id=7)
    commit(store, scene, UpdateFeature(new[0].uid, 1, state=ACCEPTED))
    undone = store.undo_proposals(scene.id, "m", author="ana")
    assert (undone.run, undone.job_id, undone.removed, undone.restored) == ("m 1", 7, 2, 2)
    # What has been accepted stays, and what it replaced does not come back on top of it.
    assert live(store, scene) == {new[0].uid, old[1].uid, old[2].uid, other.uid}
    assert read(store).features(scene.id, bbox=(20, 0, 30, 10)).total == 1
    assert [(step.revision, step.feature.deleted) for step in read(store).history(old[1].uid)] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert read(store).last_changeset(scene.id) == undone.id
    assert store.undo_proposals(scene.id, "m", author="ana").removed == 2
    assert live(store, scene) == {new[0].uid, other.uid}
    assert read(store).last_proposals(scene.id, "m") is None
    with pytest.raises(NotFoundError, match="has no run of model 'm'"):
        store.undo_proposals(scene.id, "m", author="ana")


def test_the_parts_of_one_job_are_taken_back_together(store: Store, scene: Scene) -> None:
    replace_all(store, scene, [old := proposal(0)], job_id=1)
    replace_all(store, scene, [proposal(0)], job_id=2)
    replace_all(store, scene, [proposal(0), proposal(20)], job_id=2)
    store.undo_proposals(scene.id, "m", author="ana")
    assert live(store, scene) == {old.uid}


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
