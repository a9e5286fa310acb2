"""Tests of `geoengine.tasks.labels.import_labels`: an edited label file comes back as its edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from shapely import box
from shapely.geometry import mapping

from geoengine.errors import ExchangeError
from geoengine.model import Changeset, Confidence, Feature, LabelClass, Origin, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.export import export_labels
from geoengine.tasks.labels.import_labels import import_labels
from geoengine.tasks.labels.import_options import ImportOptions, ImportReport
from geoengine.tasks.labels.write_labels import write_labels
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid

UTM = CRS.from_epsg(32633).to_wkt()
BOXES = [box(500050 + 50 * i, 4999800, 500080 + 50 * i, 4999840) for i in range(6)]
AddScene = Callable[..., Scene]


def grid(left: float = 500000, top: float = 5000000, width: int = 400) -> RasterGrid:
    return RasterGrid(UTM, Affine(1, 0, left, 0, -1, top), width, 300)


class Town:
    """A project with some scenes side by side, and an import of boxes."""

    def __init__(self, project: Project, store: Store, scenes: list[Scene]) -> None:
        self.project, self.store, self.scenes = project, store, scenes

    def take(self, path: Path, is_named: bool = False, **options: Any) -> ImportReport:
        return import_labels(
            self.project, self.store, self.scenes, path, ImportOptions("ada", **options), is_named=is_named
        )

    def features(self, scene: int = 0) -> list[Feature]:
        return list(read(self.store).features(self.scenes[scene].id).features)

    def label_file(self, scene: int = 0) -> gpd.GeoDataFrame:
        return gpd.read_file(self.project.labels_path(self.scenes[scene].key)).to_crs(32633)

    def change(self, feature: Feature, **values: Any) -> None:
        edit = UpdateFeature(feature.uid, feature.revision, **values)
        self.store.commit(Changeset(f"t{feature.uid}{feature.revision}", feature.scene_id, "bo", (edit,)))


@pytest.fixture
def town(project: Project, store: Store, add_scene: AddScene, tmp_path: Path) -> Town:
    store.put_classes([LabelClass(key, key, "#ff0000") for key in ("building", "tree", "small-car", "3")])
    town = Town(project, store, [add_scene("west", grid())])
    report = town.take(write(tmp_path / "first.geojson", BOXES))
    assert report.added == 6
    return town


def write(path: Path, boxes: list[Any], crs: int = 32633, **columns: Any) -> Path:
    columns = {"class": ["building"] * len(boxes), **columns}
    frame = gpd.GeoDataFrame(columns, geometry=boxes, crs=32633).to_crs(crs)
    return save(path, frame)


def save(path: Path, frame: gpd.GeoDataFrame) -> Path:
    """Write a frame as QGIS does, without the members at the top of our files."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        options = {"COORDINATE_PRECISION": 15} if path.suffix == ".geojson" else {}
        frame.to_file(path, **options)
    return path


def edited(town: Town) -> gpd.GeoDataFrame:
    """The label file with 1 moved, 1 other class, 1 split, 1 deleted, 2 merged and 1 new."""
    frame = town.label_file()
    frame.loc[0, "geometry"] = shapely.transform(frame.geometry[0], lambda xy: np.add(xy, (5, 0)))
    frame.loc[1, "class"] = "tree"
    halves = [frame.geometry[2].intersection(box(500000 + 165 * i, 0, 500165 + 735 * i, 6e6)) for i in (0, 1)]
    piece = frame.iloc[[2]].copy()
    frame.at[2, "geometry"], piece["geometry"] = halves[0], [halves[1]]
    frame.at[4, "geometry"] = frame.geometry[4].union(frame.geometry[5]).convex_hull
    fresh = frame.iloc[[0]].copy()
    for column in fresh.columns:
        if column not in ("geometry", "class"):
            fresh[column] = None
    fresh["geometry"] = [box(500010, 4999900, 500030, 4999920)]
    frame = frame.drop(index=[3, 5])
    return gpd.GeoDataFrame(pd.concat([frame, piece, fresh]), crs=32633)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "parquet", "fgb", "shp"])
def test_edits_in_a_gis_come_back(town: Town, tmp_path: Path, suffix: str) -> None:
    before = {feature.uid: feature for feature in town.features()}
    uids = list(before)
    frame = edited(town)
    path = save(tmp_path / f"edited.{suffix}", frame.to_crs(4326) if suffix == "geojson" else frame)
    report = town.take(path, deletions=True)
    assert (report.problems, report.kept) == ((), 0)
    assert (report.added, report.changed, report.deleted, report.known) == (2, 4, 2, 0)
    assert list(report.changesets) == ["west"]
    after = {feature.uid: feature for feature in town.features()}
    assert set(uids) - set(after) == {uids[3], uids[5]}
    assert after[uids[0]].geometry.bounds == pytest.approx((500055, 4999800, 500085, 4999840), abs=0.01)
    assert after[uids[1]].class_key == "tree"
    assert after[uids[1]].geometry == before[uids[1]].geometry
    assert after[uids[2]].geometry.area + 0 == pytest.approx(600, abs=1)
    assert after[uids[4]].geometry.area == pytest.approx(80 * 40, abs=1)
    new = [feature for uid, feature in after.items() if uid not in before]
    assert sorted(round(feature.geometry.area) for feature in new) == [400, 600]
    # The same file again changes nothing.
    again = town.take(path, deletions=True)
    assert (again.added, again.changed, again.deleted, again.changesets, again.problems) == (0, 0, 0, {}, ())
    assert {feature.uid: feature for feature in town.features()} == after


def test_deletions_only_on_demand_and_only_of_what_the_file_held(town: Town, tmp_path: Path) -> None:
    frame = town.label_file()
    path = save(tmp_path / "edited.geojson", frame.drop(index=[0, 1]).to_crs(4326))
    first, second, third, *_ = town.features()
    report = town.take(path)
    assert (report.deleted, len(town.features())) == (0, 6)
    assert "2 objects of the project are not in the file; --deletions deletes them" in report.notes[0]
    # One was changed since, another is new since, a third is of a class that an export may have left out.
    town.change(first, class_key="tree")
    town.take(write(tmp_path / "more.geojson", [box(500300, 4999900, 500310, 4999910)]))
    report = town.take(path, deletions=True)
    assert (report.deleted, report.kept) == (1, 2)
    assert second.uid not in {feature.uid for feature in town.features()}
    assert {first.uid, third.uid} <= {feature.uid for feature in town.features()}


@pytest.mark.parametrize("keeps_member", [True, False])
def test_deletions_spare_what_an_export_was_not_to_hold(
    town: Town, tmp_path: Path, keeps_member: bool
) -> None:
    """QGIS drops the member that says so; then objects with lower scores than any in the file stay."""
    proposals = [box(500050 + 20 * i, 4999900, 500060 + 20 * i, 4999910) for i in range(4)]
    town.take(write(tmp_path / "more.geojson", proposals, state="proposed", score=[0.2, 0.4, 0.6, 0.8]))
    path = tmp_path / "export.geojson"
    export_labels(town.store, path, town.scenes, min_score=0.5)
    document = json.loads(path.read_text())
    high, low = (
        next(f for f in document["features"] if f["properties"]["score"] == score) for score in (0.8, 0.6)
    )
    document["features"].remove(high)
    if not keeps_member:
        del document["geoengine"]
    path.write_text(json.dumps(document))
    report = town.take(path, deletions=True)
    assert (report.deleted, report.kept) == (1, 2)
    why = (
        "it was written without them (states accepted, proposed; min score 0.5)"
        if keeps_member
        else "it holds none"
    )
    assert why in report.notes[0]
    assert {feature.score for feature in town.features()} == {None, 0.2, 0.4, 0.6}
    # With the member, the lowest score that is there decides nothing.
    document["features"].remove(low)
    path.write_text(json.dumps(document))
    assert town.take(path, deletions=True).deleted == keeps_member


def test_no_deletions_where_features_could_not_be_written(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "export.geojson"
    export_labels(town.store, path, town.scenes)
    document = json.loads(path.read_text())
    del document["features"][0]
    document["geoengine"] |= {"complete": False, "left_out": 1}
    path.write_text(json.dumps(document))
    report = town.take(path, deletions=True)
    assert (report.deleted, report.kept) == (0, 1)
    assert "could not be written to it (1)" in report.notes[0]


def test_a_feature_that_cannot_be_read_is_not_deleted(town: Town, tmp_path: Path) -> None:
    frame = town.label_file()
    ring = list(frame.geometry[0].exterior.coords)
    frame.loc[0, "geometry"] = shapely.Polygon([ring[0], ring[2], ring[1], ring[3]])
    path = save(tmp_path / "edited.gpkg", frame)
    report = town.take(path, deletions=True)
    assert (report.deleted, len(report.problems)) == (0, 1)
    assert town.take(path, deletions=True, repair=True).repaired == 1


def test_what_both_changed_stays_and_is_listed_with_its_pieces(town: Town, tmp_path: Path) -> None:
    frame = edited(town)
    path = save(tmp_path / "edited.geojson", frame.to_crs(4326))
    features = town.features()
    for feature in features[:3]:
        town.change(feature, class_key="small-car")
    before = town.features()
    report = town.take(path)
    assert (report.added, report.changed) == (1, 1)  # the new one and the merged one
    assert len(report.problems) == 4
    assert all("both changed it" in problem.reason for problem in report.problems)
    assert [f for f in town.features() if f.uid in {x.uid for x in features[:3]}] == before[:3]


def test_attributes_come_back_and_missing_ones_stay(town: Town, tmp_path: Path) -> None:
    feature = town.features()[0]
    town.change(feature, attributes={"tags": [1, 2], "floors": 2, "remark": "a"})
    write_labels(town.project, town.store, town.scenes[0])
    frame = town.label_file()
    frame.loc[0, "floors"] = 3.0
    path = save(tmp_path / "edited.gpkg", frame.drop(columns="remark"))
    assert town.take(path).changed == 1
    assert town.features()[0].attributes == {"tags": [1, 2], "floors": 3.0, "remark": "a"}


def test_a_file_of_another_project_or_without_revisions(town: Town, tmp_path: Path) -> None:
    frame = town.label_file()
    frame["revision"] = 7
    report = town.take(save(tmp_path / "other.gpkg", frame))
    assert "is of another project" in report.problems[0].reason
    frame = frame.drop(columns="revision")
    frame.loc[1, "class"] = "tree"
    report = town.take(save(tmp_path / "bare.gpkg", frame))
    assert report.known == 5
    assert "does not say on which revision" in report.problems[0].reason


def test_one_file_over_the_scenes_it_touches(town: Town, add_scene: AddScene, tmp_path: Path) -> None:
    town.scenes = [
        *town.scenes,
        add_scene("east", grid(500400)),
        add_scene("pixels", RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 50, 50)),
    ]
    boxes = [
        box(500380, 4999900, 500390, 4999910),  # in the west
        box(500500, 4999900, 500510, 4999910),  # in the east
        box(500395, 4999900, 500415, 4999910),  # most of it in the east
        box(501500, 4999900, 501510, 4999910),  # nowhere
    ]
    path = write(tmp_path / "both.geojson", boxes, 4326)
    report = town.take(path)
    assert report.added == 3
    assert [problem.reason for problem in report.problems] == ["lies outside all scenes"]
    assert set(report.changesets) == {"west", "east"}
    assert (len(town.features(0)), len(town.features(1))) == (7, 2)
    assert town.take(path).known == 3
    # Its own scene gets an object back, wherever it was moved to.
    frame = town.label_file(1)
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.subtract(xy, (100, 0)))
    report = town.take(save(tmp_path / "edited.gpkg", frame))
    assert report.changed == 1
    assert len(report.problems) == 1


def test_two_scenes_of_one_place_want_a_choice(town: Town, add_scene: AddScene, tmp_path: Path) -> None:
    town.scenes = [*town.scenes, add_scene("later", grid())]
    path = write(tmp_path / "a.geojson", [box(500300, 4999900, 500310, 4999910)], 4326)
    report = town.take(path)
    assert report.added == 0
    assert "lies in the scenes later, west alike, expected --scene" in report.problems[0].reason
    assert town.take(path, is_named=True).added == 2


@pytest.mark.parametrize("name", ["Small Car", "small_car", " SMALL-CAR "])
def test_class_names(town: Town, tmp_path: Path, name: str) -> None:
    columns = {"class": [name, 3.0, "bus", "Road"]}
    boxes = [box(500300 + 10 * i, 4999900, 500305 + 10 * i, 4999905) for i in range(4)]
    frame = gpd.GeoDataFrame(columns, geometry=boxes, crs=32633)
    path = save(tmp_path / "a.parquet", frame.assign(**{"class": frame["class"].astype(str)}))
    report = town.take(path, renamed={"BUS": "small-car", "tram": "tree"})
    assert report.added == 2 + (columns["class"][1] == "3")
    assert report.unknown_classes.keys() >= {"Road"}
    assert "no feature has the class 'tram' that --map names" in report.notes
    with pytest.raises(ExchangeError, match="'car', expected one of: 3, building"):
        town.take(path, renamed={"bus": "car"})


def test_a_number_and_confidence(town: Town, tmp_path: Path) -> None:
    box_ = box(500300, 4999900, 500305, 4999905)
    frame = gpd.GeoDataFrame({"label": [3.0], "confidence": [0.25]}, geometry=[box_], crs=32633)
    assert town.take(save(tmp_path / "a.gpkg", frame)).added == 1
    feature = town.features()[-1]
    assert (feature.class_key, feature.score, feature.attributes) == ("3", 0.25, {})


def test_projected_coordinates_without_a_crs(town: Town, tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"class": "tree"}, "geometry": shapely.geometry.mapping(BOXES[0])}
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(ExchangeError, match=r"such as 500050, 4999800, .* --crs says what they are"):
        town.take(path)
    assert town.take(path, crs="EPSG:32633").added == 1


def test_swapped_axes_are_said(town: Town, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"class": ["tree"]}, geometry=[BOXES[0]], crs=32633).to_crs(4326)
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    report = town.take(save(tmp_path / "a.geojson", frame))
    assert report.notes == (
        "x and y look swapped: the other way around the first object lies in scene 'west'",
    )


def test_layers(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"class": ["tree"]}, geometry=[box(500300, 4999900, 500305, 4999905)], crs=32633)
    frame.to_file(path, layer="area")
    frame.to_file(path, layer="trees")
    with pytest.raises(ExchangeError, match="say which with --layer: area, trees"):
        town.take(path)
    report = town.take(path, layer="trees")
    assert (report.added, report.format) == (1, "GeoPackage")


def test_who_drew_an_object_in_another_project_is_kept(town: Town, project: Project, tmp_path: Path) -> None:
    def line(uid: str, revision: int, **more: str) -> dict[str, Any]:
        said = {"author": "eve", "time": "2025-03-01T12:00:00.000Z", "state": "accepted", **more}
        properties = {"uid": uid, "class": "tree", "revision": revision, **said}
        return {"type": "Feature", "properties": properties, "geometry": mapping(BOXES[0].buffer(len(uid)))}

    earlier = {"source_author": "zoe", "source_time": "2024-01-01T00:00:00.000Z"}
    rows = [
        line("drawn-there", 1),
        line("came-there-too", 1, **earlier),
        line("changed-over-there", 2, **earlier),
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}
    path = tmp_path / "other.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": rows}))
    assert town.take(path).added == 3
    found = {
        feature.uid: feature
        for feature in town.features()
        if feature.uid in {row["properties"]["uid"] for row in rows}
    }
    assert {feature.author for feature in found.values()} == {"ada"}
    assert {feature.origin for feature in found.values()} == {Origin.IMPORT}
    eve = {"source_author": "eve", "source_time": "2025-03-01T12:00:00.000Z"}
    assert found["drawn-there"].attributes == found["changed-over-there"].attributes == eve
    assert found["came-there-too"].attributes == earlier
    assert town.take(project.labels_path("west")).known == 9


def said(feature: Feature) -> tuple[bool, str, str]:
    return feature.unsure, feature.note, str(feature.confidence)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "parquet", "fgb"])
def test_what_is_said_comes_back_and_is_merged(town: Town, tmp_path: Path, suffix: str) -> None:
    first, second, third, *_ = town.features()
    town.change(first, unsure=True, note="see the road", confidence=Confidence.POSSIBLE)
    town.change(second, unsure=True, note="stays")
    path = tmp_path / f"out.{suffix}"
    export_labels(town.store, path, town.scenes)
    assert (town.take(path).known, town.take(path).changed) == (6, 0)
    frame = gpd.read_file(path) if suffix != "parquet" else gpd.read_parquet(path)
    frame["unsure"] = frame["unsure"].astype("boolean")
    place = {uid: index for index, uid in enumerate(frame["uid"])}
    frame.loc[place[first.uid], ["unsure", "note", "confidence"]] = [False, None, None]
    frame.loc[place[third.uid], ["unsure", "note", "confidence"]] = [True, "<i>new</i>", "confirmed"]
    report = town.take(save(tmp_path / f"edited.{suffix}", frame))
    assert (report.changed, report.known, report.problems) == (2, 4, ())
    after = {feature.uid: said(feature) for feature in town.features()}
    assert after[first.uid] == (False, "", "")
    assert after[second.uid] == (True, "stays", "")
    assert after[third.uid] == (True, "<i>new</i>", "confirmed")


def test_a_note_that_both_changed_is_a_conflict(town: Town, tmp_path: Path) -> None:
    feature, *_ = town.features()
    path = tmp_path / "out.geojson"
    export_labels(town.store, path, town.scenes)
    town.change(feature, note="mine")
    collection = json.loads(path.read_text())
    collection["features"][0]["properties"]["note"] = "theirs"
    path.write_text(json.dumps(collection))
    report = town.take(path)
    [problem] = report.problems
    assert (
        "its note is 'mine', the file's is 'theirs'): both changed it, the project's stays" in problem.reason
    )
    collection["features"][0]["properties"]["note"] = "x" * 102_400
    collection["features"][1]["properties"]["confidence"] = "sure"
    path.write_text(json.dumps(collection))
    assert [problem.reason for problem in town.take(path).problems] == [
        "has a note that has 102,400 characters, expected at most 500",
        "has the confidence 'sure', expected one of: possible, probable, confirmed",
    ]


def test_attributes_give_way_to_what_is_said(town: Town, tmp_path: Path) -> None:
    """A file of ours from before notes has an attribute of that name, which is not made a note."""
    feature, *_ = town.features()
    town.change(feature, attributes={"note": "an attribute", "unsure": "very"})
    path = tmp_path / "out.geojson"
    export_labels(town.store, path, town.scenes)
    collection = json.loads(path.read_text())
    properties = collection["features"][0]["properties"]
    assert properties["attribute:note"] == "an attribute"
    assert "note" not in properties
    assert town.take(path).known == 6
    properties["note"] = properties.pop("attribute:note")
    path.write_text(json.dumps(collection))
    report = town.take(path)
    assert (report.known, report.problems) == (6, ())
    foreign = write(
        tmp_path / "foreign.geojson",
        [box(500010, 4999900, 500030, 4999920)],
        note=["by the gate"],
        confidence=[0.75],
        unsure=[True],
    )
    town.take(foreign)
    new = town.features()[-1]
    assert (said(new), new.score, dict(new.attributes)) == ((True, "by the gate", ""), 0.75, {})
