"""Pairs of proposals that overlap, against a slow reference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
import shapely
from shapely import box

from geoengine.model import (
    DISTINCT_FROM,
    Changeset,
    CreateFeature,
    FeatureFilter,
    FeatureState,
    Origin,
    QueueItem,
    QueueOrder,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from tests.support.views import read


def put(store: Store, scene: Scene, *rows: tuple[shapely.Polygon, str, float | None]) -> list[str]:
    creates = tuple(
        CreateFeature(f"{number:032x}", key, outline, FeatureState.PROPOSED, score, Origin.MODEL, "m")
        for number, (outline, key, score) in enumerate(rows)
    )
    store.commit(Changeset(new_uid(), scene.id, "m", creates))
    return [create.uid for create in creates]


def pairs(store: Store, scene: Scene, keep: FeatureFilter | None = None) -> Sequence[QueueItem]:
    found, total = read(store).queue(scene.id, keep or FeatureFilter(), order=QueueOrder.OVERLAPS)
    assert total == len(found)
    return found


def test_pairs_are_of_one_class_the_surer_one_first(store: Store, scene: Scene) -> None:
    uids = put(
        store,
        scene,
        (box(0, 0, 10, 10), "tree", 0.4),
        (box(0, 2, 10, 12), "tree", 0.9),  # 80 of 120 in common
        (box(0, 0, 10, 10), "building", 0.9),  # of another class
        (box(100, 0, 110, 10), "tree", None),
        (box(101, 1, 104, 4), "tree", None),  # inside
        (box(105, 0, 115, 10), "tree", 0.9),  # 50 of 150 in common
    )
    found = pairs(store, scene)
    assert [(one.uid, one.other) for one in found] == [(uids[1], uids[0]), (uids[3], uids[4])]
    assert (found[0].class_key, found[0].score, found[0].bbox) == ("tree", 0.9, (0, 0, 10, 12))
    assert found[0].overlap == pytest.approx(2 / 3)
    assert (found[1].inside, found[1].overlap) == (1, 0.09)
    assert pairs(store, scene, FeatureFilter(min_score=0.5)) == found[1:]
    assert read(store).queue(scene.id, limit=1, order=QueueOrder.OVERLAPS) == (found[:1], 2)


def test_what_is_decided_or_two_objects_is_no_pair(store: Store, scene: Scene) -> None:
    outlines = [box(0, 0, 10, 10 + extra) for extra in range(3)]
    uids = put(store, scene, *((outline, "tree", 0.9) for outline in outlines))
    assert len(pairs(store, scene)) == 3
    kept = UpdateFeature(uids[0], 1, set_attributes={DISTINCT_FROM: f"{uids[1]} {uids[2]}"})
    store.commit(Changeset(new_uid(), scene.id, "ana", (kept,)))
    assert [{one.uid, one.other} for one in pairs(store, scene)] == [set(uids[1:])]
    rejected = UpdateFeature(uids[2], 1, state=FeatureState.REJECTED)
    store.commit(Changeset(new_uid(), scene.id, "ana", (rejected,)))
    assert pairs(store, scene) == []


def test_finds_what_a_slow_reference_finds(store: Store, scene: Scene) -> None:
    rng = np.random.default_rng(3)
    outlines = [
        shapely.affinity.rotate(box(x, y, x + width, y + height), angle)
        for x, y, width, height, angle in zip(
            *rng.uniform(0, 60, (2, 120)), *rng.uniform(2, 20, (2, 120)), rng.uniform(0, 90, 120), strict=True
        )
    ]
    uids = put(store, scene, *((outline, "tree", 0.5) for outline in outlines))
    expected = set()
    for (uid, one), (other_uid, other) in combinations(zip(uids, outlines, strict=True), 2):
        shared = one.intersection(other).area
        if shared / one.union(other).area > 0.5 or shared / min(one.area, other.area) >= 0.8:
            expected.add(frozenset((uid, other_uid)))
    assert {frozenset((one.uid, one.other or "")) for one in pairs(store, scene)} == expected
    assert len(expected) > 20
