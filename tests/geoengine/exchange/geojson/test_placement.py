"""Polygons on their way from a scene's CRS to that of a file, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from geoengine.exchange.crs import WGS84
from geoengine.exchange.geojson.placement import is_pixel_plane, place, to_file, to_scene
from geoengine.model.geometry import geometry_array
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

GRID = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.1, 0, 350_000, 0, -0.1, 3_056_000), 1000, 800)
BOX = shapely.box(350_010, 3_055_950, 350_020, 3_055_960)


@pytest.mark.parametrize("target", [WGS84, CRS.from_epsg(3857), CRS.from_epsg(32644)])
def test_a_polygon_comes_back_within_a_quarter_pixel(target: CRS) -> None:
    there = to_file(geometry_array([BOX]), GRID, target)
    (back,) = to_scene(there, GRID, target)
    assert shapely.hausdorff_distance(BOX, back) < 0.025


def test_without_a_crs_coordinates_stay() -> None:
    geometries = geometry_array([BOX])
    assert to_file(geometries, GRID, None) is geometries
    assert to_scene(geometries, GRID, None) is geometries
    plane = replace(GRID, crs_wkt=None, transform=PIXEL_PLANE)
    assert is_pixel_plane(plane)
    assert not is_pixel_plane(GRID)
    assert to_file(geometries, plane, WGS84) is geometries


def test_a_polygon_outside_the_domain_of_the_file_is_none() -> None:
    other_side = CRS.from_proj4("+proj=ortho +lat_0=0 +lon_0=-93")
    found = to_file(geometry_array([BOX]), GRID, other_side)
    assert found.tolist() == [None]


def test_a_polygon_across_the_antimeridian_is_cut_and_joined() -> None:
    grid = RasterGrid(CRS.from_epsg(32660).to_wkt(), Affine(1, 0, 830_000, 0, -1, 110_000), 10_000, 10_000)
    polygon = shapely.box(830_000, 100_000, 840_000, 110_000)
    there = to_file(geometry_array([polygon]), grid, WGS84)
    assert there[0].geom_type == "MultiPolygon"
    assert np.abs(shapely.bounds(there[0])[[0, 2]]).tolist() == [180, 180]
    (back,) = to_scene(there, grid, WGS84)
    assert shapely.hausdorff_distance(polygon, back) < 0.25


def test_the_crs_of_a_file_is_not_compared_with_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """PROJ would look for a CRS called "pixel" in its whole database, 0.15 s for each 2,000 labels."""

    def looked_up(text: object) -> CRS:
        assert isinstance(text, CRS), f"{text!r} was looked up"
        return text

    monkeypatch.setattr(CRS, "from_user_input", looked_up)
    [moved], [fault] = place(to_file(geometry_array([BOX]), GRID, WGS84), GRID, WGS84)
    assert fault is None
    assert shapely.hausdorff_distance(BOX, moved) < 0.025
