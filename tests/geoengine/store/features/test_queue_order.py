"""Orders of the review queue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from shapely import LineString, Point, box

from geoengine.model import (
    Changeset,
    CreateFeature,
    FeatureFilter,
    FeatureState,
    GeometryKind,
    LabelClass,
    Origin,
    QueueOrder,
    Scene,
    new_uid,
)
from geoengine.store import Store
from geoengine.store.features.queue_order import strip_height
from tests.support.views import read


def put(store: Store, scene: Scene, rows: Sequence[tuple[float, float, float, str, float | None]]) -> None:
    """Propose squares: left and lower edge in the scene's CRS, side, class and score."""
    creates = tuple(
        CreateFeature(
            f"{number:032x}",
            class_key,
            box(x, y, x + side, y + side),
            FeatureState.PROPOSED,
            score,
            Origin.MODEL,
            "m",
        )
        for number, (x, y, side, class_key, score) in enumerate(rows)
    )
    store.commit(Changeset(new_uid(), scene.id, "m", creates))


def queued(store: Store, scene: Scene, order: QueueOrder, keep: FeatureFilter | None = None) -> list[int]:
    items, _ = read(store).queue(scene.id, keep or FeatureFilter(), order=order)
    return [int(item.uid, 16) for item in items]


def test_orders_by_score_size_and_class(store: Store, scene: Scene) -> None:
    first, second = [label.key for label in read(store).classes()][:2]
    put(
        store,
        scene,
        [
            (0, 0, 1, second, 0.9),
            (5, 0, 3, first, 0.2),
            (9, 0, 2, second, None),
            (20, 0, 1, first, 0.6),
        ],
    )
    assert queued(store, scene, QueueOrder.SUREST) == [0, 3, 1, 2]
    assert queued(store, scene, QueueOrder.LEAST_SURE) == [1, 3, 0, 2]
    assert queued(store, scene, QueueOrder.SIZE) == [1, 2, 0, 3]
    assert queued(store, scene, QueueOrder.CLASS) == [3, 1, 0, 2]
    assert queued(store, scene, QueueOrder.LEAST_SURE, FeatureFilter(classes=[second])) == [0, 2]


def test_the_size_of_a_line_is_its_length_and_of_a_point_none(store: Store, scene: Scene) -> None:
    kinds = {"road": GeometryKind.LINE, "mast": GeometryKind.POINT}
    store.put_classes([LabelClass(key, key, "#123456", geometry=kind) for key, kind in kinds.items()])
    geometries = [Point(1, 1), LineString([(0, 5), (9, 5)]), LineString([(5, 0), (5, 20)]), box(0, 0, 1, 1)]
    keys = ["mast", "road", "road", "tree"]
    edits = tuple(
        CreateFeature(new_uid(), key, geometry, FeatureState.PROPOSED)  # type: ignore[arg-type]
        for key, geometry in zip(keys, geometries, strict=True)
    )
    store.commit(Changeset(new_uid(), scene.id, "ana", edits))
    items, _ = read(store).queue(scene.id, order=QueueOrder.SIZE)
    uids = [edit.uid for edit in edits]
    assert [uids.index(item.uid) for item in items] == [3, 2, 1, 0]
    assert read(store).queue(scene.id, order=QueueOrder.OVERLAPS) == ([], 0)
    assert {item.uid for item in read(store).queue(scene.id, order=QueueOrder.NEAREST)[0]} == set(uids)


def test_the_nearest_go_back_and_forth_in_strips(store: Store, scene: Scene) -> None:
    left, _, right, top = scene.grid.bounds
    side = (right - left) / 4
    corners = [(left + side * col, top - side * (row + 1)) for row in range(4) for col in range(4)]
    put(store, scene, [(x, y, side / 8, "tree", 0.5) for x, y in corners])
    order = queued(store, scene, QueueOrder.NEAREST)
    assert sorted(order) == list(range(16))
    steps = np.diff([corners[number] for number in order], axis=0)
    assert np.hypot(*steps.T).max() < side * 1.5  # never across the scene
    assert queued(store, scene, QueueOrder.NEAREST, FeatureFilter(classes=["building"])) == []


@pytest.mark.parametrize(("count", "expected"), [(1, 64), (12, 16), (13, 16), (10_000, 1)])
def test_strips_get_lower_with_more_objects(count: int, expected: float) -> None:
    assert strip_height(count, 32, 32, 1) == expected


def test_a_line_of_objects_has_strips_too() -> None:
    assert strip_height(5, 100, 0, 4) == 4
