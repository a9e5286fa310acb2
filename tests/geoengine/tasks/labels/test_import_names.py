"""Tests of `geoengine.tasks.labels.import_names`: what is imported again is known, whatever was renamed since."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from affine import Affine
from pyproj import CRS
from shapely import Polygon, box
from shapely.geometry import mapping

from geoengine.model import Changeset, CreateFeature, Feature, LabelClass, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.import_labels import import_labels
from geoengine.tasks.labels.import_names import _name, _Open, _outlines, earlier_names
from geoengine.tasks.labels.import_options import ImportOptions, ImportReport
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid

GRID = RasterGrid(CRS.from_epsg(32633).to_wkt(), Affine(1, 0, 500000, 0, -1, 5000000), width=400, height=300)
BOXES = [box(500050 + 50 * i, 4999800, 500080 + 50 * i, 4999840) for i in range(3)]
AddScene = Callable[..., Scene]
Take = Callable[..., ImportReport]


@pytest.fixture
def scene(store: Store, add_scene: AddScene) -> Scene:
    store.put_classes([LabelClass(key, key, "#ff0000") for key in ("building", "tree")])
    return add_scene("west", GRID)


@pytest.fixture
def take(project: Project, store: Store, tmp_path: Path) -> Take:
    """Import boxes of some classes, without uids, into scenes."""

    def take(
        scenes: Scene | Sequence[Scene],
        boxes: Sequence[Polygon] = BOXES,
        classes: Sequence[str] = ("building", "tree", "building"),
        **options: object,
    ) -> ImportReport:
        features = [
            {"type": "Feature", "properties": {"class": key}, "geometry": mapping(one)}
            for one, key in zip(boxes, classes, strict=True)
        ]
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}
        path = tmp_path / "boxes.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
        targets = [scenes] if isinstance(scenes, Scene) else list(scenes)
        return import_labels(project, store, targets, path, ImportOptions("ada", **options))  # type: ignore[arg-type]

    return take


def features(store: Store, scene: Scene) -> list[Feature]:
    return list(read(store).features(scene.id).features)


def test_after_renaming_scene_and_class_a_file_is_known(store: Store, scene: Scene, take: Take) -> None:
    assert take(scene).added == 3
    scene = store.rename_scene(scene.id, "far-west", "far west")
    store.rename_class("building", LabelClass("house", "house", "#00ff00"), author="ada")
    again = take(scene, renamed={"building": "house"})
    assert (again.added, again.known, again.problems) == (0, 3, ())
    assert take(scene, classes=("house", "tree", "house")).known == 3


def test_after_relinking_a_scene_a_file_is_known(store: Store, scene: Scene, take: Take) -> None:
    assert take(scene).added == 3
    relinked = store.relink_scene(
        scene.id, uri="other.tif", source="other.tif", content_hash="f" * 64, reading={}
    )
    assert take(relinked).known == 3


def test_after_a_change_of_class_by_hand_a_file_is_known(store: Store, scene: Scene, take: Take) -> None:
    take(scene)
    first = features(store, scene)[0]
    edit = UpdateFeature(first.uid, 1, class_key="tree")
    store.commit(Changeset("token-1", scene.id, "bo", (edit,)))
    assert take(scene).known == 3
    assert features(store, scene)[0].class_key == "tree"


def test_one_polygon_of_two_classes_is_two_objects(store: Store, scene: Scene, take: Take) -> None:
    both = ([BOXES[0]] * 3, ("building", "tree", "tree"))
    first = take(scene, *both)
    assert first.added == 2
    assert [problem.reason for problem in first.problems] == [
        "is the same geometry of the same class as another in the file"
    ]
    again = take(scene, [BOXES[0]] * 2, ("tree", "building"))
    assert (again.added, again.known) == (0, 2)
    assert len(features(store, scene)) == 2


def test_scenes_with_one_grid_keep_their_objects_apart(
    store: Store, add_scene: AddScene, scene: Scene, take: Take
) -> None:
    later = add_scene("later", GRID)
    assert take([scene, later]).added == 6
    assert take([later, scene]).known == 6
    assert len(features(store, scene)) == len(features(store, later)) == 3
    assert take(add_scene("last", GRID)).added == 3


def test_what_an_earlier_version_imported_is_known(store: Store, scene: Scene, take: Take) -> None:
    """The names are those that version 0.1.0 gave before scenes and classes could be renamed."""
    label = _Open(0, "building", _outlines(GRID, BOXES[:1])[0], None)
    [uid] = earlier_names(scene, [label])
    edit = CreateFeature(uid, "building", BOXES[0])
    store.commit(Changeset("token-1", scene.id, "bo", (edit,)))
    report = take(scene)
    assert (report.added, report.known) == (2, 1)


def test_names_are_uuids_of_version_5() -> None:
    for text in map(str, range(200)):
        assert _name(uuid.NAMESPACE_OID, text) == uuid.uuid5(uuid.NAMESPACE_OID, text).hex
