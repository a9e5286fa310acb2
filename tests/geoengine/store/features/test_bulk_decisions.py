"""Decisions on all proposals of an area and filter, within a transaction."""

from __future__ import annotations

import pytest
from shapely import box

from geoengine.errors import InvalidValueError, NotFoundError, TokenReuseError
from geoengine.model import (
    Changeset,
    CreateFeature,
    FeatureFilter,
    FeatureState,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.features import bulk_decisions
from geoengine.store.features.feature_query import FeatureQuery
from tests.support.views import read

ACCEPTED, PROPOSED, REJECTED = FeatureState.ACCEPTED, FeatureState.PROPOSED, FeatureState.REJECTED


def propose(store: Store, scene: Scene, *scores: float, model: str = "m 1") -> list[str]:
    """Replace the model's proposals by squares of 10 x 10, 20 apart; return their uids."""
    creates = [
        CreateFeature(
            new_uid(), "building", box(20 * n, 0, 20 * n + 10, 10), PROPOSED, score, Origin.MODEL, model
        )
        for n, score in enumerate(scores)
    ]
    store.replace_proposals(scene.id, ["building"], creates, token=new_uid(), author=model)
    return [create.uid for create in creates]


def update(store: Store, scene: Scene, uid: str, revision: int, **changes: object) -> None:
    edit = UpdateFeature(uid, revision, **changes)  # type: ignore[arg-type]
    store.commit(Changeset(new_uid(), scene.id, "bo", (edit,)))


def states(store: Store, uids: list[str]) -> list[FeatureState]:
    return [read(store).feature(uid).state for uid in uids]


def test_open_proposals_of_area_and_filter_alone_are_decided(store: Store, scene: Scene) -> None:
    uids = propose(store, scene, 0.95, 0.4, 0.95, 0.95, 0.95)
    update(store, scene, uids[2], 1, state=REJECTED)
    seen = read(store).last_changeset(scene.id)
    update(store, scene, uids[3], 1, class_key="tree", state=PROPOSED)
    query = FeatureQuery(scene.id, (0, 0, 65, 5), FeatureFilter(min_score=0.9))
    result = store.decide_proposals(query, ACCEPTED, seen=seen, token="accept-all", author="ana")
    assert (result.decided, result.newer, result.left) == (1, 1, 1)
    assert states(store, uids) == [ACCEPTED, PROPOSED, REJECTED, PROPOSED, PROPOSED]
    step = read(store).history(uids[0])[-1]
    assert (step.revision, step.author, step.changeset_id) == (2, "ana", result.id)
    # Sent again it does nothing, and with something else it is refused.
    again = store.decide_proposals(query, ACCEPTED, seen=seen, token="accept-all", author="ana")
    assert (again.id, again.replayed, again.decided) == (result.id, True, 1)
    with pytest.raises(TokenReuseError):
        store.decide_proposals(query, REJECTED, seen=seen, token="accept-all", author="ana")


def test_a_decision_is_taken_back_and_made_again(store: Store, scene: Scene) -> None:
    uids = propose(store, scene, 0.9, 0.8, 0.7)
    seen = read(store).last_changeset(scene.id)
    done = store.decide_proposals(FeatureQuery(scene.id), REJECTED, seen=seen, token=new_uid(), author="ana")
    update(store, scene, uids[1], 2, state=ACCEPTED)
    assert done.id is not None
    back = store.take_back_decision(scene.id, done.id, token="take-back", author="ana")
    assert (back.decided, back.newer) == (2, 1)
    assert states(store, uids) == [PROPOSED, ACCEPTED, PROPOSED]
    assert store.take_back_decision(scene.id, done.id, token="take-back", author="ana").replayed
    # Nothing is left of it to be taken back: no changeset.
    assert store.take_back_decision(scene.id, done.id, token=new_uid(), author="ana").id is None
    assert back.id is not None
    redone = store.take_back_decision(scene.id, back.id, token=new_uid(), author="ana")
    assert redone.decided == 2
    assert states(store, uids) == [REJECTED, ACCEPTED, REJECTED]
    assert [step.revision for step in read(store).history(uids[0])] == [1, 2, 3, 4]


def test_what_was_taken_back_is_the_machines_again(store: Store, scene: Scene) -> None:
    uids = propose(store, scene, 0.9, 0.8)
    update(store, scene, uids[1], 1, class_key="tree")
    seen = read(store).last_changeset(scene.id)
    done = store.decide_proposals(FeatureQuery(scene.id), ACCEPTED, seen=seen, token=new_uid(), author="ana")
    assert done.id is not None
    store.take_back_decision(scene.id, done.id, token=new_uid(), author="ana")
    propose(store, scene, 0.5, 0.5, 0.5, model="m 2")
    assert [read(store).feature(uid).deleted for uid in uids] == [True, False]
    # A decision that stands is a person's.
    seen = read(store).last_changeset(scene.id)
    store.decide_proposals(FeatureQuery(scene.id), REJECTED, seen=seen, token=new_uid(), author="ana")
    assert propose(store, scene, 0.5, model="m 3")
    assert {f.state for f in read(store).features(scene.id).features} == {REJECTED}


def test_too_many_are_refused(store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_decisions, "MAX_DECIDED", 2)
    uids = propose(store, scene, 0.9, 0.8, 0.7)
    seen = read(store).last_changeset(scene.id)
    with pytest.raises(InvalidValueError, match="got 3 proposals to decide at once, expected at most 2"):
        store.decide_proposals(FeatureQuery(scene.id), ACCEPTED, seen=seen, token=new_uid(), author="ana")
    with pytest.raises(InvalidValueError, match="expected 'accepted' or 'rejected'"):
        store.decide_proposals(FeatureQuery(scene.id), PROPOSED, seen=seen, token=new_uid(), author="ana")
    assert states(store, uids) == [PROPOSED] * 3


def test_only_a_decision_on_many_is_taken_back(store: Store, scene: Scene) -> None:
    propose(store, scene, 0.9)
    with pytest.raises(NotFoundError, match="changeset 1 is no decision on many proposals of scene 1"):
        store.take_back_decision(scene.id, 1, token=new_uid(), author="ana")
