"""Seen ground of scenes."""

from __future__ import annotations

import sqlite3

import pytest

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Scene
from geoengine.store import Store
from tests.support.views import read
from tiling.grid.window import PixelWindow

LEFT, RIGHT = PixelWindow(0, 0, 512, 800), PixelWindow(500, 0, 500, 800)


def test_what_was_seen_stays_seen_by_author(store: Store, scene: Scene) -> None:
    assert not read(store).seen_ground(scene.id).any()
    assert store.add_seen(scene.id, "ana", [LEFT])
    assert not store.add_seen(scene.id, "ana", [LEFT, PixelWindow(0, 0, 100, 100)])
    assert store.add_seen(scene.id, "ben", [RIGHT])
    assert read(store).seen_ground(scene.id).all()
    assert read(store).seen_ground(scene.id, "ana").mean() == pytest.approx(32 / 63)
    assert read(store).seen_ground(scene.id, "eve").sum() == 0
    with sqlite3.connect(store.path) as connection:
        sizes = connection.execute("SELECT length(cells) FROM seen_ground").fetchall()
    connection.close()
    assert len(sizes) == 2
    assert max(sizes)[0] < 100


def test_seen_ground_goes_with_its_scene(store: Store, scene: Scene) -> None:
    store.add_seen(scene.id, "ana", [LEFT])
    store.set_completion(scene.id, True, author="ana", share=1)
    store.remove_scene(scene.id, 0)
    with pytest.raises(NotFoundError):
        read(store).seen_ground(scene.id)


def test_what_cannot_be_is_refused(store: Store, scene: Scene) -> None:
    with pytest.raises(NotFoundError):
        store.add_seen(77, "ana", [LEFT])
    with pytest.raises(InvalidValueError, match="author"):
        store.add_seen(scene.id, " ", [LEFT])
