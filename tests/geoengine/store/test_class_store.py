"""Writes of label classes: the order, and changes that were made on a list which is no longer so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import LabelClass
from geoengine.store import Store
from geoengine.store.class_store import ClassStore
from geoengine.store.classes import version_of
from geoengine.store.errors import ClassesChangedError
from tests.support.views import read

HOUSE = LabelClass("house", "House", "#000000")
CHANGES: dict[str, Callable[[ClassStore, str], object]] = {
    "put": lambda store, old: store.put_classes([HOUSE], expected=old),
    "order": lambda store, old: store.order_classes(["tree"], expected=old),
    "attributes": lambda store, old: store.change_attributes("tree", lambda there: there, expected=old),
    "rename": lambda store, old: store.rename_class("tree", HOUSE, author="me", expected=old),
    "merge": lambda store, old: store.merge_classes(["tree"], "building", author="me", expected=old),
    "retire": lambda store, old: store.retire_class("tree", expected=old),
}


@pytest.fixture
def classes(store: Store) -> list[LabelClass]:
    """A building, a tree and a road, in this order."""
    store.put_classes(
        [
            LabelClass("building", "Building", "#e69f00"),
            LabelClass("tree", "Tree", "#009e73"),
            LabelClass("road", "Road", "#dddddd"),
        ]
    )
    return read(store).classes()


def test_classes_that_are_named_come_first(store: Store, classes: list[LabelClass]) -> None:
    keys = [one.key for one in classes]
    ordered = store.order_classes([keys[-1], keys[1]])
    assert [one.key for one in ordered] == [
        keys[-1],
        keys[1],
        *[key for key in keys if key not in (keys[-1], keys[1])],
    ]
    assert read(store).classes() == ordered
    with pytest.raises(InvalidValueError, match="'tree' twice"):
        store.order_classes(["tree", "tree"])
    with pytest.raises(UnknownClassError, match="'lake'"):
        store.order_classes(["lake"])
    assert read(store).classes() == ordered


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_made_on_another_list_is_refused(store: Store, classes: list[LabelClass], name: str) -> None:
    old = version_of(classes)
    store.set_class(LabelClass("road", "Street", "#dddddd"))
    before = read(store).classes()
    with pytest.raises(ClassesChangedError, match="nothing was changed"):
        CHANGES[name](store, old)
    assert read(store).classes() == before
    CHANGES[name](store, version_of(before))


def test_retired_classes_are_listed_apart(store: Store, classes: list[LabelClass]) -> None:
    store.retire_class("road")
    assert [one.key for one in read(store).retired_classes()] == ["road"]
    assert "road" not in [one.key for one in read(store).classes()]
