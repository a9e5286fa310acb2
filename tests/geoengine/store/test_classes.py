from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import box

from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import (
    AttributeKind,
    BirthShape,
    Changeset,
    Choice,
    ClassAttribute,
    CreateFeature,
    Edit,
    Feature,
    FeatureFilter,
    LabelClass,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.store import Store
from tests.support.declared import declare
from tests.support.views import read


def test_put_adds_updates_and_keeps_the_order(store: Store) -> None:
    renamed = LabelClass("tree", "Baum", "#00ff00", shape=BirthShape.ROUND)
    road = LabelClass("road", "Road", "#0000ff", "3", shape=BirthShape.SQUARED)
    store.put_classes([road, renamed])
    assert [c.key for c in read(store).classes()] == ["building", "tree", "road"]
    assert read(store).classes()[1:] == [renamed, road]


def test_put_takes_one_class_twice(store: Store) -> None:
    store.put_classes([LabelClass("road", "Road", "#0000ff"), LabelClass("road", "Street", "#0000ff")])
    assert read(store).classes()[-1].name == "Street"


def test_set_class_wants_a_known_one(store: Store) -> None:
    changed = LabelClass("tree", "Tree", "#123456", "t", shape=BirthShape.ROUND)
    assert store.set_class(changed) == changed
    assert changed in read(store).classes()
    with pytest.raises(
        UnknownClassError, match="'road' is not in the project, expected one of: building, tree"
    ):
        store.set_class(LabelClass("road", "Road", "#0000ff"))


STOREYS = ClassAttribute("storeys", "Storeys", AttributeKind.NUMBER, None, 1, 60, required=True)
ROOF = ClassAttribute("roof", "Roof", AttributeKind.CHOICE, choices=(Choice("flat", "Flat"),), required=True)
HIGH = replace(ROOF, name="High roof")


def test_attributes_of_a_class_outlive_its_other_changes(store: Store, scene: Scene) -> None:
    declare(store, "building", STOREYS, ROOF)
    house = CreateFeature(new_uid(), "building", box(350_010, 3_055_950, 350_013, 3_055_953))
    store.commit(Changeset(new_uid(), scene.id, "ana", (house,)))

    def declared(key: str) -> tuple[ClassAttribute, ...]:
        return next(each.attributes for each in read(store).classes() if each.key == key)

    store.put_classes([LabelClass("building", "Buildings", "#000000")])
    store.set_class(LabelClass("building", "Building", "#111111"))
    assert declared("building") == (STOREYS, ROOF)
    store.rename_class("building", LabelClass("house", "House", "#111111"), author="ana")
    assert declared("house") == (STOREYS, ROOF)
    assert declared("tree") == ()
    before, after = store.change_attributes("house", lambda there: {**there, "roof": HIGH})
    assert (list(before.values()), list(after.values())) == ([STOREYS, ROOF], [STOREYS, HIGH])
    assert declared("house") == (STOREYS, HIGH)
    with pytest.raises(UnknownClassError):
        declare(store, "road", STOREYS)


def test_values_are_such_as_the_class_declares(store: Store, scene: Scene) -> None:
    declare(store, "building", STOREYS, ROOF)
    house = CreateFeature(
        new_uid(), "building", box(350_010, 3_055_950, 350_013, 3_055_953), attributes={"a": 1}
    )

    def commit(edit: Edit) -> Feature:
        return store.commit(Changeset(new_uid(), scene.id, "ana", (edit,))).features[0]

    def incomplete() -> int:
        found = {
            wanted: read(store).features(scene.id, keep=FeatureFilter(incomplete=wanted)).total
            for wanted in (True, False)
        }
        assert sum(found.values()) == 1
        return found[True]

    commit(house)
    assert incomplete() == 1
    with pytest.raises(
        InvalidValueError, match=r"edits\[0\].attributes.storeys is 99, expected a number from 1 to 60"
    ):
        commit(UpdateFeature(house.uid, 1, set_attributes={"storeys": 99}))
    second = commit(UpdateFeature(house.uid, 1, set_attributes={"storeys": 3, "roof": "flat"}))
    assert second.attributes == {"a": 1, "storeys": 3, "roof": "flat"}
    assert incomplete() == 0
    third = commit(UpdateFeature(house.uid, 2, set_attributes={"roof": None}))
    assert (dict(third.attributes), incomplete()) == ({"a": 1, "storeys": 3}, 1)
    # What is retired is neither asked for nor lost, and nobody's old values are in the way.
    declare(store, "building", STOREYS, replace(ROOF, retired=True))
    assert incomplete() == 0
    fourth = commit(UpdateFeature(house.uid, 3, set_attributes={"a": None}))
    assert fourth.attributes == {"storeys": 3}
    assert [len(step.feature.attributes) for step in read(store).history(house.uid)] == [1, 3, 2, 1]
    with pytest.raises(InvalidValueError, match="expected one of the two"):
        UpdateFeature(house.uid, 4, attributes={}, set_attributes={})
