"""The filter of incomplete features, against asking one feature after the other."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from shapely import box

from geoengine.model import (
    AttributeKind,
    Changeset,
    ClassAttribute,
    CreateFeature,
    Feature,
    FeatureFilter,
    FeatureState,
    QueueOrder,
    Scene,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from tests.support.declared import declare
from tests.support.views import read

DECLARED = {
    "building": (
        ClassAttribute("storeys", "Storeys", AttributeKind.NUMBER, required=True),
        ClassAttribute("roof.form-2", "Roof", AttributeKind.TEXT, required=True),
        ClassAttribute("use", "Use", AttributeKind.TEXT),
        ClassAttribute("old", "Old", AttributeKind.TEXT, required=True, retired=True),
    ),
    "tree": (
        ClassAttribute("species", "Species", AttributeKind.TEXT, required=True),
        ClassAttribute("alive", "Alive", AttributeKind.YES_NO, required=True),
    ),
}
VALUES: dict[str, list[object]] = {
    "storeys": [0, 3, None],
    "roof.form-2": ["flat", "", None],
    "use": ["shop", None],
    "species": ["oak", "", None],
    "alive": [False, True, None],
}


@pytest.fixture
def labels(store: Store, scene: Scene) -> list[Feature]:
    """200 seeded features of two classes; each has some of the attributes of both."""
    for key, attributes in DECLARED.items():
        declare(store, key, *attributes)
    rng = np.random.default_rng(4)
    edits = []
    for x, y in rng.uniform((350_000, 3_055_925), (350_090, 3_055_990), (200, 2)).tolist():
        drawn = {name: among[rng.integers(len(among))] for name, among in VALUES.items()}
        values = {name: value for name, value in drawn.items() if value is not None}
        key, state = str(rng.choice(list(DECLARED))), FeatureState(rng.choice(list(FeatureState)))
        edits.append(
            CreateFeature(new_uid(), key, box(x, y, x + 2, y + 2), state, score=0.5, attributes=values)
        )
    store.commit(Changeset(new_uid(), scene.id, "ana", tuple(edits)))
    return list(read(store).features(scene.id).features)


def lacks(feature: Feature) -> bool:
    """The slow reference."""
    asked = [each for each in DECLARED[feature.class_key] if each.required and not each.retired]
    return any(feature.attributes.get(each.key) in (None, "") for each in asked)


@pytest.mark.parametrize("incomplete", [True, False])
def test_all_reads_agree_on_what_is_incomplete(
    store: Store, scene: Scene, labels: list[Feature], incomplete: bool
) -> None:
    keep = FeatureFilter(incomplete=incomplete)
    wanted = [feature for feature in labels if lacks(feature) is incomplete]
    assert 10 < len(wanted) < 190
    assert {feature.class_key for feature in wanted} == set(DECLARED)
    view = read(store)
    page = view.features(scene.id, keep=keep)
    assert [feature.uid for feature in page.features] == [feature.uid for feature in wanted]
    assert view.features(scene.id, keep=keep, limit=5).total == len(wanted)
    assert list(view.columns(scene.id, keep=keep).uid) == [feature.uid for feature in wanted]
    half = (350_000.0, 3_055_925.0, 350_045.0, 3_055_990.0)
    inside = [feature.uid for feature in wanted if feature.geometry.bounds[0] <= half[2]]
    assert view.uids(scene.id, half, keep)[0] == inside
    by_state = {state: sum(each.state is state for each in wanted) for state in FeatureState}
    assert view.uids(scene.id, keep=keep)[1] == by_state
    histogram = view.scores(scene.id, 4, keep=keep).counts
    assert {state: sum(counts) for state, counts in histogram.items()} == by_state
    cells = view.density(scene.id, 20.0, keep=keep)
    assert sum(sum(cell.counts) for cell in cells) == len(wanted)
    for order in set(QueueOrder) - {QueueOrder.OVERLAPS}:
        queue, total = view.queue(scene.id, keep, order=order)
        assert total == len(queue) == by_state[FeatureState.PROPOSED]


def test_a_damaged_row_has_no_attributes(
    project: Project, store: Store, scene: Scene, labels: list[Feature]
) -> None:
    keep = FeatureFilter(incomplete=False)
    whole = [feature for feature in labels if not lacks(feature)]
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE features SET attributes = '{' WHERE uid = ?", (whole[0].uid,))
    connection.close()
    assert [one.uid for one in read(store).features(scene.id, keep=keep).features] == [
        feature.uid for feature in whole[1:]
    ]
