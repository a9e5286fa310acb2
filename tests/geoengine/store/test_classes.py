from __future__ import annotations

import pytest

from geoengine.errors import UnknownClassError
from geoengine.model import LabelClass
from geoengine.store import Store
from tests.support.views import read


def test_put_adds_updates_and_keeps_the_order(store: Store) -> None:
    renamed = LabelClass("tree", "Baum", "#00ff00")
    road = LabelClass("road", "Road", "#0000ff", "3")
    store.put_classes([road, renamed])
    assert [c.key for c in read(store).classes()] == ["building", "tree", "road"]
    assert read(store).classes()[1:] == [renamed, road]


def test_put_takes_one_class_twice(store: Store) -> None:
    store.put_classes([LabelClass("road", "Road", "#0000ff"), LabelClass("road", "Street", "#0000ff")])
    assert read(store).classes()[-1].name == "Street"


def test_set_class_wants_a_known_one(store: Store) -> None:
    changed = LabelClass("tree", "Tree", "#123456", "t")
    assert store.set_class(changed) == changed
    assert changed in read(store).classes()
    with pytest.raises(
        UnknownClassError, match="'road' is not in the project, expected one of: building, tree"
    ):
        store.set_class(LabelClass("road", "Road", "#0000ff"))
