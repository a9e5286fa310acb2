"""Import of label files into a scene."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import shapely

from geoengine.exchange.geojson import ImportedFeature
from geoengine.model import Changeset, DeleteFeature, FeatureState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.import_labels import derived_uids, differs, import_labels
from tests.support.views import read

EAST, NORTH = 350_000.0, 3_056_000.0


def box(col: float, row: float, side: float = 20) -> shapely.Polygon:
    """A square in the world coordinates of the scene, given in pixels of 0.1 m."""
    return shapely.box(EAST + col / 10, NORTH - (row + side) / 10, EAST + (col + side) / 10, NORTH - row / 10)


def write(path: Path, *boxes: shapely.Polygon, class_key: str = "building") -> Path:
    features = [
        {"type": "Feature", "properties": {"class": class_key}, "geometry": shapely.geometry.mapping(each)}
        for each in boxes
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32645"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path


def test_a_file_goes_in_once_however_often_it_is_imported(
    project: Project, store: Store, scene: Scene, tmp_path: Path
) -> None:
    path = write(tmp_path / "in.geojson", box(10, 10), box(50, 10), box(50, 10))
    first = import_labels(project, store, scene, path, author="ana")
    assert (first.added, first.known, len(first.problems)) == (2, 0, 1)
    assert first.problems[0].index == 2
    assert project.labels_path(scene.key).is_file()
    again = import_labels(project, store, scene, path, author="ana")
    assert (again.added, again.known, again.changeset) == (0, 3, None)


def test_a_feature_that_was_deleted_since_does_not_come_back(
    project: Project, store: Store, scene: Scene, tmp_path: Path
) -> None:
    import_labels(project, store, scene, write(tmp_path / "in.geojson", box(10, 10)), author="ana")
    (feature,) = read(store).features(scene.id).features
    store.commit(Changeset("t", scene.id, "ben", (DeleteFeature(feature.uid, feature.revision),)))
    again = import_labels(project, store, scene, tmp_path / "in.geojson", author="ana")
    assert (again.added, again.known) == (0, 1)
    assert read(store).features(scene.id).features == ()


def test_uids_depend_on_scene_class_and_polygon(scene: Scene) -> None:
    def named(polygon: shapely.Polygon, class_key: str = "building") -> ImportedFeature:
        return ImportedFeature(0, None, class_key, polygon, None, None, {})

    turned = shapely.Polygon([*box(10, 10).exterior.coords[2:-1], *box(10, 10).exterior.coords[:2]])
    features = [named(box(10, 10)), named(turned), named(box(10.001, 10)), named(box(10, 10), "tree")]
    first, same, moved, other = derived_uids(scene, features)
    assert first == same
    assert len({first, moved, other}) == 3
    assert derived_uids(replace(scene, content_hash="another"), features[:1]) != [first]


def test_differences_are_said_in_words(project: Project, store: Store, scene: Scene, tmp_path: Path) -> None:
    import_labels(project, store, scene, write(tmp_path / "in.geojson", box(10, 10)), author="ana")
    (there,) = read(store).features(scene.id).features
    same = ImportedFeature(0, there.uid, "building", box(10.005, 10), None, None, {})
    assert differs(there, same, None, scene.grid) is None
    other = replace(same, class_key="tree", geometry=box(11, 10))
    text = differs(there, other, FeatureState.REJECTED, scene.grid)
    assert text is not None
    for part in ("its class is 'building', the file's is 'tree'", "its state is 'accepted'", "its polygon"):
        assert part in text
