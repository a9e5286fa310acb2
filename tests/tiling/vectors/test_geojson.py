"""Tests of `tiling.vectors.geojson`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from tiling.errors import VectorReadError
from tiling.vectors.geojson import GeoJsonFile

BOX = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
FEATURE = {"type": "Feature", "id": 7, "properties": {"class": "a"}, "geometry": SQUARE}


def put(folder: Path, document: Any) -> Path:
    path = folder / "a.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **members, "features": list(features)}


def test_members_fields_and_features(tmp_path: Path) -> None:
    other = {"type": "Feature", "properties": {"b": [1, {"c": 2}]}, "geometry": None}
    file = GeoJsonFile.open(put(tmp_path, {**collection(FEATURE, other), "name": "x", "geoengine": {"v": 1}}))
    assert (file.format, file.fields, file.count) == ("GeoJSON", ("class", "b"), 2)
    assert file.members == {"name": "x", "geoengine": {"v": 1}}
    assert not file.crs_is_declared
    [batch] = file.batches()
    assert batch.ids == [7, None]
    assert batch.geometries.tolist() == [BOX, None]
    assert batch.properties[1] == {"b": [1, {"c": 2}]}


@pytest.mark.parametrize("separator", ["\n", "\n\x1e", ""])
def test_a_text_sequence(tmp_path: Path, separator: str) -> None:
    text = separator.join(["", *[json.dumps(FEATURE)] * 3])
    file = GeoJsonFile.open(put(tmp_path, text))
    assert (file.format, file.count) == ("GeoJSON text sequence", 3)
    assert sum(len(batch) for batch in file.batches()) == 3


@pytest.mark.parametrize("document", [SQUARE, FEATURE])
def test_a_bare_geometry_or_feature(tmp_path: Path, document: dict[str, Any]) -> None:
    file = GeoJsonFile.open(put(tmp_path, document))
    assert file.count == 1
    [batch] = file.batches()
    assert batch.geometries[0] == BOX


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "EPSG", "properties": {"code": 32633}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}},
        {"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/32633"}},
    ],
)
def test_crs_at_the_top_or_in_each_feature(tmp_path: Path, crs: dict[str, Any]) -> None:
    for document in (collection(FEATURE, crs=crs), collection({**FEATURE, "crs": crs})):
        file = GeoJsonFile.open(put(tmp_path, document))
        assert file.crs is not None
        assert file.crs.to_epsg() == 32633
        assert file.crs_is_declared


def test_two_crs_in_the_features_are_refused(tmp_path: Path) -> None:
    features = [{**FEATURE, "crs": {"type": "EPSG", "properties": {"code": code}}} for code in (32633, 32634)]
    with pytest.raises(VectorReadError, match="features with different crs"):
        GeoJsonFile.open(put(tmp_path, collection(*features)))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[1, 2]", "expected an object"),
        ('{"type": "FeatureCollection", "features": [', "is not GeoJSON"),
        ('{"type": "FeatureCollection", "features": []} {}', "more follows"),
        ({"type": "Topology", "objects": {}}, "type 'Topology'"),
        ({"features": []}, "type None"),
        ('{"type":' + "[" * 100_000, "is not GeoJSON"),
        ("", "expected an object"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(VectorReadError, match=message):
        GeoJsonFile.open(put(tmp_path, document))


def test_latin_1_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(json.dumps(FEATURE, ensure_ascii=False).replace("a", "ß").encode("latin-1"))
    with pytest.raises(VectorReadError, match="byte 0xdf in it is not UTF-8"):
        GeoJsonFile.open(path)


@pytest.mark.parametrize(
    ("feature", "fault"),
    [
        (5, "is not of type Feature"),
        ({"type": "Feature", "properties": [], "geometry": None}, "has properties that are a list"),
        ({"type": "Feature", "properties": {}, "geometry": []}, "has a geometry that is a list"),
        ({"type": "Feature", "geometry": {"type": "Curve"}}, "is a Curve, expected"),
        ({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[0, 0]]]}}, "make no rings"),
        ({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": "abc"}}, "make no rings"),
    ],
)
def test_a_faulty_feature_leaves_the_others(tmp_path: Path, feature: Any, fault: str) -> None:
    [batch] = GeoJsonFile.open(put(tmp_path, collection(FEATURE, feature, FEATURE))).batches()
    assert batch.faults[0] is batch.faults[2] is None
    assert fault in str(batch.faults[1])
    assert batch.geometries[2] == BOX
