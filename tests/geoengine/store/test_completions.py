"""Completions of scenes and areas."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from geoengine.errors import NotFoundError
from geoengine.model import LabelClass, Scene
from geoengine.store import Store
from tests.support.views import read
from tiling.grid.window import PixelWindow


def test_the_last_word_holds_and_all_stay(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    other = add_scene("other")
    assert read(store).completion(scene.id) is None
    said = store.set_completion(scene.id, True, author="ana", share=0.97)
    assert said is not None
    assert (said.author, said.share, said.classes) == ("ana", 0.97, ("building", "tree"))
    assert store.set_completion(scene.id, True, author="ben", share=1) == said  # nothing new
    store.set_completion(other.id, True, author="ben", share=1)
    assert store.set_completion(other.id, False, author="eve", share=1) is None
    assert list(read(store).complete_parts()) == [scene.id]
    assert [(one.is_complete, one.author) for one in read(store).completions(other.id)] == [
        (True, "ben"),
        (False, "eve"),
    ]
    with pytest.raises(NotFoundError):
        store.set_completion(77, True, author="ana", share=1)
    for statement in ("DELETE FROM completions", "UPDATE completions SET author = 'eve'"):
        connection = sqlite3.connect(store.path)
        with pytest.raises(sqlite3.IntegrityError, match="only grow"):
            connection.execute(statement)
        connection.close()


def test_a_class_that_came_later_was_not_looked_for(store: Store, scene: Scene) -> None:
    store.set_completion(scene.id, True, author="ana", share=1)
    store.put_classes([LabelClass("mast", "Mast", "#123456")])
    held = read(store).completion(scene.id)
    assert held.missing(["building", "mast"]) == ("mast",)
    again = store.set_completion(scene.id, True, author="ben", share=1)
    assert again is not None
    assert again.author == "ben"
    assert not again.missing(["mast"])


def test_completions_follow_renamed_and_merged_classes(store: Store, scene: Scene) -> None:
    store.put_classes([LabelClass("shed", "Shed", "#654321")])
    store.set_completion(scene.id, True, author="ana", share=1)
    store.rename_class("tree", LabelClass("plant", "Plant", "#00ff00"), author="ana")
    assert set(read(store).completion(scene.id).classes) == {"building", "plant", "shed"}
    store.merge_classes(["shed"], "building", author="ana")
    assert set(read(store).completion(scene.id).classes) == {"building", "plant"}
    store.put_classes([LabelClass("mast", "Mast", "#123456")])
    store.merge_classes(["mast"], "plant", author="ana")  # a plant that was a mast was not looked for
    assert read(store).completion(scene.id).classes == ("building",)


def test_areas_hold_apart_from_the_scene_and_from_each_other(store: Store, scene: Scene) -> None:
    left, right = PixelWindow(0, 0, 32, 64), PixelWindow(64, 0, 32, 64)
    for area in (left, right):
        said = store.set_completion(scene.id, True, author="ana", share=0.97, area=area)
        assert said is not None
        assert (said.area, said.is_complete) == (area, True)
    assert store.set_completion(scene.id, True, author="ben", share=1, area=left) != store.set_completion(
        scene.id, True, author="ben", share=1
    )
    held = read(store).complete_parts()[scene.id]
    assert [(one.area, one.author) for one in held] == [(None, "ben"), (left, "ana"), (right, "ana")]
    assert store.set_completion(scene.id, False, author="eve", share=1) is None
    assert store.set_completion(scene.id, False, author="eve", share=1, area=right) is None
    assert [one.area for one in read(store).complete_parts()[scene.id]] == [left]
    assert read(store).completion(scene.id) is None
    assert read(store).completion(scene.id, left) == read(store).complete_parts(scene.id)[scene.id][0]
    assert [one.area for one in read(store).completions(scene.id)] == [left, right, None, None, right]
    connection = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError, match="only grow"):
        connection.execute("UPDATE completions SET area = NULL")
    connection.close()
