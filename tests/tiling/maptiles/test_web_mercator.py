"""Tests of `tiling.maptiles.web_mercator`."""

from __future__ import annotations

import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.maptiles.web_mercator import HALF_WORLD_M, coverage, level_grid

UTM = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000), 700, 500)


def test_levels_are_those_of_the_standard() -> None:
    # OGC 17-083r4, table D.1: the cell size of tile matrix 0, and of 18.
    assert level_grid(0).transform.a == pytest.approx(156543.033928041, rel=1e-12)
    assert level_grid(18).transform.a == pytest.approx(0.597164283477939, rel=1e-12)
    assert level_grid(5).bounds == pytest.approx((-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M))


def test_zooms_go_from_the_extent_to_beyond_the_pixels() -> None:
    found = coverage(UTM)
    assert found is not None
    for z in range(found.min_zoom + 1):
        left, top, right, bottom = found.tile_range(z)
        assert (right - left + 1) * (bottom - top + 1) <= 4
    # half a metre at 27.5 degrees north is 0.56 m on the map, between levels 18 (0.60) and 19 (0.30)
    assert found.max_zoom == 19
    assert 13 <= found.min_zoom <= 17


@given(st.floats(-180, 179), st.floats(-84, 83), st.floats(1e-6, 0.9))
def test_tiles_hold_the_bounds(lon: float, lat: float, size: float) -> None:
    wgs84 = CRS.from_epsg(4326).to_wkt()
    found = coverage(RasterGrid(wgs84, Affine(size / 100, 0, lon, 0, -size / 100, lat + size), 100, 100))
    assert found is not None
    for z in (found.min_zoom, found.max_zoom):
        left, top, right, bottom = found.tile_range(z)
        assert 0 <= left <= right < 1 << z
        assert 0 <= top <= bottom < 1 << z


def test_no_place_on_the_web_map() -> None:
    assert coverage(RasterGrid(None, PIXEL_PLANE, 100, 100)) is None
    pole = RasterGrid(CRS.from_epsg(3413).to_wkt(), Affine(10, 0, -500, 0, -10, 500), 100, 100)
    assert coverage(pole) is None


def test_antimeridian() -> None:
    grid = RasterGrid(CRS.from_epsg(4326).to_wkt(), Affine(1e-3, 0, 179.9, 0, -1e-3, -16), 200, 100)
    found = coverage(grid)
    assert found is not None
    assert (found.bounds[0], found.bounds[2]) == (-180.0, 180.0)
