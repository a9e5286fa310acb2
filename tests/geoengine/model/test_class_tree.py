"""The tree of classes."""

from __future__ import annotations

from geoengine.model import LabelClass
from geoengine.model.class_tree import in_tree_order, levels, nearest, with_descendants

VEHICLES = [
    LabelClass("vehicle", "Vehicle", "#123456"),
    LabelClass("truck", "Truck", "#123456", parent="vehicle"),
    LabelClass("tanker", "Tanker", "#123456", parent="truck"),
    LabelClass("tree", "Tree", "#123456"),
]


def test_a_class_stands_for_those_below_it() -> None:
    assert with_descendants(["vehicle"], VEHICLES) == ["vehicle", "truck", "tanker"]
    assert with_descendants(["tree", "truck"], VEHICLES) == ["tree", "truck", "tanker"]
    assert with_descendants(["unknown"], VEHICLES) == ["unknown"]
    assert with_descendants([], VEHICLES) == []
    assert levels(VEHICLES) == [0, 1, 2, 0]


def test_a_damaged_tree_loses_no_class_and_ends() -> None:
    parents = {"a": "b", "b": "a", "c": None, "d": "lost"}
    assert in_tree_order(["a", "b", "c", "d"], parents) == ["c", "d", "a", "b"]
    assert nearest("a", parents, {"c"}) is None
