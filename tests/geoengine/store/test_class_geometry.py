"""The geometry of an object fits its class, whichever way it comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from geoengine.errors import InvalidGeometryError, InvalidValueError
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    GeometryKind,
    LabelClass,
    Origin,
    RestoreFeature,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.classes import add_class, change_class
from tests.support.views import read

LINE = LineString([(0, 0), (10, 10), (20, 0)])
TRIANGLE = Polygon([(0, 0), (10, 0), (0, 10)])
SAMPLES: dict[str, shapely.Geometry] = {
    "polygon": TRIANGLE,
    "box": box(0, 0, 10, 10),
    "oriented-box": shapely.affinity.rotate(box(0, 0, 10, 4), 30),
    "line": LINE,
    "point": Point(3, 4),
}


@pytest.fixture(autouse=True)
def kinds(store: Store) -> None:
    store.put_classes([LabelClass(kind.value, kind.value, "#123456", geometry=kind) for kind in GeometryKind])


def commit(store: Store, scene: Scene, *edits: Edit) -> Feature:
    return store.commit(Changeset(new_uid(), scene.id, "ana", edits)).features[0]


def make(store: Store, scene: Scene, class_key: str) -> Feature:
    return commit(store, scene, CreateFeature(new_uid(), class_key, SAMPLES[class_key]))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(GeometryKind))
def test_creates_and_updates_and_restores_are_held_to_the_kind(
    store: Store, scene: Scene, kind: GeometryKind
) -> None:
    own = make(store, scene, kind.value)
    assert read(store).feature(own.uid).geometry.equals_exact(SAMPLES[kind.value], 0)
    for other, sample in SAMPLES.items():
        edits = (
            CreateFeature(new_uid(), kind.value, sample),  # type: ignore[arg-type]
            UpdateFeature(own.uid, own.revision, geometry=sample),  # type: ignore[arg-type]
        )
        if kind.holds_all_of(GeometryKind(other)):
            commit(store, scene, edits[0])
            continue
        for edit in edits:
            with pytest.raises(
                InvalidGeometryError, match=rf"edits\[0\].geometry of .*: class '{kind}' is of"
            ):
                commit(store, scene, edit)
        with pytest.raises(InvalidGeometryError, match=r"edits\[0\].class of feature"):
            commit(store, scene, UpdateFeature(make(store, scene, other).uid, 1, class_key=kind.value))
    gone = commit(store, scene, DeleteFeature(own.uid, own.revision))
    assert commit(store, scene, RestoreFeature(own.uid, gone.revision)).geometry == SAMPLES[kind.value]


def test_an_unfit_edit_undoes_the_whole_changeset(store: Store, scene: Scene) -> None:
    good, bad = CreateFeature(new_uid(), "line", LINE), CreateFeature(new_uid(), "point", LINE)
    with pytest.raises(InvalidGeometryError, match=r"edits\[1\]"):
        commit(store, scene, good, bad)
    assert read(store).features(scene.id).total == 0


def test_states_of_what_is_there_need_no_check(store: Store, scene: Scene) -> None:
    line = make(store, scene, "line")
    assert commit(store, scene, UpdateFeature(line.uid, 1, state=FeatureState.REJECTED)).state == "rejected"


def test_a_kind_changes_only_where_every_object_fits(store: Store, scene: Scene) -> None:
    polygon = next(one for one in read(store).classes() if one.key == "polygon")
    first = commit(store, scene, CreateFeature(new_uid(), "polygon", box(0, 0, 5, 5)))
    boxes = replace(polygon, geometry=GeometryKind.BOX)
    store.set_class(boxes)  # every one is a box
    store.set_class(polygon)
    other = make(store, scene, "polygon")
    with pytest.raises(
        InvalidValueError, match="class 'polygon' cannot be of boxes: 1 of its objects are no boxes"
    ):
        store.set_class(boxes)
    commit(store, scene, DeleteFeature(other.uid, 1))
    with pytest.raises(InvalidValueError, match=r"1 of its objects \(1 of them deleted\) are no boxes"):
        store.put_classes([boxes])
    with pytest.raises(InvalidValueError, match="cannot be of points: 2 of its objects"):
        store.rename_class(
            "polygon", LabelClass("mast", "Mast", "#123456", geometry=GeometryKind.POINT), author="a"
        )
    assert read(store).feature(first.uid).class_key == "polygon"


def test_merged_classes_fit(store: Store, scene: Scene) -> None:
    make(store, scene, "polygon")
    make(store, scene, "box")
    with pytest.raises(
        InvalidValueError, match="'polygon' cannot be merged into 'box', which is of boxes: 1"
    ):
        store.merge_classes(["polygon"], "box", author="ana")
    assert [moved.labels for moved in store.merge_classes(["box"], "polygon", author="ana")] == [1]


def test_a_retired_class_keeps_its_kind_and_does_not_come_back_as_another(store: Store, scene: Scene) -> None:
    line = make(store, scene, "line")
    commit(store, scene, DeleteFeature(line.uid, 1))
    store.retire_class("line")
    with pytest.raises(InvalidValueError, match="class 'line' cannot be of points"):
        add_class(store, "line", geometry=GeometryKind.POINT)
    assert add_class(store, "line").geometry == "line"


def test_a_shape_is_of_polygons(project: Project, store: Store) -> None:
    with pytest.raises(
        InvalidValueError, match=r"shape of class 'mast' is round, expected free: .* are points"
    ):
        add_class(store, "mast", shape=read(store).classes()[0].shape.ROUND, geometry=GeometryKind.POINT)
    rounded = add_class(store, "tank", shape=read(store).classes()[0].shape.ROUND)
    done = change_class(project, store, rounded, geometry=GeometryKind.POINT, author="ana")
    assert (done.label_class.geometry, done.label_class.shape) == ("point", "free")


def test_proposals_become_boxes_and_are_none_of_lines(store: Store, scene: Scene) -> None:
    def propose(key: str) -> None:
        create = CreateFeature(new_uid(), key, TRIANGLE, FeatureState.PROPOSED, 0.5, Origin.MODEL, "m 1")
        store.replace_proposals(scene.id, [key], [create], token=new_uid(), author="m 1")

    propose("box")
    propose("oriented-box")
    for key in ("line", "point"):
        with pytest.raises(
            InvalidGeometryError, match=f"class '{key}' is of {key}s, expected one of polygons"
        ):
            propose(key)
    first, second = read(store).features(scene.id).features
    assert first.geometry.equals(box(0, 0, 10, 10))
    assert second.geometry.covers(TRIANGLE.buffer(-1e-9))
    assert len(second.geometry.exterior.coords) == 5  # type: ignore[union-attr]
