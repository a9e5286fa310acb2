"""Tests of `tiling.grid.raster_grid`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from tiling.errors import GridError
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid, resampled_size
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster


def wkt(code: int) -> str:
    return CRS.from_epsg(code).to_wkt()


GRIDS = {
    "utm": RasterGrid(wkt(32616), Affine(0.05, 0, 733601.3, 0, -0.05, 3725139.7), 90_000, 70_000),
    "mercator": RasterGrid(wkt(3857), Affine(0.149, 0, 9519391.065, 0, -0.149, 3203475.855), 11_264, 8_704),
    "degrees": RasterGrid(wkt(4326), Affine(2.7153e-7, 0, 84.99, 0, -2.7153e-7, 32.98), 100_000, 100_000),
    "polar": RasterGrid(wkt(3412), Affine(25_000, 0, -3_950_000, 0, -25_000, 4_350_000), 316, 332),
    "rotated": RasterGrid(
        wkt(32759), Affine(-0.143, -0.577, 337934.48, -0.577, 0.143, 7840518.46), 20_000, 20_000
    ),
    "no crs": RasterGrid(None, PIXEL_PLANE, 2_048, 2_048),
}


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())
@given(x=st.floats(0, 1), y=st.floats(0, 1))
def test_pixel_world_pixel(grid: RasterGrid, x: float, y: float) -> None:
    pixel = np.array([[x * grid.width, y * grid.height]])
    assert np.abs(grid.to_pixel(grid.to_world(pixel)) - pixel).max() < 1e-5


@given(
    coefficients=st.tuples(*[st.floats(-1000, 1000) for _ in range(6)]),
    x=st.floats(0, 5000),
    y=st.floats(0, 5000),
)
def test_any_invertible_affine_round_trips(coefficients: tuple[float, ...], x: float, y: float) -> None:
    a, b, c, d, e, f = coefficients
    size = math.hypot(a, b, d, e)
    if abs(a * e - b * d) < 1e-3 * size * size or size < 1e-2:
        return
    grid = RasterGrid(None, Affine(a, b, c, d, e, f), 5000, 5000)
    assert np.abs(grid.to_pixel(grid.to_world([[x, y]])) - [[x, y]]).max() < 0.01


@given(x=st.floats(-10, 5000), y=st.floats(-10, 5000))
def test_agrees_with_affine(x: float, y: float) -> None:
    grid = GRIDS["rotated"]
    assert grid.to_world([[x, y]])[0] == pytest.approx(grid.transform @ (x, y))


@pytest.mark.real_data
def test_pixel_world_pixel_on_real_rasters(shared_data: Path) -> None:
    files = ["banepa/banepa.tif"] + [
        f"rasters/{name}"
        for name in (
            "buildings_uint16.tif", "georef_1024.ntf", "polar_3412.tif", "sar_rotated.tif", "gcps_uint16.tif",
            "georef_rotated.ntf", "planes_no_crs.tif", "dateline.tif", "drone_5cm.tif", "jitc_i_3309a.ntf",
        )
    ]  # fmt: skip
    rng = np.random.default_rng(3)
    for file in files:
        with open_raster(shared_data / file) as raster:
            grid = raster.grid
            assert grid.is_north_up_square, file
            pixel = rng.random((500, 2)) * (grid.width, grid.height)
            assert np.abs(grid.to_pixel(grid.to_world(pixel)) - pixel).max() < 1e-4, file


def test_empty_arrays_pass() -> None:
    grid = GRIDS["utm"]
    assert grid.to_world(np.empty((0, 2))).shape == (0, 2)
    assert grid.pixel_polygons_to_world(np.array([], dtype=object)).shape == (0,)


def test_polygons_there_and_back() -> None:
    grid = GRIDS["utm"]
    shapes = np.array(
        [shapely.box(1, 2, 30, 40), shapely.Polygon([(0, 0), (9, 0), (9, 9)], [[(6, 2), (7, 2), (7, 3)]])]
    )
    world = grid.pixel_polygons_to_world(shapes)
    assert shapely.area(world) == pytest.approx(shapely.area(shapes) * 0.05**2)
    assert shapely.equals_exact(grid.world_polygons_to_pixel(world), shapes, tolerance=1e-4).all()
    assert shapely.get_num_interior_rings(world).tolist() == [0, 1]


def test_gsd_is_ground_metres() -> None:
    assert GRIDS["utm"].gsd_m == pytest.approx(0.05, rel=2e-3)
    # Mercator stretches by 1 / cos(latitude); 27.63 degrees north here.
    assert GRIDS["mercator"].gsd_m == pytest.approx(0.149 * math.cos(math.radians(27.63)), rel=5e-3)
    x, y = GRIDS["degrees"].gsd_xy_m or (0, 0)
    assert y == pytest.approx(2.7153e-7 * 110_900, rel=2e-3)
    assert x == pytest.approx(2.7153e-7 * 111_320 * math.cos(math.radians(32.97)), rel=2e-3)
    assert GRIDS["polar"].gsd_m == pytest.approx(25_770, rel=1e-2)
    assert GRIDS["no crs"].gsd_m is None


def test_gsd_of_a_crs_without_a_place_is_none() -> None:
    local = (
        'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    )
    assert RasterGrid(local, Affine(1, 0, 0, 0, -1, 0), 10, 10).gsd_m is None


def test_north_up_square() -> None:
    def judged(transform: Affine, size: int = 10_000) -> bool:
        return RasterGrid(None, transform, size, size).is_north_up_square

    assert judged(Affine(0.5, 0, 0, 0, -0.5, 0))
    assert judged(Affine(100.01290322580645, 0, 0, 0, -100.01273885350318, 0), 2000)
    assert not judged(Affine(0.5, 0, 0, 0, -0.6, 0))
    assert not judged(Affine(0.5, 0, 0, 0, 0.5, 0))
    assert not judged(Affine(0.5, 1e-3, 0, 1e-3, -0.5, 0))


def test_bounds() -> None:
    assert RasterGrid(None, Affine(2, 0, 10, 0, -2, 50), 5, 10).bounds == (10, 30, 20, 50)
    assert GRIDS["no crs"].bounds == (0, -2048, 2048, 0)


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())
def test_json_keeps_every_bit(grid: RasterGrid) -> None:
    assert RasterGrid.from_json(json.loads(json.dumps(grid.to_json()))) == grid


@pytest.mark.parametrize(
    "broken", [{}, {"crs_wkt": None, "transform": [1, 2], "width": 1, "height": 1}, {"crs_wkt": 5}]
)
def test_broken_json(broken: dict[str, object]) -> None:
    with pytest.raises(GridError):
        RasterGrid.from_json(broken)


@pytest.mark.parametrize(
    ("transform", "width"),
    [(Affine(1, 0, 0, 0, 0, 0), 5), (Affine(math.nan, 0, 0, 0, 1, 0), 5), (PIXEL_PLANE, 0)],
)
def test_impossible_grids(transform: Affine, width: int) -> None:
    with pytest.raises(GridError):
        RasterGrid(None, transform, width, 5)


def test_unknown_crs() -> None:
    with pytest.raises(GridError, match="is not one"):
        _ = RasterGrid("rubbish", PIXEL_PLANE, 5, 5).crs


def test_wrong_shape_of_coordinates() -> None:
    with pytest.raises(GridError, match=r"\(3,\)"):
        GRIDS["utm"].to_world([1.0, 2.0, 3.0])


def test_resized_and_windowed_keep_the_ground() -> None:
    grid = GRIDS["rotated"]
    small = grid.resized(grid.width // 4, grid.height // 4)
    assert small.to_world([[100, 200]])[0] == pytest.approx(grid.to_world([[400, 800]])[0])
    part = grid.windowed(PixelWindow(7, 11, 20, 30))
    assert part.to_world([[1, 2]])[0] == pytest.approx(grid.to_world([[8, 13]])[0])
    assert (part.width, part.height) == (20, 30)


def test_resampled_size() -> None:
    utm = GRIDS["utm"]
    assert resampled_size(utm, 0.1) == (pytest.approx(45_000, rel=2e-3), pytest.approx(35_000, rel=2e-3))
    assert resampled_size(utm, 0.0503) == (utm.width, utm.height)
    assert resampled_size(GRIDS["no crs"], 0.3) == (2048, 2048)
    # In degrees the axes differ: the result has square ground pixels.
    degrees = GRIDS["degrees"]
    width, height = resampled_size(degrees, 0.5)
    gsd = degrees.resized(width, height).gsd_xy_m
    assert gsd == (pytest.approx(0.5, rel=2e-3), pytest.approx(0.5, rel=2e-3))
    with pytest.raises(GridError):
        resampled_size(utm, 0.0)
