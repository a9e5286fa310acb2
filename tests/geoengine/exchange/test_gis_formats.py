"""Tests of `geoengine.exchange.gis_formats`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geoengine.errors import ExchangeError
from geoengine.exchange.gis_formats import convert_geojson

SUFFIXES = ["gpkg", "shp", "parquet", "fgb", "kml", "csv", "GPKG"]
HOLE = shapely.Polygon(
    [(10, 50), (10.1, 50), (10.1, 50.1), (10, 50.1)], [[(10.02, 50.02), (10.04, 50.02), (10.04, 50.04)]]
)
PARTS = shapely.MultiPolygon([shapely.box(179, 1, 180, 2), shapely.box(-180, 1, -179, 2)])


def source(folder: Path, *geometries: Any, crs: int | None = None, **properties: Any) -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(geometry),
            "properties": {
                "uid": f"abcdefgh{index}",
                "class": "a",
                "score": None,
                "revision": 1,
                **properties,
            },
        }
        for index, geometry in enumerate(geometries)
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    path = folder / "source.geojson"
    path.write_text(json.dumps(document))
    return path


def read(path: Path) -> gpd.GeoDataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        return gpd.GeoDataFrame(rows, geometry=shapely.from_wkt([row["WKT"] for row in rows]), crs=4326)
    return gpd.read_file(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_format_has_the_geometries_and_properties(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    assert convert_geojson(source(tmp_path, HOLE, PARTS, note="ü", tags=[1, {"b": 2}]), out, True) == ()
    frame = read(out)
    order = frame.geometry.bounds["minx"].argsort()[::-1]  # FlatGeobuf has an order of its own
    found = frame.geometry.to_numpy()[order]
    for there, here in zip(found, (HOLE, PARTS), strict=True):
        assert there.symmetric_difference(here).area < 1e-12
    assert frame["note"].tolist() == ["ü", "ü"]
    assert frame["tags"].tolist() == ['[1, {"b": 2}]'] * 2
    assert sorted(frame["uid"]) == ["abcdefgh0", "abcdefgh1"]
    assert frame.crs.to_epsg() == 4326
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


LINE = shapely.LineString([(10, 50), (11, 51), (12, 50)])
LINES = shapely.MultiLineString([[(179, 1), (180, 2)], [(-180, 2), (-179, 3)]])
POINT = shapely.Point(10.5, 50.25)


def normal(geometries: Any) -> list[str]:
    """Texts of geometries, those of one part as simple ones."""
    single = [one.geoms[0] if hasattr(one, "geoms") and len(one.geoms) == 1 else one for one in geometries]
    return sorted(shapely.to_wkt(shapely.normalize(one), rounding_precision=9) for one in single)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kinds", [(LINE, LINES), (POINT,), (HOLE, PARTS, LINE, LINES, POINT), (LINE, POINT)])
def test_lines_and_points(tmp_path: Path, suffix: str, kinds: tuple[Any, ...]) -> None:
    out = tmp_path / f"out.{suffix}"
    notes = convert_geojson(source(tmp_path, *kinds, note="ü"), out, True)
    names = ["out"]
    if suffix.lower() in ("gpkg", "shp"):
        dimensions = [shapely.get_dimensions(kind) for kind in kinds]
        others = sorted(set(dimensions) - {max(dimensions)}, reverse=True)
        names += [f"out_{('points', 'lines')[dimension]}" for dimension in others]
        where = "the layer {}" if suffix.lower() == "gpkg" else "{}.shp"
        assert list(notes) == [
            f"{dimensions.count(one)} {('points', 'lines')[one]} are in {where.format(name)}"
            for one, name in zip(others, names[1:], strict=True)
        ]
    else:
        assert notes == ()
    if suffix.lower() == "gpkg":
        frames = [gpd.read_file(out, layer=name) for name in names]
    else:
        frames = [read(out.with_stem(name)) for name in names]
    assert normal(one for frame in frames for one in frame.geometry) == normal(kinds)
    assert all(note == "ü" for frame in frames for note in frame["note"])
    assert all(frame.crs.to_epsg() == 4326 for frame in frames)
    convert_geojson(source(tmp_path, HOLE), out, True)  # over the layers of its own
    assert len(read(out)) == 1


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "parquet", "fgb"])
def test_the_crs_goes_with_it(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    convert_geojson(source(tmp_path, shapely.box(500000, 0, 500010, 10), crs=32633), out, False)
    assert read(out).crs.to_epsg() == 32633


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_features(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    convert_geojson(source(tmp_path), out, True)
    assert len(read(out)) == 0


def test_kml_has_longitude_and_latitude_only(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="KML has longitude and latitude only"):
        convert_geojson(source(tmp_path, HOLE), tmp_path / "out.kml", False)


@pytest.mark.parametrize("name", ["out.xyz", "out", "out.tif", "out.gdb"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExchangeError, match=r"expected one of: \.geojson, \.json, \.gpkg"):
        convert_geojson(source(tmp_path, HOLE), tmp_path / name, True)


def test_a_geopackage_with_other_layers_stays(tmp_path: Path) -> None:
    out = tmp_path / "out.gpkg"
    convert_geojson(source(tmp_path, HOLE), out, True)
    convert_geojson(source(tmp_path, HOLE, HOLE), out, True)
    assert len(read(out)) == 2
    read(out).to_file(out, layer="mine")
    with pytest.raises(ExchangeError, match=r"other layers, which would be lost \(mine\)"):
        convert_geojson(source(tmp_path, HOLE), out, True)


def test_a_shapefile_says_what_it_cuts(tmp_path: Path) -> None:
    path = source(tmp_path, HOLE, a_long_attribute_name="x" * 300)
    notes = convert_geojson(path, tmp_path / "out.shp", True)
    assert notes == (
        "a Shapefile cuts names after 10 bytes: a_long_attribute_name",
        "a Shapefile cuts texts after 254 bytes: those of 1 features",
    )


def test_a_writer_that_fails_leaves_the_previous_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.gpkg"
    convert_geojson(source(tmp_path, HOLE), out, True)
    before = out.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", fail)
    with pytest.raises(ExchangeError, match="no room"):
        convert_geojson(source(tmp_path, HOLE, HOLE), out, True)
    assert out.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"out.gpkg", "source.geojson"}
