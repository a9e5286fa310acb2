"""What people made of each model's proposals: the query against a slow reference, and at a glance."""

from __future__ import annotations

import numpy as np
import shapely

from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Feature,
    FeatureState,
    LabelClass,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.model.model_result import ModelResult
from geoengine.store import Store
from tests.support.views import read

MODEL = "overhead 0.3 (52)"


def propose(
    store: Store, scene: Scene, count: int, class_key: str = "building", token: str = "p"
) -> list[str]:
    grid = scene.grid
    boxes = np.array([shapely.box(10 * n, 10, 10 * n + 5, 15) for n in range(count)])
    creates = [
        CreateFeature(new_uid(), class_key, polygon, FeatureState.PROPOSED, 0.5, Origin.MODEL, MODEL)
        for polygon in grid.pixel_polygons_to_world(boxes)
    ]
    store.replace_proposals(scene.id, [class_key], creates, token=token, author=MODEL)
    return [create.uid for create in creates]


def edit(store: Store, scene: Scene, *edits: UpdateFeature | DeleteFeature) -> None:
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))


def slow(store: Store, uids: list[str]) -> dict[str, int]:
    """Count by reading every object and its first revision."""
    counts = {"unchanged": 0, "corrected": 0, "rejected": 0, "undecided": 0}
    for uid in uids:
        first: Feature = read(store).history(uid)[0].feature
        now: Feature = read(store).feature(uid)
        if now.deleted or now.state == FeatureState.REJECTED:
            counts["rejected"] += 1
        elif now.state == FeatureState.PROPOSED:
            counts["undecided"] += 1
        else:
            same = now.class_key == first.class_key and now.geometry.equals_exact(first.geometry, 0)
            counts["unchanged" if same else "corrected"] += 1
    return counts


def test_what_became_of_proposals_is_counted(store: Store, scene: Scene) -> None:
    store.put_classes([LabelClass("building", "Building", "#111111"), LabelClass("tree", "Tree", "#222222")])
    propose(store, scene, 3, token="replaced")
    uids = propose(store, scene, 8)
    accepted = FeatureState.ACCEPTED
    moved = shapely.affinity.translate(read(store).feature(uids[1]).geometry, 0.25)
    edit(
        store,
        scene,
        UpdateFeature(uids[0], 1, state=accepted),
        UpdateFeature(uids[1], 1, state=accepted, geometry=moved),
        UpdateFeature(uids[2], 1, state=accepted, class_key="tree"),
        UpdateFeature(uids[3], 1, state=FeatureState.REJECTED),
        DeleteFeature(uids[4], 1),
        UpdateFeature(uids[5], 1, geometry=shapely.affinity.translate(moved, 40)),
    )
    [found] = read(store).model_results()
    assert found == ModelResult(MODEL, "building", 1, 2, 2, 3)
    assert slow(store, uids) == {"unchanged": 1, "corrected": 2, "rejected": 2, "undecided": 3}
    assert found.decided == 5


def test_a_class_that_was_renamed_is_no_correction(store: Store, scene: Scene) -> None:
    store.put_classes([LabelClass("building", "Building", "#111111")])
    uids = propose(store, scene, 2)
    edit(store, scene, UpdateFeature(uids[0], 1, state=FeatureState.ACCEPTED))
    store.rename_class("building", LabelClass("house", "House", "#d55e00"), author="bo")
    assert read(store).model_results() == [ModelResult(MODEL, "house", 1, 0, 0, 1)]
