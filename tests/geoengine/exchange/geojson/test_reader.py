from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import box

from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, reproject
from geoengine.exchange.geojson import ReadReport, read_geojson, write_geojson
from geoengine.exchange.geojson.reader import LabelFile, ReadingRules
from geoengine.model import Feature, FeatureState, Origin, Scene, Snapshot, new_uid
from geoengine.store import Store
from tests.support.examples import examples
from tiling.grid.raster_grid import RasterGrid

GRID = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.1, 0, 350_000, 0, -0.1, 3_056_000), 1000, 800)
PLANE = RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 100, 100)
HOUSE = box(350_010, 3_055_950, 350_020, 3_055_960)
LONLAT = shapely.geometry.mapping(reproject(np.array([HOUSE]), CRS.from_epsg(32645), WGS84)[0])
SQUARE = shapely.geometry.mapping(box(10, -20, 20, -10))


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"class": "building", **properties}}


def read(
    tmp_path: Path,
    *features: Any,
    grid: RasterGrid = GRID,
    members: dict[str, Any] | None = None,
    **options: Any,
) -> ReadReport:
    path = tmp_path / "in.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **(members or {}), "features": features}))
    return read_geojson(path, grid, **options)


def test_good_ones_go_in_and_bad_ones_are_listed(tmp_path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    report = read(
        tmp_path,
        feature(LONLAT, roof="tin"),
        feature(bow_tie, uid="crossing-ring"),
        feature(None),
        feature({"type": "GeometryCollection", "geometries": [LONLAT]}),
        feature({"type": "Polygon", "coordinates": [[[0, 0], [float("nan"), 1], [1, 1], [0, 0]]]}),
        feature(shapely.geometry.mapping(box(0, 0, 1, 1))),
        feature(LONLAT, **{"class": "road"}),
        {"type": "Feature", "geometry": LONLAT, "properties": None},
        feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}),
        feature({"type": "Polygon", "coordinates": "none"}),
        feature({"type": "Polygon"}),
        feature({"type": "Polygon", "coordinates": []}),
        "nonsense",
        feature({"type": "Polygon", "coordinates": [[[200, 95], [210, 95], [210, 96], [200, 95]]]}),
        feature(LONLAT, **{"class": "tree"}),
        classes=["building", "tree"],
    )
    assert [(f.index, f.class_key, f.attributes) for f in report.features] == [
        (0, "building", {"roof": "tin"}),
        (14, "tree", {}),
    ]
    assert shapely.hausdorff_distance(report.features[0].geometry, HOUSE) < 1e-6
    reasons = {problem.index: problem.reason for problem in report.problems}
    assert list(reasons) == list(range(1, 14))
    for index, reason in {
        1: "is not valid: Self-intersection",
        2: "has no geometry",
        3: "is a GeometryCollection, expected polygons, lines or points",
        4: "has a coordinate that is not finite",
        5: "lies outside the scene",
        6: "has the unknown class 'road', expected one of: building, tree",
        7: "has no 'class'",
        8: "make no rings",
        9: "make no rings",
        10: "make no rings",
        11: "has an empty geometry",
        12: "is not of type Feature",
    }.items():
        assert reason in reasons[index]
    assert report.problems[0].sentence().startswith("feature 1 (crossing-ring) is not valid")


def test_a_multipolygon_stays_one_feature_or_becomes_one_for_each_part(tmp_path: Path) -> None:
    house = shapely.geometry.shape(LONLAT)

    def both(shift: float) -> dict[str, Any]:
        second = shapely.geometry.mapping(shapely.affinity.translate(house, shift, 0))
        return feature(
            {"type": "MultiPolygon", "coordinates": [LONLAT["coordinates"], second["coordinates"]]},
            roof="tin",
        )

    rows = [both(2e-4), feature({"type": "MultiPolygon", "coordinates": [LONLAT["coordinates"]]}), both(1e-5)]
    report = read(tmp_path, *rows)
    assert [(f.index, f.geometry.geom_type) for f in report.features] == [(0, "MultiPolygon"), (1, "Polygon")]
    [overlapping] = report.problems
    assert overlapping.reason.startswith("is not valid: Self-intersection")
    path = tmp_path / "in.geojson"
    for rules, expected in (
        (
            ReadingRules(split_parts=True),
            [(0, "Polygon"), (0, "Polygon"), (1, "Polygon"), (2, "Polygon"), (2, "Polygon")],
        ),
        (ReadingRules(repair=True), [(0, "MultiPolygon"), (1, "Polygon"), (2, "Polygon")]),
    ):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        [found] = LabelFile.open(path, rules).chunks([])
        assert [(f.index, f.geometry.geom_type) for f in found] == expected
    assert found[2].geometry.area == pytest.approx(
        shapely.union(house, shapely.affinity.translate(house, 1e-5)).area
    )
    assert found[0].attributes == {"roof": "tin"}


def test_lines_and_points_go_in_and_their_multi_types_as_parts(tmp_path: Path) -> None:
    line = [[*position, 7.0] for position in LONLAT["coordinates"][0][:2]]
    report = read(
        tmp_path,
        feature({"type": "LineString", "coordinates": line}),
        feature({"type": "Point", "coordinates": line[0]}),
        feature({"type": "MultiLineString", "coordinates": [line, line]}),
        feature({"type": "MultiPoint", "coordinates": line}),
        feature({"type": "LineString", "coordinates": line[:1]}),
        feature({"type": "LineString", "coordinates": [line[0], line[0]]}),
        feature({"type": "Point", "coordinates": []}),
        feature({"type": "Point", "coordinates": [5, 5]}),
    )
    assert [(f.index, f.geometry.geom_type) for f in report.features] == [
        (0, "LineString"), (1, "Point"), (2, "LineString"), (2, "LineString"), (3, "Point"), (3, "Point"),
    ]  # fmt: skip
    assert not any(f.geometry.has_z for f in report.features)
    reasons = {problem.index: problem.reason for problem in report.problems}
    for index, reason in {
        4: "has coordinates that make no line of at least two positions",
        5: "is not valid",
        6: "has an empty geometry",
        7: "lies outside the scene",
    }.items():
        assert reason in reasons[index]


def test_types_of_several_parts_are_counted(tmp_path: Path) -> None:
    line = LONLAT["coordinates"][0][:2]
    path = tmp_path / "parts.geojson"
    rows = [
        feature({"type": "MultiLineString", "coordinates": lines})
        for lines in ([line, line], [line, line], [line])
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    file = LabelFile.open(path, ReadingRules())
    assert [len(chunk) for chunk in file.chunks([])] == [5]
    assert file.split == {"MultiLineString": 2}


def test_our_own_properties_are_strict_and_others_are_attributes(tmp_path: Path) -> None:
    uid = new_uid()
    ours = {
        "uid": uid,
        "revision": 3,
        "state": "accepted",
        "score": 0.5,
        "author": "a",
        "time": "t",
        "model": None,
    }
    report = read(
        tmp_path,
        feature(LONLAT, **ours),
        feature(LONLAT, **ours | {"uid": new_uid(), "state": "fine"}),
        feature(LONLAT, **ours | {"uid": new_uid(), "score": 7}),
        feature(LONLAT, **ours),
        feature(LONLAT, state="Nepal", score=87.5, model="A320", uid=5, scene=None, height=float("nan")),
        feature(LONLAT, state="rejected", score=1),
    )
    first, piece, foreign, plain = report.features
    assert (first.uid, first.revision, piece.uid) == (uid, 3, uid)
    assert (first.uid, first.state, first.score, first.attributes) == (uid, FeatureState.ACCEPTED, 0.5, {})
    assert (foreign.uid, foreign.state, foreign.score) == (None, None, None)
    assert foreign.attributes == {"state": "Nepal", "score": 87.5, "model": "A320", "uid": 5, "height": None}
    assert (plain.state, plain.score) == (FeatureState.REJECTED, 1.0)
    assert [p.index for p in report.problems] == [1, 2]
    assert "has the state 'fine'" in report.problems[0].reason
    assert "has a score that is 7" in report.problems[1].reason


def test_class_property_and_default(tmp_path: Path) -> None:
    one = {"type": "Feature", "geometry": LONLAT, "properties": {"kind": "tree", "class": 3}}
    two = {"type": "Feature", "geometry": LONLAT, "properties": {}}
    report = read(tmp_path, one, two, class_property="kind", default_class="building")
    assert [f.class_key for f in report.features] == ["tree", "building"]
    assert read(tmp_path, feature(LONLAT, **{"class": 3})).features[0].class_key == "3"


def test_heights_and_open_rings_are_taken(tmp_path: Path) -> None:
    ring = [[x, y, 1300.0] for x, y in LONLAT["coordinates"][0][:-1]]
    (found,) = read(tmp_path, feature({"type": "Polygon", "coordinates": [ring]})).features
    assert not found.geometry.has_z
    assert shapely.hausdorff_distance(found.geometry, HOUSE) < 1e-6


@pytest.mark.parametrize("name", ["EPSG:32645", "urn:ogc:def:crs:EPSG::32645"])
def test_a_declared_crs(tmp_path: Path, name: str) -> None:
    crs = {"crs": {"type": "name", "properties": {"name": name}}}
    (found,) = read(tmp_path, feature(shapely.geometry.mapping(HOUSE)), members=crs).features
    assert found.geometry.equals(HOUSE)


def test_geopandas_files_come_in(tmp_path: Path) -> None:
    path = tmp_path / "frame.geojson"
    frame = geopandas.GeoDataFrame({"class": ["building"]}, geometry=[HOUSE], crs=32645)
    for crs in (32645, 4326):
        frame.to_crs(crs).to_file(path, driver="GeoJSON")
        (found,) = read_geojson(path, GRID).features
        assert shapely.hausdorff_distance(found.geometry, HOUSE) < 0.02  # GDAL writes 7 digits


def test_pixel_planes(tmp_path: Path) -> None:
    pixel = {"geoengine": {"coordinates": "pixel"}}
    for members in (
        {},
        pixel,
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    ):
        (found,) = read(tmp_path, feature(SQUARE), grid=PLANE, members=members).features
        assert found.geometry.equals(box(10, -20, 20, -10))
    (found,) = read(tmp_path, feature(SQUARE), members=pixel).features
    assert shapely.hausdorff_distance(found.geometry, box(350_001, 3_055_998, 350_002, 3_055_999)) < 1e-6
    with pytest.raises(ExchangeError, match="expected the scene's own coordinates"):
        read(tmp_path, grid=PLANE, members={"crs": {"type": "name", "properties": {"name": "EPSG:32645"}}})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "does not exist"),
        (b"", "is not GeoJSON"),
        (b"\x00\xff", "is not GeoJSON"),
        (b"[1]", "expected an object"),
        (b'{"type": "Topology"}', "has type 'Topology'"),
        (b'{"type": "FeatureCollection", "features": 1}', "expected a FeatureCollection"),
        (
            b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:0"}}}',
            "expected a CRS",
        ),
        (b'{"type": "FeatureCollection", "features": [], "crs": 5}', "expected one with a name"),
        (b'{"a":' * 100_000, "is not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "is not GeoJSON"),
    ],
)
def test_bad_files_are_one_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "in.geojson"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExchangeError, match=sentence):
        read_geojson(path, GRID)


def test_a_byte_order_mark_and_a_single_feature(tmp_path: Path) -> None:
    path = tmp_path / "in.geojson"
    path.write_text(json.dumps(feature(LONLAT)), encoding="utf-8-sig")
    assert len(read_geojson(path, GRID).features) == 1


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {"type": st.just("Feature") | json_values},
        optional={
            "geometry": json_values
            | st.fixed_dictionaries(
                {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]), "coordinates": json_values}
            ),
            "properties": json_values,
            "id": json_values,
        },
    )
)
@examples(200)
def test_whatever_a_feature_holds_the_others_go_in(
    tmp_path_factory: pytest.TempPathFactory, odd: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [odd, feature(LONLAT)]}))
    report = read_geojson(path, GRID)
    assert [f.index for f in report.features][-1] == 1
    assert len(report.problems) + len(report.features) >= 2


def make_feature(scene: Scene, x: float, y: float, w: float, h: float) -> Feature:
    return Feature(
        uid=new_uid(),
        scene_id=scene.id,
        class_key="building",
        geometry=box(x, y, x + w, y + h),
        state=FeatureState.ACCEPTED,
        score=None,
        revision=1,
        origin=Origin.HUMAN,
        model=None,
        author="ana",
        time="2025-01-01T00:00:00.000Z",
    )


@pytest.mark.parametrize("epsg", [32645, 3857, 4326, 3031, 3413, None])
def test_what_is_written_comes_back(tmp_path: Path, store: Store, add_scene: Any, epsg: int | None) -> None:
    if epsg is None:
        transform = Affine(1, 0, 0, 0, -1, 0)
    elif epsg == 4326:
        transform = Affine(1e-6, 0, 85.5, 0, -1e-6, 27.6)
    else:
        origin = {32645: (350_000, 3_056_000), 3857: (9_520_000, 3_200_000)}.get(
            epsg, (-1_500_000, -1_200_000)
        )
        transform = Affine(0.1, 0, origin[0], 0, -0.1, origin[1])
    grid = RasterGrid(None if epsg is None else CRS.from_epsg(epsg).to_wkt(), transform, 1000, 1000)
    scene = add_scene("there", grid)
    corners = grid.to_world(np.array([[100.5, 200.25], [110.125, 190.0]]))
    (x0, y0), (x1, y1) = corners.tolist()
    original = make_feature(scene, x0, y0, x1 - x0, y1 - y0)
    path = tmp_path / "a.geojson"
    write_geojson(path, [Snapshot(scene, 1, [original])])
    (back,) = read_geojson(path, grid).features
    assert back.uid == original.uid
    assert back.state == original.state
    pixels = grid.world_polygons_to_pixel(np.array([original.geometry, back.geometry]))
    assert shapely.hausdorff_distance(*pixels) < 0.01
