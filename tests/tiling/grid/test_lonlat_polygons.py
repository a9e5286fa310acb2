"""Tests of polygons on their way to longitude and latitude, and back."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from tiling.arrays import Geometries
from tiling.grid.lonlat_polygons import from_lonlat, to_lonlat
from tiling.grid.round_trip import lost

GEOD = Geod(ellps="WGS84")


def geometries(*polygons: BaseGeometry | None) -> Geometries:
    found = np.empty(len(polygons), dtype=object)
    found[:] = polygons
    return found


def there_and_back(
    polygon: BaseGeometry, crs: str, tolerance: float = 0.5
) -> tuple[BaseGeometry, BaseGeometry]:
    system = CRS.from_user_input(crs)
    lonlat = to_lonlat(geometries(polygon), system, tolerance)
    back = from_lonlat(lonlat, system, polygon.centroid.x, tolerance)
    return lonlat[0], back[0]


# (CRS, x and y of a middle, largest half side): plain, across 180 degrees, around a pole, beyond 180, conic, in feet.
GROUNDS = [
    ("EPSG:32633", 5e5, 5e6, 2e5),
    ("EPSG:32701", 2.0e5, 8.0e6, 1e5),
    ("EPSG:32660", 8.3e5, 1e5, 5e4),
    ("EPSG:3413", 0.0, 0.0, 3e5),
    ("EPSG:3031", 1e5, -1e5, 4e5),
    ("EPSG:3413", -1e6, 1e6, 3e5),
    ("EPSG:3832", 3.3e6, 0.0, 2e6),
    ("EPSG:3857", 20_037_508.0, 1e6, 1e6),
    ("EPSG:2154", 7e5, 6.6e6, 1e5),
    ("EPSG:2263", 1e6, 2e5, 1e5),
    ("EPSG:3035", 4.3e6, 3.2e6, 5e5),
]


@pytest.mark.parametrize(("crs", "x", "y", "reach"), GROUNDS, ids=[f"{g[0]}-{g[1]:.0f}" for g in GROUNDS])
@given(data=st.data())
def test_a_polygon_survives_there_and_back(
    crs: str, x: float, y: float, reach: float, data: st.DataObject
) -> None:
    share = st.floats(0.05, 1.0)
    west, south, east, north = (reach * data.draw(share) for _ in range(4))
    shell = [(x - west, y - south), (x + east, y - south / 2), (x + east, y + north), (x, y + north / 2)]
    polygon = Polygon(shell) if data.draw(st.booleans()) else box(x - west, y - south, x + east, y + north)
    if polygon.exterior.distance(Point(0, 0)) < 1:  # a pole on an edge has no longitude
        return
    lonlat, back = there_and_back(polygon, crs)
    assert lonlat.is_valid
    assert shapely.bounds(lonlat)[[0, 1]] == pytest.approx(
        np.maximum(shapely.bounds(lonlat)[[0, 1]], (-180, -90))
    )
    assert shapely.bounds(lonlat)[[2, 3]] == pytest.approx(
        np.minimum(shapely.bounds(lonlat)[[2, 3]], (180, 90))
    )
    assert polygon.symmetric_difference(back).area <= 2e-3 * polygon.area
    assert not lost(geometries(polygon), geometries(back), 5.0)[0]


@pytest.mark.parametrize(("crs", "x", "y", "reach"), GROUNDS, ids=[f"{g[0]}-{g[1]:.0f}" for g in GROUNDS])
@given(data=st.data())
def test_lines_and_points_survive_there_and_back(
    crs: str, x: float, y: float, reach: float, data: st.DataObject
) -> None:
    share = st.floats(-1.0, 1.0)
    places = [
        (x + reach * east, y + reach * north)
        for east, north in data.draw(st.lists(st.tuples(share, share), min_size=2, max_size=5))
    ]
    line = LineString(places)
    if line.length < 1e-3 * reach or line.distance(Point(0, 0)) < 1000:  # a pole has no longitude
        return
    lonlat, back = there_and_back(line, crs)
    west, south, east, north = lonlat.bounds
    assert west >= -180
    assert east <= 180
    assert -90 <= south <= north <= 90
    assert back.geom_type == "LineString"
    assert back.hausdorff_distance(line) <= 5.0
    assert np.allclose(
        shapely.get_coordinates(back)[[0, -1]], shapely.get_coordinates(line)[[0, -1]], atol=0.01
    )
    assert not lost(geometries(line), geometries(back), 5.0)[0]
    lonlat, back = there_and_back(Point(places[0]), crs)
    assert lonlat.geom_type == back.geom_type == "Point"
    assert -180 <= lonlat.x <= 180
    assert back.distance(Point(places[0])) < 1e-3


def test_a_line_across_the_antimeridian_has_a_part_on_each_side_and_its_vertices_again() -> None:
    line = LineString([(8.3e5, 1e5), (8.4e5, 1.1e5), (8.41e5, 1.2e5)])
    lonlat, back = there_and_back(line, "EPSG:32660")
    assert lonlat.geom_type == "MultiLineString"
    assert [np.round(part.bounds[0]) for part in lonlat.geoms] == [180, -180]
    assert back.geom_type == "LineString"
    assert back.equals_exact(line, 1e-3)


@given(lon=st.floats(-180, 540), width=st.floats(1e-4, 359), south=st.floats(-80, 70))
def test_degrees_counted_beyond_180_are_wrapped_and_counted_so_again(
    lon: float, width: float, south: float
) -> None:
    polygon = box(lon, south, lon + width, south + 5)
    lonlat, back = there_and_back(polygon, "OGC:CRS84", 1e-6)
    west, _, east, _ = lonlat.bounds
    assert west >= -180
    assert east <= 180
    assert lonlat.area == pytest.approx(polygon.area, rel=1e-6)
    assert back.symmetric_difference(polygon).area <= 1e-5 * polygon.area


def test_an_object_across_the_antimeridian_has_a_half_on_each_side_and_comes_back_whole() -> None:
    polygon = box(8.3e5, 1e5, 8.4e5, 1.1e5)
    lonlat, back = there_and_back(polygon, "EPSG:32660")
    assert lonlat.geom_type == "MultiPolygon"
    assert sorted(np.round(part.bounds[0]) for part in lonlat.geoms) == [-180, 180]
    assert back.geom_type == "Polygon"
    assert len(back.exterior.coords) == 5
    assert abs(GEOD.geometry_area_perimeter(lonlat)[0]) == pytest.approx(polygon.area, rel=5e-3)


def test_an_object_of_several_parts_comes_back_with_all_of_them() -> None:
    parts = shapely.MultiPolygon([box(8.3e5, 1e5, 8.4e5, 1.1e5), box(8.0e5, 1e5, 8.01e5, 1.1e5)])
    lonlat, back = there_and_back(parts, "EPSG:32660")
    assert len(lonlat.geoms) == 3
    assert back.geom_type == "MultiPolygon"
    assert back.symmetric_difference(parts).area < 1e-3 * parts.area
    assert len(back.geoms) == 2


def test_the_pole_lies_inside_of_what_surrounds_it() -> None:
    polygon = box(-5e4, -5e4, 6e4, 6e4)
    lonlat, _ = there_and_back(polygon, "EPSG:3413")
    assert lonlat.geom_type == "Polygon"
    assert lonlat.bounds[3] == 90
    assert abs(GEOD.geometry_area_perimeter(lonlat)[0]) == pytest.approx(polygon.area, rel=0.1)


def test_a_hole_around_the_pole_stays_one() -> None:
    polygon = box(-5e4, -5e4, 6e4, 6e4) - box(-1e4, -1e4, 1e4, 1e4)
    lonlat, back = there_and_back(polygon, "EPSG:3413")
    assert lonlat.bounds[3] < 90
    assert polygon.symmetric_difference(back).area < 1e-4 * polygon.area


def test_small_polygons_keep_their_vertices() -> None:
    polygon = Polygon([(5e5, 5e6), (5e5 + 30, 5e6), (5e5 + 30, 5e6 + 20), (5e5 + 7, 5e6 + 25)])
    lonlat, back = there_and_back(polygon, "EPSG:32633", 0.1)
    assert len(lonlat.exterior.coords) == 5
    assert back.equals_exact(polygon, 1e-6) or back.normalize().equals_exact(polygon.normalize(), 1e-6)


def test_a_polygon_off_the_earth_is_none() -> None:
    geostationary = CRS.from_proj4("+proj=geos +h=35785831 +lon_0=0 +datum=WGS84")
    found = to_lonlat(geometries(box(-6e6, -6e6, -5.9e6, -5.9e6)), geostationary, 100.0)
    assert found[0] is None
    assert lost(geometries(box(0, 0, 1, 1)), found, 1.0).tolist() == [True]


def test_a_polygon_that_moved_or_shrank_is_lost() -> None:
    before = geometries(*[box(0, 0, 100, 100)] * 4)
    after = geometries(box(0, 0, 100, 100.5), box(0, 0, 100, 60), box(30, 0, 130, 100), Polygon())
    assert lost(before, after, 0.5).tolist() == [False, True, True, True]
