"""Tests of `tiling.grid.grid_transform`."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from tests.support.examples import examples
from tiling.errors import GridError
from tiling.grid.grid_transform import GridTransform, lonlat_bounds
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.web_mercator import level_grid


def grid(code: int, x: float, y: float, pixel: float, width: int = 500, height: int = 400) -> RasterGrid:
    return RasterGrid(CRS.from_epsg(code).to_wkt(), Affine(pixel, 0, x, 0, -pixel, y), width, height)


SCENES = {
    "utm": (grid(32645, 300_000, 3_050_000, 0.5), 20),
    "degrees": (grid(4326, 85.0, 27.6, 1e-5), 18),
    "polar": (grid(3413, -400_000, -1_200_000, 30), 13),
    "coarse": (grid(32645, 100_000, 4_000_000, 2000), 6),
    "antimeridian": (grid(4326, 179.9, -16.0, 5e-4), 11),
}


def middle_window(source: RasterGrid, z: int) -> PixelWindow:
    to_mercator = Transformer.from_crs(source.crs, CRS.from_epsg(3857), always_xy=True)
    x, y = to_mercator.transform(*source.to_world([[source.width / 2, source.height / 2]])[0])
    col, row = level_grid(z).to_pixel([[x, y]])[0]
    return PixelWindow(int(col) - 100, int(row) - 100, 201, 203)


@pytest.mark.parametrize("name", SCENES)
def test_positions_are_close_to_the_exact_ones(name: str) -> None:
    source, z = SCENES[name]
    window = middle_window(source, z)
    cols, rows = GridTransform(source, level_grid(z)).source_pixels(window)
    to_source = Transformer.from_crs(CRS.from_epsg(3857), source.crs, always_xy=True)
    c, r = np.meshgrid(np.arange(window.col, window.right) + 0.5, np.arange(window.row, window.bottom) + 0.5)
    world = level_grid(z).to_world(np.column_stack([c.ravel(), r.ravel()]))
    exact = source.to_pixel(np.column_stack(to_source.transform(world[:, 0], world[:, 1])))
    off = np.column_stack([cols.ravel(), rows.ravel()]) - exact
    turn = 360 / source.transform.a if name == "antimeridian" else 1e12
    off[:, 0] = (off[:, 0] + turn / 2) % turn - turn / 2
    assert np.abs(off).max() < 0.02


@examples(25)
@given(
    st.sampled_from(sorted(SCENES)),
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(1, 110),
    st.integers(1, 110),
)
def test_windows_are_parts_of_the_whole(name: str, col: int, row: int, width: int, height: int) -> None:
    source, z = SCENES[name]
    transform = GridTransform(source, level_grid(z))
    whole = middle_window(source, z)
    part = PixelWindow(whole.col + col, whole.row + row, width, height)
    slices = slice(row, row + height), slice(col, col + width)
    for found, of_whole in zip(transform.source_pixels(part), transform.source_pixels(whole), strict=True):
        assert found.tobytes() == np.ascontiguousarray(of_whole[slices]).tobytes()


def test_scale() -> None:
    source = grid(32645, 500_000, 3_050_000, 0.5)
    assert GridTransform(source, source).scale == pytest.approx(1.0)
    assert GridTransform(source, grid(32645, 500_000, 3_050_000, 2.0)).scale == pytest.approx(4.0)


def test_grids_without_a_common_place() -> None:
    plain = RasterGrid(None, PIXEL_PLANE, 10, 10)
    with pytest.raises(GridError, match="without"):
        GridTransform(plain, SCENES["utm"][0])
    GridTransform(plain, RasterGrid(None, PIXEL_PLANE, 20, 20))


def test_bounds() -> None:
    assert lonlat_bounds(RasterGrid(None, PIXEL_PLANE, 10, 10)) is None
    found = lonlat_bounds(SCENES["degrees"][0])
    assert found == pytest.approx((85.0, 27.596, 85.005, 27.6))
    west, _, east, _ = lonlat_bounds(SCENES["antimeridian"][0]) or (0, 0, 0, 0)
    assert (west, east) == pytest.approx((179.9, -179.85))
    utm = grid(32701, 150_000, 8_200_000, 100, 1000, 1000)
    west, _, east, _ = lonlat_bounds(utm) or (0, 0, 0, 0)
    assert west > east
