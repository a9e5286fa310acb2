from __future__ import annotations

from collections.abc import Callable

import pytest
from shapely import box

from geoengine.errors import NotFoundError
from geoengine.model import Changeset, CreateFeature, Scene, new_uid
from geoengine.store import Store


def create() -> CreateFeature:
    return CreateFeature(new_uid(), "tree", box(0, 0, 1, 1))


def test_a_view_is_of_one_moment(store: Store, scene: Scene) -> None:
    store.commit(Changeset(new_uid(), scene.id, "ana", (create(),)))
    with store.reading() as view:
        before = (view.features(scene.id), view.last_changeset(scene.id), view.counts())
        store.commit(Changeset(new_uid(), scene.id, "ben", (create(), create())))
        assert (view.features(scene.id), view.last_changeset(scene.id), view.counts()) == before
        assert len(list(view.snapshot(scene.id).features)) == 1
    with store.reading() as view:
        assert view.features(scene.id).total == 3


def test_views_of_several_scenes_are_streams(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    other = add_scene("other")
    store.commit(Changeset(new_uid(), other.id, "ana", (create(),)))
    with store.reading() as view:
        snapshots = [view.snapshot(one.id) for one in view.scenes()]
        assert [len(list(snapshot.features)) for snapshot in snapshots] == [0, 1]


def test_an_error_closes_the_view_and_leaves_the_store_usable(store: Store) -> None:
    with pytest.raises(NotFoundError), store.reading() as view:
        view.scene(99)
    with store.reading() as view:
        assert view.jobs() == []
