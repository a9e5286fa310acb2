"""Labels of a file are held to the geometries of their classes, and come back from each format as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate
from shapely.geometry import mapping

from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Feature,
    GeometryKind,
    LabelClass,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.export import export_labels
from geoengine.tasks.labels.import_labels import import_labels
from geoengine.tasks.labels.import_options import ImportOptions, ImportReport
from tests.support.examples import examples
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid

AddScene = Callable[..., Scene]
# West of the antimeridian, so that what lies in the east of the scene is cut in longitude and latitude.
ACROSS = RasterGrid(CRS.from_epsg(32660).to_wkt(), Affine(1, 0, 833_800, 0, -1, 10_300), 400, 300)
PLAIN = RasterGrid(CRS.from_epsg(32633).to_wkt(), Affine(1, 0, 500_000, 0, -1, 5_000_000), 400, 300)
LINE, TURNED, TRIANGLE = "line", "oriented-box", Polygon([(50, 50), (90, 50), (50, 80)])


class Desk:
    """A project with a class of each kind and one scene."""

    def __init__(self, project: Project, store: Store, scene: Scene) -> None:
        self.project, self.store, self.scene = project, store, scene
        store.put_classes([LabelClass(kind, kind, "#123456", geometry=kind) for kind in GeometryKind])

    def put(self, *features: tuple[str, Any]) -> list[Feature]:
        """Draw objects in pixels of the scene (y down)."""
        grid = self.scene.grid
        edits = tuple(
            CreateFeature(new_uid(), key, shapely.transform(geometry, grid.to_world))
            for key, geometry in features
        )
        return list(self.store.commit(Changeset(new_uid(), self.scene.id, "ana", edits)).features)

    def take(self, path: Path, **options: Any) -> ImportReport:
        return import_labels(self.project, self.store, [self.scene], path, ImportOptions("ada", **options))

    def features(self) -> dict[str, Feature]:
        return {one.uid: one for one in read(self.store).features(self.scene.id).features}

    def clear(self) -> None:
        gone = tuple(DeleteFeature(one.uid, one.revision) for one in self.features().values())
        if gone:
            self.store.commit(Changeset(new_uid(), self.scene.id, "ana", gone))


@pytest.fixture(params=["plain", "across"])
def desk(project: Project, store: Store, add_scene: AddScene, request: pytest.FixtureRequest) -> Desk:
    return Desk(project, store, add_scene("town", PLAIN if request.param == "plain" else ACROSS))


def put_file(path: Path, scene: Scene, *features: tuple[str, Any]) -> Path:
    """Write GeoJSON of objects in pixels, in the scene's own CRS."""
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{scene.grid.crs.to_epsg()}"}}  # type: ignore[union-attr]
    rows = [
        {
            "type": "Feature",
            "properties": {"class": key},
            "geometry": mapping(shapely.transform(geometry, scene.grid.to_world)),
        }
        for key, geometry in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": rows}))
    return path


def in_pixels(desk: Desk, feature: Feature) -> shapely.Geometry:
    return shapely.transform(feature.geometry, desk.scene.grid.to_pixel)


pixel = st.tuples(st.integers(1, 399), st.integers(1, 299))


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, Any]:
    """A class and an object of it, in pixels."""
    kind = draw(st.sampled_from([one.value for one in GeometryKind]))
    if kind == "point":
        return kind, Point(draw(pixel))
    if kind == "line":
        places = draw(st.lists(pixel, min_size=2, max_size=5, unique=True))
        return kind, LineString(places)
    col, row = draw(st.tuples(st.integers(20, 340), st.integers(20, 240)))
    frame = box(col, row, col + draw(st.integers(2, 40)), row + draw(st.integers(2, 40)))
    if kind == "oriented-box":
        return kind, rotate(frame, draw(st.integers(0, 359)))
    if kind == "polygon" and draw(st.booleans()):  # of several parts
        return kind, shapely.MultiPolygon(
            [frame, box(1, 1, 9, 9), box(385, 250, 398, 290) - box(388, 260, 392, 270)]
        )
    return kind, frame if kind == "box" else Polygon(
        [*frame.exterior.coords[:3], (col - 5, row + 50)]
    ).convex_hull


@pytest.mark.parametrize("suffix", ["geojson", "parquet", "fgb", "kml"])
@given(objects=st.lists(drawn(), min_size=1, max_size=5, unique_by=lambda one: one[1].wkb))
@examples(12, fixtures=True)
def test_what_is_exported_comes_back_as_it_was(
    desk: Desk, tmp_path: Path, suffix: str, objects: list[tuple[str, Any]]
) -> None:
    desk.clear()
    desk.put(*objects)
    path = tmp_path / f"out.{suffix}"
    report = export_labels(desk.store, path, [desk.scene])
    assert (report.features, report.left_out) == (len(objects), ())
    same = desk.take(path)
    assert (same.known, same.changesets, same.problems) == (len(objects), {}, ())
    assert not [note for note in same.notes if "became" in note]


@given(objects=st.lists(drawn(), min_size=1, max_size=5, unique_by=lambda one: one[1].wkb))
@examples(20, fixtures=True)
def test_objects_of_a_file_without_uids_go_in_where_they_are(
    desk: Desk, tmp_path: Path, objects: list[tuple[str, Any]]
) -> None:
    desk.clear()
    drawn_ones = desk.put(*objects)
    path = tmp_path / "out.geojson"
    export_labels(desk.store, path, [desk.scene])
    document = json.loads(path.read_text())
    for feature in document["features"]:
        feature["properties"] = {"class": feature["properties"]["class"], "of": feature.pop("id")}
    document.pop("geoengine")
    path.write_text(json.dumps(document))
    desk.clear()
    report = desk.take(path)
    assert (report.added + report.known, report.problems) == (len(objects), ())
    found = {one.attributes.get("of"): one for one in desk.features().values()}
    for one in drawn_ones:
        if one.uid in found:  # of an earlier example, which was deleted: it stays so
            there, here = in_pixels(desk, found[one.uid]), in_pixels(desk, one)
            assert there.geom_type == here.geom_type
            assert shapely.hausdorff_distance(there, here) < 0.01
            starts = [shapely.get_coordinates(each)[0] for each in (there, here)]
            assert one.class_key != LINE or np.allclose(*starts, atol=0.01)


def test_edited_lines_and_points_come_back_as_edits(desk: Desk, tmp_path: Path) -> None:
    line, point, turned = desk.put(
        (LINE, LineString([(10, 10), (50, 10), (50, 60)])),
        ("point", Point(100, 100)),
        (LINE, LineString([(10, 200), (390, 250)])),
    )
    path = tmp_path / "out.geojson"
    export_labels(desk.store, path, [desk.scene], crs=None, digits=None)
    document = json.loads(path.read_text())
    rows = {row["id"]: row["geometry"] for row in document["features"]}
    rows[line.uid]["coordinates"][1][0] += 3
    rows[point.uid]["coordinates"][1] -= 2
    rows[turned.uid]["coordinates"].reverse()
    path.write_text(json.dumps(document))
    report = desk.take(path)
    assert (report.changed, report.known, report.problems) == (3, 0, ())
    after = desk.features()
    assert in_pixels(desk, after[line.uid]).equals_exact(LineString([(10, 10), (53, 10), (50, 60)]), 1e-6)
    assert in_pixels(desk, after[point.uid]).equals_exact(Point(100, 102), 1e-6)
    assert in_pixels(desk, after[turned.uid]).coords[0] == pytest.approx((390, 250))


def test_a_split_line_keeps_its_uid_on_the_longest_piece(desk: Desk, tmp_path: Path) -> None:
    [line] = desk.put((LINE, LineString([(10, 10), (110, 10)])))
    path = tmp_path / "out.geojson"
    export_labels(desk.store, path, [desk.scene])
    document = json.loads(path.read_text())
    [row] = document["features"]
    start, end = row["geometry"]["coordinates"][0], row["geometry"]["coordinates"][-1]
    middle = [start[0] + 0.3 * (end[0] - start[0]), start[1] + 0.3 * (end[1] - start[1])]
    other = json.loads(json.dumps(row))
    row["geometry"] = {"type": "LineString", "coordinates": [start, middle]}
    other["geometry"] = {"type": "LineString", "coordinates": [middle, end]}
    document["features"].append(other)
    path.write_text(json.dumps(document))
    report = desk.take(path)
    assert (report.added, report.changed, report.problems) == (1, 1, ())
    after = desk.features()
    assert after[line.uid].geometry.length == pytest.approx(70, rel=0.01)
    assert sum(one.geometry.length for one in after.values()) == pytest.approx(100, rel=0.01)


def test_what_does_not_fit_its_class_is_refused_by_a_line_each(desk: Desk, tmp_path: Path) -> None:
    path = put_file(
        tmp_path / "a.geojson",
        desk.scene,
        (LINE, TRIANGLE),
        ("polygon", Point(5, 5)),
        ("point", Point(6, 6)),
        ("box", LineString([(1, 1), (9, 9)])),
    )
    report = desk.take(path)
    assert (report.added, [problem.sentence() for problem in report.problems]) == (
        1,
        [
            "feature 0 is a Polygon, expected a LineString: class 'line' is of lines",
            "feature 1 is a Point, expected a Polygon: class 'polygon' is of polygons",
            "feature 3 is a LineString, expected a Polygon: class 'box' is of boxes",
        ],
    )


def test_outlines_become_boxes_and_the_report_says_how_many(desk: Desk, tmp_path: Path) -> None:
    path = put_file(
        tmp_path / "a.geojson",
        desk.scene,
        ("box", TRIANGLE),
        ("box", box(200, 200, 220, 230)),
        (TURNED, rotate(TRIANGLE, 20)),
        (TURNED, rotate(box(100, 200, 150, 210), 20)),
    )
    report = desk.take(path)
    assert (report.added, report.problems) == (4, ())
    assert "2 outlines became the boxes around them, as the class says" in report.notes
    boxes = [in_pixels(desk, one).bounds for one in desk.features().values() if one.class_key == "box"]
    assert sorted(boxes)[0] == pytest.approx((50, 50, 90, 80))
    assert desk.take(path).known == 4


def test_multi_types_become_an_object_for_each_part(desk: Desk, tmp_path: Path) -> None:
    lines = shapely.MultiLineString([[(10, 10), (20, 20)], [(30, 30), (40, 45)]])
    path = put_file(
        tmp_path / "a.geojson",
        desk.scene,
        (LINE, lines),
        ("point", shapely.MultiPoint([(1, 1), (2, 2), (3, 3)])),
    )
    report = desk.take(path)
    assert (report.added, report.problems) == (5, ())
    assert list(report.notes) == [
        "1 MultiLineString of several parts became one object for each part",
        "1 MultiPoint of several parts became one object for each part",
    ]
    assert desk.take(path).known == 5


def test_an_object_of_several_parts_stays_one_unless_it_is_to_be_split(desk: Desk, tmp_path: Path) -> None:
    base = shapely.MultiPolygon([box(10, 10, 20, 20), box(30, 10, 40, 20), box(380, 280, 395, 290)])
    path = put_file(tmp_path / "a.geojson", desk.scene, ("polygon", base))
    report = desk.take(path)
    assert (report.added, report.problems, report.notes) == (1, (), ())
    [one] = desk.features().values()
    assert in_pixels(desk, one).equals(base)
    assert desk.take(path).known == 1
    split = desk.take(path, split_parts=True)
    assert split.added == 3
    assert list(split.notes) == ["1 MultiPolygon of several parts became one object for each part"]
    assert desk.take(path, split_parts=True).known == 3
    boxed = desk.take(put_file(tmp_path / "b.geojson", desk.scene, ("box", base)))
    assert (boxed.added, boxed.problems) == (1, ())


def test_a_file_that_was_imported_with_its_parts_split_is_known(desk: Desk, tmp_path: Path) -> None:
    base = shapely.MultiPolygon([box(10, 10, 20, 20), box(30, 10, 40, 20)])
    path = put_file(tmp_path / "a.geojson", desk.scene, ("polygon", base))
    assert desk.take(path, split_parts=True).added == 2
    again = desk.take(path)
    assert (again.added, again.known) == (0, 1)
    other = put_file(tmp_path / "b.geojson", desk.scene, ("polygon", base.union(box(50, 10, 60, 20))))
    assert desk.take(other).added == 1


def test_a_part_that_was_added_in_a_gis_comes_back(desk: Desk, tmp_path: Path) -> None:
    [one] = desk.put(("polygon", box(50, 50, 60, 60)))
    path = tmp_path / "out.geojson"
    export_labels(desk.store, path, [desk.scene], crs=None, digits=None)
    document = json.loads(path.read_text())
    [row] = document["features"]
    more = mapping(shapely.transform(box(70, 50, 80, 60), desk.scene.grid.to_world))
    row["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [row["geometry"]["coordinates"], more["coordinates"]],
    }
    path.write_text(json.dumps(document))
    assert desk.take(path).changed == 1
    assert in_pixels(desk, desk.features()[one.uid]).area == pytest.approx(200)


def test_another_class_of_the_file_brings_its_own_outline(desk: Desk, tmp_path: Path) -> None:
    almost = Polygon([(50, 50), (90, 50), (90, 80.007), (50, 80)])
    [one] = desk.put(("polygon", almost))
    path = tmp_path / "out.geojson"
    export_labels(desk.store, path, [desk.scene])
    path.write_text(path.read_text().replace('"class": "polygon"', '"class": "box"'))
    report = desk.take(path)
    assert (report.changed, report.problems) == (1, ())
    after = desk.features()[one.uid]
    assert after.class_key == "box"
    assert in_pixels(desk, after).bounds == pytest.approx((50, 50, 90, 80.007), abs=1e-4)
    assert len(after.geometry.exterior.coords) == 5  # type: ignore[union-attr]
    # What was changed here meanwhile is a conflict, as ever.
    desk.store.commit(
        Changeset(new_uid(), desk.scene.id, "bo", (UpdateFeature(one.uid, 2, class_key="polygon"),))
    )
    assert "both changed it" in desk.take(path).problems[0].reason
