from __future__ import annotations

import pytest
from shapely import box

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Did,
    Edit,
    FeatureState,
    Origin,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.features.steps import MOST_UIDS
from tests.support.views import read


def test_steps_say_what_became_of_how_many_objects(store: Store, scene: Scene) -> None:
    one, two = (f"{number:032x}" for number in (1, 2))

    def commit(*edits: Edit, author: str = "ana", comment: str | None = None) -> None:
        store.commit(Changeset(new_uid(), scene.id, author, edits, comment))

    commit(
        CreateFeature(one, "tree", box(0, 0, 9, 9), FeatureState.PROPOSED, 0.5, Origin.MODEL, "m"),
        CreateFeature(two, "tree", box(50, 0, 60, 9), FeatureState.PROPOSED, 0.5, Origin.MODEL, "m"),
        author="m",
    )
    commit(
        UpdateFeature(one, 1, state=FeatureState.ACCEPTED), UpdateFeature(two, 1, state=FeatureState.REJECTED)
    )
    commit(UpdateFeature(one, 2, geometry=box(0, 0, 9, 8), class_key="building"), comment="by hand")
    commit(UpdateFeature(one, 3, note="!"), UpdateFeature(two, 2, class_key="building"), author="ben")
    commit(DeleteFeature(one, 4))
    commit(RestoreFeature(one, 5))
    commit(DeleteFeature(one, 6), CreateFeature(new_uid(), "tree", box(5, 20, 9, 30)))
    found = read(store).steps(scene.id, "ana")
    assert [step.counts for step in found] == [
        {Did.DELETED: 1, Did.DRAWN: 1},
        {Did.RESTORED: 1},
        {Did.DELETED: 1},
        {Did.RESHAPED: 1},
        {Did.ACCEPTED: 1, Did.REJECTED: 1},
    ]
    assert (found[3].comment, found[3].uids, found[3].deleted) == ("by hand", (one,), (one,))
    assert (found[4].bbox, found[4].uids, found[4].deleted) == ((0, 0, 60, 9), (one, two), (one,))
    assert found[0].time >= found[4].time
    assert [step.changeset for step in read(store).steps(scene.id, "ana", 2)] == [
        step.changeset for step in found[:2]
    ]
    assert [step.counts for step in read(store).steps(scene.id, "ben")] == [{Did.SAID: 1, Did.CLASSIFIED: 1}]
    assert read(store).steps(scene.id, "eve") == []


def test_a_large_step_names_some_of_its_objects(store: Store, scene: Scene) -> None:
    drawn = tuple(CreateFeature(new_uid(), "tree", box(x, 0, x + 1, 1)) for x in range(120))
    store.commit(Changeset(new_uid(), scene.id, "ana", drawn))
    [step] = read(store).steps(scene.id, "ana")
    assert (step.objects, len(step.uids), step.bbox) == (120, MOST_UIDS, (0, 0, 120, 1))


def test_no_scene_and_no_limit_are_refused(store: Store, scene: Scene) -> None:
    with pytest.raises(NotFoundError):
        read(store).steps(99, "ana")
    with pytest.raises(InvalidValueError, match="limit is 0, expected 1 to 1000"):
        read(store).steps(scene.id, "ana", 0)
