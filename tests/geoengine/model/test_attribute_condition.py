"""Conditions on attributes: in Python, and the same in the database."""

from __future__ import annotations

from typing import Any

import pytest
from shapely import box

from geoengine.errors import InvalidValueError
from geoengine.model import AttributeCondition, Changeset, CreateFeature, FeatureFilter, Scene, new_uid
from geoengine.store import Store
from tests.support.views import read

VALUES: tuple[Any, ...] = (
    None, "", "flat", "Flat", "STRASSE", "straße 5", "yes", True, False, 0, 1, 2.5, -3, [1], {"a": 1}, "2.5",
)  # fmt: skip
CONDITIONS: tuple[dict[str, Any], ...] = (
    {}, {"missing": True}, {"equals": "flat"}, {"equals": "yes"}, {"equals": True}, {"equals": False},
    {"contains": "FLA"}, {"contains": "strasse"}, {"contains": "%"}, {"minimum": 1}, {"maximum": 0},
    {"minimum": 0, "maximum": 2.5},
)  # fmt: skip


def test_the_database_finds_what_python_accepts(store: Store, scene: Scene) -> None:
    creates = [
        CreateFeature(
            new_uid(), "tree", box(x, 0, x + 1, 1), attributes={} if value is None else {"a.b-c_1": value}
        )
        for x, value in enumerate(VALUES)
    ]
    store.commit(Changeset(new_uid(), scene.id, "ana", tuple(creates)))
    for fields in CONDITIONS:
        condition = AttributeCondition("a.b-c_1", **fields)
        found = read(store).features(scene.id, keep=FeatureFilter(attribute=condition)).features
        expected = [one.uid for one in creates if condition.accepts(one.attributes)]
        assert [one.uid for one in found] == expected, fields
        everything = read(store).features(scene.id).features
        keep = FeatureFilter(attribute=condition)
        assert [one.uid for one in everything if keep.accepts(one)] == expected
    assert AttributeCondition("a", equals=True).accepts({"a": 1}) is False


def test_two_conditions_and_a_bad_key_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="has 2 conditions, expected one"):
        AttributeCondition("roof", equals="flat", minimum=1)
    with pytest.raises(InvalidValueError):
        AttributeCondition('a"b')
