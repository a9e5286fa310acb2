"""Tests of `tiling.vectors.polygons`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS, Transformer

from tiling.errors import VectorReadError
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.raster.raster import open_raster
from tiling.vectors import read_labels, read_polygon_file, read_polygons, split_polygons

UTM = RasterGrid(CRS.from_epsg(32616).to_wkt(), Affine(0.5, 0, 733601, 0, -0.5, 3725139), 900, 900)
BOX = [[10, 10], [60, 10], [60, 40], [10, 40], [10, 10]]


def write(path: Path, features: list[tuple[dict[str, Any] | None, dict[str, Any]]]) -> Path:
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "geometry": geometry, "properties": properties}
                    for geometry, properties in features
                ],
            }
        )
    )
    return path


def lonlat(ring: list[list[float]]) -> list[list[float]]:
    world = UTM.to_world(ring)
    lon, lat = Transformer.from_crs(32616, 4326, always_xy=True).transform(world[:, 0], world[:, 1])
    return [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]


def test_longitude_and_latitude_become_pixels(tmp_path: Path) -> None:
    path = write(
        tmp_path / "labels.geojson",
        [({"type": "Polygon", "coordinates": [lonlat(BOX)]}, {"class": "roof"})],
    )
    found = read_polygons(path, UTM)
    assert found.classes == ["roof"]
    assert found.skipped == 0
    assert shapely.hausdorff_distance(found.polygons[0], shapely.Polygon(BOX)) < 1e-4


def test_parts_repairs_and_leftovers(tmp_path: Path) -> None:
    shifted = [[x + 100, y] for x, y in BOX]
    bow_tie = [[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]
    path = write(
        tmp_path / "labels.geojson",
        [
            ({"type": "MultiPolygon", "coordinates": [[lonlat(BOX)], [lonlat(shifted)]]}, {"label": "a"}),
            ({"type": "Polygon", "coordinates": [lonlat(bow_tie)]}, {"label": "b"}),
            (None, {"label": "c"}),
            ({"type": "Point", "coordinates": lonlat(BOX)[0]}, {"label": "d"}),
            ({"type": "Polygon", "coordinates": [lonlat(BOX)]}, {"label": None}),
        ],
    )
    found = read_polygons(path, UTM)
    assert found.classes == ["a", "a", "b", "b", None]
    assert found.skipped == 2
    assert all(shapely.is_valid(found.polygons))
    assert shapely.area(found.polygons) == pytest.approx([1500, 1500, 25, 25, 1500], rel=1e-4)


def test_a_grid_without_crs_takes_coordinates_as_they_are(tmp_path: Path) -> None:
    ring = [[x, -y] for x, y in BOX]
    path = write(tmp_path / "labels.geojson", [({"type": "Polygon", "coordinates": [ring]}, {})])
    found = read_polygons(path, RasterGrid(None, PIXEL_PLANE, 100, 100))
    assert shapely.equals(found.polygons[0], shapely.Polygon(BOX))
    assert found.classes == [None]


def test_fields(tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "coordinates": [lonlat(BOX)]}
    path = write(tmp_path / "labels.geojson", [(geometry, {"kind": 7, "label": "x"})])
    assert read_polygons(path, UTM, class_field="kind").classes == ["7"]
    with pytest.raises(VectorReadError, match=r"'sort'.*kind, label"):
        read_polygons(path, UTM, class_field="sort")


def test_an_empty_collection(tmp_path: Path) -> None:
    found = read_polygons(write(tmp_path / "labels.geojson", []), UTM)
    assert found.polygons.shape == (0,)
    assert found.classes == []


def test_a_polygon_file_has_one_entry_for_each_part(tmp_path: Path) -> None:
    shifted = [[x + 100, y] for x, y in BOX]
    parts = {"type": "MultiPolygon", "coordinates": [[lonlat(BOX)], [lonlat(shifted)]]}
    path = write(
        tmp_path / "found.geojson",
        [
            (parts, {"class": "roof", "score": 0.5, "state": "accepted"}),
            (
                {"type": "Polygon", "coordinates": [lonlat(BOX)]},
                {"class": None, "score": None, "state": None},
            ),
            (None, {"class": "c"}),
            ({"type": "LineString", "coordinates": lonlat(BOX)}, {"class": "d"}),
        ],
    )
    found = read_polygon_file(path)
    assert found.classes.tolist() == ["roof", "roof", ""]
    assert found.states.tolist() == ["accepted", "accepted", ""]
    assert found.scores[:2].tolist() == [0.5, 0.5]
    assert np.isnan(found.scores[2])
    assert found.left_out == {"no geometry": 1, "not a polygon": 1}
    assert found.crs is not None
    assert found.crs.equals(CRS.from_epsg(4326), ignore_axis_order=True)
    on_ground = found.to_crs(CRS.from_epsg(32616))
    assert shapely.area(on_ground.polygons) == pytest.approx([375] * 3, rel=1e-4)
    assert len(on_ground.subset(on_ground.classes == "roof")) == 2


def test_coordinates_beyond_the_globe_have_no_crs(tmp_path: Path) -> None:
    ring = [[x, -10 * y] for x, y in BOX]
    path = write(tmp_path / "found.geojson", [({"type": "Polygon", "coordinates": [ring]}, {})])
    assert read_polygon_file(path).crs is None


def test_geometries_are_split_into_valid_polygons() -> None:
    bow_tie = shapely.Polygon([[0, 0], [10, 10], [10, 0], [0, 10]])
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])])
    infinite = shapely.Polygon([[0, 0], [np.inf, 0], [0, 1]])
    shapes = np.array([None, shapely.Polygon(), bow_tie, mixed, infinite, shapely.Point(1, 2)], dtype=object)
    polygons, index, lost = split_polygons(shapes)
    assert index.tolist() == [2, 2, 3]
    assert shapely.area(polygons).tolist() == [25, 25, 1]
    assert shapely.is_valid(polygons).all()
    assert lost == {"no geometry": 2, "not a polygon": 2}


@pytest.mark.parametrize("content", [None, "no labels", '{"type": "FeatureCollection", "features": [{"type"'])
def test_files_that_are_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "labels.geojson"
    if content is not None:
        path.write_text(content)
    with pytest.raises(VectorReadError, match=r"labels\.geojson"):
        read_polygons(path, UTM)


@pytest.mark.real_data
def test_banepa_labels_lie_on_the_scene(shared_data: Path) -> None:
    folder = shared_data / "banepa"
    with open_raster(folder / "banepa.tif") as raster:
        found = read_polygons(folder / "buildings.geojson", raster.grid)
        area = read_polygons(folder / "labelled_area.geojson", raster.grid)
    assert len(found.polygons) == 1215
    assert set(found.classes) == {"building"}
    xmin, ymin, xmax, ymax = area.polygons[0].bounds
    assert (xmax - xmin, ymax - ymin) == (pytest.approx(3072, abs=3), pytest.approx(3072, abs=3))
    assert shapely.intersects(found.polygons, area.polygons[0]).mean() > 0.99
    assert np.median(shapely.area(found.polygons)) * 0.132**2 > 20


@pytest.mark.real_data
def test_labels_in_a_projected_crs(shared_data: Path) -> None:
    with open_raster(shared_data / "rasters" / "buildings_uint16.tif") as raster:
        found = read_polygons(shared_data / "rasters" / "buildings_uint16.geojson", raster.grid)
    assert len(found.polygons) >= 40
    assert shapely.total_bounds(found.polygons)[2:].max() <= 901


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["City Hall", "Mill", "Mill Inn"], [None] * 3),
        (["ship", "dock", "ship"], ["ship", "dock", "ship"]),
        (["City Hall", "School", ""], [None] * 3),
        (["ship"], ["ship"]),
    ],
)
def test_proper_names_are_no_classes(tmp_path: Path, names: list[str], expected: list[str | None]) -> None:
    outline = {"type": "Polygon", "coordinates": [lonlat(BOX)]}
    path = write(tmp_path / "names.geojson", [(outline, {"name": name}) for name in names])
    found = read_labels(path, UTM)
    assert found.classes == expected
    assert found.class_field == ("name" if expected[0] else None)
    assert read_labels(path, UTM, class_field="name").classes == [name or None for name in names]
