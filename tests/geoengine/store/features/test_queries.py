from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geoengine.errors import InvalidValueError
from geoengine.model import (
    Changeset,
    Confidence,
    CreateFeature,
    DeleteFeature,
    Feature,
    FeatureCount,
    FeatureFilter,
    FeatureState,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.connection import Database
from geoengine.store.features.feature_query import FeatureQuery
from geoengine.store.features.rows import HEAD_COLUMNS
from tests.support.examples import examples
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid

PROPOSED, ACCEPTED, REJECTED = FeatureState


def put(store: Store, scene: Scene, *creates: CreateFeature) -> tuple[Feature, ...]:
    return store.commit(Changeset(new_uid(), scene.id, "ana", creates)).features


def square(
    x: float, y: float, class_key: str = "tree", state: FeatureState = PROPOSED, score: float | None = None
) -> CreateFeature:
    return CreateFeature(new_uid(), class_key, box(x, y, x + 1, y + 1), state, score, Origin.MODEL)


def test_filters_and_order(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    made = put(
        store,
        scene,
        square(0, 0, "tree", PROPOSED, 0.9),
        square(5, 0, "building", ACCEPTED, 0.2),
        square(9, 0, "tree", REJECTED),
    )
    put(store, add_scene("other"), square(0, 0))
    everything = read(store).features(scene.id)
    assert (everything.features, everything.total, everything.truncated) == (made, 3, False)
    assert read(store).features(scene.id, keep=FeatureFilter(states=[PROPOSED, REJECTED])).features == (
        made[0],
        made[2],
    )
    assert read(store).features(scene.id, keep=FeatureFilter(states=[])).total == 0
    assert read(store).features(scene.id, keep=FeatureFilter(classes=["building"])).features == (made[1],)
    assert read(store).features(scene.id, keep=FeatureFilter(min_score=0.5)).features == (made[0], made[2])
    page = read(store).features(scene.id, limit=2)
    assert (page.features, page.total, page.truncated) == (made[:2], 3, True)
    assert not read(store).features(scene.id, limit=3).truncated
    page = read(store).features(scene.id, bbox=(0, 0, 5, 5), limit=1)
    assert (page.features, page.total, page.truncated) == (made[:1], 2, True)
    assert tuple(read(store).features(scene.id).features) == made
    assert tuple(read(store).features(scene.id, keep=FeatureFilter(states=[ACCEPTED])).features) == made[1:2]


def test_deleted_ones_only_when_asked_for(store: Store, scene: Scene) -> None:
    (made,) = put(store, scene, square(0, 0))
    store.commit(Changeset(new_uid(), scene.id, "ana", (DeleteFeature(made.uid, 1),)))
    for bbox in (None, (0, 0, 9, 9)):
        assert read(store).features(scene.id, bbox=bbox).total == 0
        (deleted,) = read(store).features(scene.id, bbox=bbox, include_deleted=True).features
        assert deleted.deleted


def test_the_box_follows_the_feature(store: Store, scene: Scene) -> None:
    (made,) = put(store, scene, square(0, 0))
    store.commit(
        Changeset(new_uid(), scene.id, "ana", (UpdateFeature(made.uid, 1, geometry=box(50, 50, 60, 60)),))
    )
    assert read(store).features(scene.id, bbox=(0, 0, 9, 9)).total == 0
    assert read(store).features(scene.id, bbox=(60, 60, 70, 70)).total == 1


def test_nonsense_is_refused(store: Store, scene: Scene) -> None:
    with pytest.raises(InvalidValueError, match="bbox is"):
        read(store).features(scene.id, bbox=(1, 0, 0, math.nan))
    with pytest.raises(InvalidValueError, match="min_score is nan"):
        FeatureFilter(min_score=math.nan)
    with pytest.raises(InvalidValueError, match="limit is -1"):
        read(store).features(scene.id, limit=-1)
    with pytest.raises(InvalidValueError, match="state is 'nice', expected one of: proposed"):
        FeatureFilter(states=["nice"])  # type: ignore[list-item]


def test_queue(store: Store, scene: Scene) -> None:
    low, high, none, tie = (
        square(0, 0, score=0.1),
        square(1, 1, score=0.9),
        square(2, 2),
        square(3, 3, score=0.1),
    )
    put(store, scene, low, high, none, tie, square(4, 4, state=ACCEPTED), square(5, 5, "building", score=1.0))
    ties = sorted([low.uid, tie.uid])
    queue, total = read(store).queue(scene.id, FeatureFilter(classes=["tree"]))
    assert [item.uid for item in queue] == [high.uid, *ties, none.uid]
    assert queue[0].bbox == (1, 1, 2, 2)
    assert total == 4
    sure, _ = read(store).queue(scene.id, FeatureFilter(classes=["tree"], min_score=0.5))
    assert [item.uid for item in sure] == [high.uid, none.uid]
    (first,), total = read(store).queue(scene.id, limit=1)
    assert (first.class_key, total) == ("building", 5)
    (accepted,), _ = read(store).queue(scene.id, FeatureFilter(states=[ACCEPTED]))
    assert accepted.bbox == (4, 4, 5, 5)


def test_counts(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    other = add_scene("other")
    put(store, scene, square(0, 0), square(0, 0), square(0, 0, "building", ACCEPTED))
    put(store, other, square(0, 0, state=REJECTED))
    assert read(store).counts() == [
        FeatureCount(scene.id, "building", ACCEPTED, 1),
        FeatureCount(scene.id, "tree", PROPOSED, 2),
        FeatureCount(other.id, "tree", REJECTED, 1),
    ]
    assert read(store).counts(other.id) == [FeatureCount(other.id, "tree", REJECTED, 1)]


def test_a_snapshot_is_of_one_moment(store: Store, scene: Scene) -> None:
    put(store, scene, *(square(x, 0) for x in range(5000)))
    with store.reading() as view:
        taken = view.snapshot(scene.id)
        features = iter(taken.features)
        next(features)
        put(store, scene, square(0, 0))
        assert taken.changeset == 1
        assert sum(1 for _ in features) == 4999
    assert read(store).snapshot(scene.id).changeset == 2


def test_a_box_query_uses_the_spatial_index(store: Store, scene: Scene) -> None:
    query = FeatureQuery(scene.id, (0.0, 0.0, 1.0, 1.0))
    statement = sa.select(*HEAD_COLUMNS).where(*query.conditions()).order_by(sa.text("features.id"))
    database = Database(store.path, create=False, busy_timeout_s=5)
    with database.read() as connection:
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    database.close()
    assert any("features_rtree VIRTUAL TABLE INDEX 2" in step for step in plan)
    assert "SEARCH features USING INTEGER PRIMARY KEY (rowid=?)" in plan


# Far from the origin float32 is coarse: half a metre at UTM northings, where these boxes are centimetres apart.
NORTHING = 3_055_950.0
coordinate = st.integers(-200, 200).map(lambda cm: cm / 100)
size = st.integers(1, 100).map(lambda cm: cm / 100)
small_box = st.tuples(coordinate, coordinate, size, size).map(
    lambda v: (v[0], NORTHING + v[1], v[0] + v[2], NORTHING + v[1] + v[3])
)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    from geoengine.model import LabelClass

    project = Project.create(
        tmp_path_factory.mktemp("p") / "p", classes=[LabelClass("tree", "Tree", "#00ff00")]
    )
    with project.store() as store:
        yield store


@given(st.lists(small_box, min_size=1, max_size=30), st.lists(small_box, min_size=1, max_size=5), st.data())
@examples(40, fixtures=True)
def test_box_queries_agree_with_brute_force(
    shared_store: Store,
    boxes: list[tuple[float, float, float, float]],
    asked: list[tuple[float, float, float, float]],
    data: st.DataObject,
) -> None:
    from tiling.display.stretch import Stretch

    key = f"scene-{new_uid()}"
    scene = shared_store.add_scene(
        key=key,
        name=key,
        uri=key,
        source=key,
        content_hash=key,
        grid=RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 10, 10),
        bands=1,
        dtype="uint8",
        stretch=Stretch((1,), (0.0,), (255.0,)),
    )
    made = put(shared_store, scene, *(CreateFeature(new_uid(), "tree", box(*bounds)) for bounds in boxes))
    gone = data.draw(st.sets(st.sampled_from([feature.uid for feature in made])))
    if gone:
        shared_store.commit(
            Changeset(new_uid(), scene.id, "bo", tuple(DeleteFeature(uid, 1) for uid in sorted(gone)))
        )
    for bbox in asked:
        expected = [
            feature.uid
            for feature in made
            if feature.uid not in gone
            and feature.geometry.bounds[0] <= bbox[2]
            and feature.geometry.bounds[2] >= bbox[0]
            and feature.geometry.bounds[1] <= bbox[3]
            and feature.geometry.bounds[3] >= bbox[1]
        ]
        page = read(shared_store).features(scene.id, bbox=bbox)
        assert [feature.uid for feature in page.features] == expected
        assert page.total == len(expected)


def test_uids_and_how_many_of_each_state(store: Store, scene: Scene) -> None:
    creates = [
        CreateFeature(new_uid(), "tree", box(20 * n, 0, 20 * n + 10, 10), state)
        for n, state in enumerate((FeatureState.PROPOSED, FeatureState.ACCEPTED, FeatureState.PROPOSED))
    ]
    store.commit(Changeset(new_uid(), scene.id, "ana", tuple(creates)))
    uids = [create.uid for create in creates]
    both = {FeatureState.PROPOSED: 1, FeatureState.ACCEPTED: 1}
    assert read(store).uids(scene.id, (0, 0, 25, 5)) == (uids[:2], both)
    found, counts = read(store).uids(scene.id, limit=1)
    assert (found, sum(counts.values())) == (uids[:1], 3)
    scored = FeatureFilter(scored=True)
    assert read(store).uids(scene.id, keep=scored) == ([], {})
    assert not any(scored.accepts(feature) for feature in read(store).features(scene.id).features)


def test_what_is_said_is_filtered(store: Store, scene: Scene) -> None:
    creates = [
        replace(square(350_010, 3_055_950), unsure=True),
        replace(square(350_012, 3_055_950), note="see the road"),
        replace(square(350_014, 3_055_950), unsure=True, confidence=Confidence.PROBABLE),
        square(350_016, 3_055_950),
    ]
    made = put(store, scene, *creates)

    def found(**wanted: Any) -> list[int]:
        keep = FeatureFilter(**wanted)
        page = read(store).features(scene.id, keep=keep)
        assert [feature.uid for feature in made if keep.accepts(feature)] == [f.uid for f in page.features]
        queue, total = read(store).queue(scene.id, keep)
        assert {item.uid for item in queue} == {f.uid for f in page.features}
        assert total == page.total == len(read(store).columns(scene.id, keep=keep).uid)
        assert sum(c.counts[0] for c in read(store).density(scene.id, 51.2, keep=keep)) == total
        return [creates.index(next(c for c in creates if c.uid == f.uid)) for f in page.features]

    assert found(unsure=True) == [0, 2]
    assert found(unsure=False) == [1, 3]
    assert found(noted=True) == [1]
    assert found(noted=False) == [0, 2, 3]
    assert found(confidences=[Confidence.PROBABLE]) == [2]
    assert found(confidences=[Confidence.UNSTATED], unsure=True) == [0]
    said = read(store).columns(scene.id).said
    assert [None if text is None else json.loads(text) for text in said] == [
        {"unsure": 1, "note": "", "confidence": ""},
        {"unsure": 0, "note": "see the road", "confidence": ""},
        {"unsure": 1, "note": "", "confidence": "probable"},
        None,
    ]


@pytest.mark.parametrize("keep", [FeatureFilter(unsure=True), FeatureFilter(noted=True)])
def test_the_few_that_something_is_said_of_have_an_index(project: Project, keep: FeatureFilter) -> None:
    project.store().close()
    database = Database(project.database_path, create=False, busy_timeout_s=5)
    with database.read() as connection:
        statement = sa.select(sa.func.count()).where(*FeatureQuery(1, None, keep).conditions())
        text = str(statement.compile(connection.engine, compile_kwargs={"literal_binds": True}))
        (plan,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    database.close()
    assert f"ix_features_{'unsure' if keep.unsure else 'noted'}" in plan[-1]
