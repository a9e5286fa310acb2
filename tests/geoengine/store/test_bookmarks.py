"""Where authors left scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Bookmark, QueueOrder, Scene
from geoengine.store import Store
from tests.support.views import read


def bookmark(scene: Scene, author: str = "ana", time: str = "2026-11-30T10:00:00Z") -> Bookmark:
    return Bookmark(
        scene_id=scene.id,
        author=author,
        time=time,
        order=QueueOrder.NEAREST,
        reviewing=True,
        filter={"hidden_classes": ["tree"]},
        class_key="building",
        view=(1.5, -2.0, 0.25),
        feature="00000001",
        skipped=("00000003", "00000002"),
    )


def test_the_last_one_of_an_author_and_scene_is_kept(store: Store, scene: Scene) -> None:
    assert read(store).bookmark(scene.id, "ana") is None
    first = bookmark(scene)
    store.put_bookmark(first)
    assert read(store).bookmark(scene.id, "ana") == first
    later = replace(first, view=None, class_key=None, feature=None, skipped=(), order=QueueOrder.SIZE)
    store.put_bookmark(later)
    assert read(store).bookmark(scene.id, "ana") == later
    assert read(store).bookmark(scene.id, "ben") is None


def test_the_scene_left_last_comes_first(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    other = add_scene("other")
    store.put_bookmark(bookmark(scene, time="2026-11-30T12:00:00Z"))
    store.put_bookmark(bookmark(other, time="2026-11-30T11:00:00Z"))
    store.put_bookmark(bookmark(other, author="ben"))
    assert [number for number, _ in read(store).bookmarks("ana")] == [scene.id, other.id]
    assert [number for number, _ in read(store).bookmarks("ben")] == [other.id]
    assert read(store).bookmarks("eve") == []


def test_a_removed_scene_takes_its_bookmarks_along(store: Store, scene: Scene) -> None:
    store.put_bookmark(bookmark(scene))
    store.remove_scene(scene.id, 0)
    assert read(store).bookmarks("ana") == []
    with pytest.raises(NotFoundError):
        store.put_bookmark(bookmark(scene))


def test_an_author_is_a_name(scene: Scene) -> None:
    with pytest.raises(InvalidValueError, match="author"):
        bookmark(scene, author="")
