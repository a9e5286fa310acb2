"""Undo of a model's last run, within a transaction."""

from __future__ import annotations

import pytest
from shapely import box

from geoengine.errors import NotFoundError
from geoengine.model import CreateFeature, FeatureState, Origin, Scene, new_uid
from geoengine.store import Store
from geoengine.store.features.undo import undo_proposals
from tests.support.views import read


def run(store: Store, scene: Scene, author: str, *cols: float) -> list[str]:
    """Replace the model's proposals by squares of 10 x 10 at these x; return their uids."""
    creates = [
        CreateFeature(
            new_uid(), "building", box(x, 0, x + 10, 10), FeatureState.PROPOSED, 0.5, Origin.MODEL, author
        )
        for x in cols
    ]
    store.replace_proposals(scene.id, ["building"], creates, token=new_uid(), author=author)
    return [create.uid for create in creates]


def test_the_last_run_goes_and_what_it_replaced_comes_back(store: Store, scene: Scene) -> None:
    before = run(store, scene, "m 1", 0, 20)
    run(store, scene, "m 1", 40)
    with store._database.write() as connection:
        result = undo_proposals(connection, scene.id, "m", "ana")
    assert (result.run, result.removed, result.restored) == ("m 1", 1, 2)
    assert {feature.uid for feature in read(store).features(scene.id).features} == set(before)
    assert read(store).last_changeset(scene.id) == result.id


def test_a_transaction_that_fails_takes_nothing_back(store: Store, scene: Scene) -> None:
    uids = run(store, scene, "m 1", 0)

    def fail() -> None:
        with store._database.write() as connection:
            undo_proposals(connection, scene.id, "m", "ana")
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert [feature.uid for feature in read(store).features(scene.id).features] == uids


def test_another_models_run_is_not_taken_back(store: Store, scene: Scene) -> None:
    run(store, scene, "m 1", 0)
    with pytest.raises(NotFoundError, match="no run of model 'other'"), store._database.write() as connection:
        undo_proposals(connection, scene.id, "other", "ana")
