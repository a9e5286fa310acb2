"""The tree of classes in the database: no change of it makes a circle, and the list follows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import LabelClass, Scene
from geoengine.model.class_tree import MOST_LEVELS, check_parents, levels
from geoengine.store import Store
from geoengine.store.classes import version_of
from tests.support.views import read


def keys(store: Store) -> list[str]:
    """Return the list as text, `.` before a key for each level."""
    found = read(store).classes()
    return ["." * level + one.key for one, level in zip(found, levels(found), strict=True)]


def put(store: Store, *specs: tuple[str, str | None]) -> None:
    store.put_classes([LabelClass(key, key, "#123456", parent=parent) for key, parent in specs])


def move(store: Store, key: str, parent: str | None) -> None:
    [one] = [one for one in read(store).classes() if one.key == key]
    store.set_class(replace(one, parent=parent))


@pytest.fixture
def tree(store: Store) -> Store:
    """Vehicles with cars and trucks, beside buildings and trees."""
    put(store, ("vehicle", None), ("truck", "vehicle"), ("suv", None), ("car", "vehicle"))
    move(store, "suv", "car")
    return store


def test_the_list_has_each_class_right_before_those_below_it(tree: Store) -> None:
    assert keys(tree) == ["building", "tree", "vehicle", ".truck", ".car", "..suv"]
    tree.order_classes(["car", "tree"])
    assert keys(tree) == ["tree", "building", "vehicle", ".car", "..suv", ".truck"]
    move(tree, "car", None)
    assert keys(tree) == ["tree", "building", "vehicle", ".truck", "car", ".suv"]


def test_a_move_changes_the_version_of_the_list(tree: Store) -> None:
    before = version_of(read(tree).classes())
    move(tree, "suv", "truck")
    assert version_of(read(tree).classes()) != before


def test_what_is_no_tree_is_refused_in_one_sentence(tree: Store) -> None:
    before = read(tree).classes()
    with pytest.raises(InvalidValueError, match=r"'\w+' would stand below itself \(\w+ > \w+ > \w+ > \w+\)"):
        move(tree, "vehicle", "suv")
    with pytest.raises(InvalidValueError, match="'car' would stand below itself"):
        move(tree, "car", "car")
    with pytest.raises(
        InvalidValueError, match="parent of class 'car' is 'lake', expected a class of the project: building"
    ):
        move(tree, "car", "lake")
    with pytest.raises(InvalidValueError, match="parent of class 'new' is 'lake'"):
        put(tree, ("new", "lake"))
    put(tree, ("small", "suv"))
    with pytest.raises(InvalidValueError, match=r"'tiny' would stand on level 5 .* at most 4 levels"):
        put(tree, ("tiny", "small"))
    with pytest.raises(InvalidValueError, match="'small' would stand on level 5"):
        move(tree, "vehicle", "building")
    tree.rename_class("small", LabelClass("suv_s", "s", "#123456", parent="suv"), author="me")
    tree.retire_class("suv_s")
    assert read(tree).classes() == before


def test_what_stands_below_a_class_goes_with_its_key(tree: Store, scene: Scene) -> None:
    [vehicle] = [one for one in read(tree).classes() if one.key == "vehicle"]
    tree.rename_class("vehicle", replace(vehicle, key="motor", parent="building"), author="me")
    assert keys(tree) == ["building", ".motor", "..truck", "..car", "...suv", "tree"]
    with pytest.raises(InvalidValueError, match="'motor2' would stand below itself"):
        tree.rename_class("motor", replace(vehicle, key="motor2", parent="motor"), author="me")


def test_classes_below_one_that_is_retired_stand_where_it_stood(tree: Store) -> None:
    tree.retire_class("car")
    assert keys(tree) == ["building", "tree", "vehicle", ".truck", ".suv"]
    [retired] = read(tree).retired_classes()
    assert (retired.key, retired.parent) == ("car", "vehicle")
    put(tree, ("car", None))  # brought back
    assert keys(tree) == ["building", "tree", "vehicle", ".truck", ".car", "..suv"]
    tree.retire_class("car")
    move(tree, "suv", None)
    put(tree, ("car", "tree"))
    assert keys(tree) == ["building", "tree", ".car", "vehicle", ".truck", "suv"]


def test_what_stands_below_merged_classes_stands_below_the_other(tree: Store) -> None:
    tree.merge_classes(["car"], "truck", author="me")
    assert keys(tree) == ["building", "tree", "vehicle", ".truck", "..suv"]


def test_a_class_merged_into_one_below_it_leaves_its_place_to_what_stood_between(tree: Store) -> None:
    tree.merge_classes(["vehicle"], "suv", author="me")
    assert keys(tree) == ["building", "tree", "car", ".suv", "..truck"]
    [retired] = read(tree).retired_classes()
    assert retired.parent is None


KEY = st.sampled_from(["a", "b", "c", "d", "e", "f"])
STEP = st.tuples(st.sampled_from(["move", "rename", "merge", "retire", "put", "order"]), KEY, KEY | st.none())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_no_change_makes_a_circle_or_loses_a_class(store: Store, steps: list[tuple[str, str, str]]) -> None:
    put(store, *[(key, None) for key in "abcdef"])
    for what, key, other in steps:
        before = {one.key: one for one in read(store).classes()}
        try:
            if what == "put":
                put(store, (key, other))
            elif key not in before:
                continue
            elif what == "move":
                move(store, key, other)
            elif what == "rename":
                store.rename_class(key, replace(before[key], key=other or "g"), author="me")
            elif what == "merge" and other:
                store.merge_classes([key], other, author="me")
            elif what == "retire":
                store.retire_class(key)
            else:
                store.order_classes([key])
        except (InvalidValueError, UnknownClassError):
            assert {one.key: one for one in read(store).classes()} == before
        now = read(store).classes()
        parents = {one.key: one.parent for one in now}
        check_parents(parents)
        assert max(levels(now)) < MOST_LEVELS
        seen: list[str | None] = [None]
        for one in now:  # right after its parent, or what is below that
            while seen[-1] != one.parent:
                seen.pop()
            seen.append(one.key)
        if what == "put" and key in before:
            assert len(now) == len(before)
