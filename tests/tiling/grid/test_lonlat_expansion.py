"""Tests of `tiling.grid.lonlat_expansion`: the polynomials say what PROJ says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from tiling.grid.lonlat_expansion import LonLatExpansion, fit_lonlat_expansion
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

LOCAL = 'ENGCRS["site",EDATUM["peg"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
GRIDS = {
    "UTM": ("EPSG:32645", Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000), 40_000, 30_000),
    "Web Mercator": ("EPSG:3857", Affine(0.15, 0, 9.5e6, 0, -0.15, 3.2e6), 11_000, 8_700),
    "the web map": ("EPSG:3857", Affine(40_000, 0, -20_037_508, 0, -40_000, 20_037_508), 1001, 1001),
    "the Earth in degrees": ("EPSG:4326", Affine(0.1, 0, -180, 0, -0.1, 90), 3600, 1800),
    "across the antimeridian": ("EPSG:4326", Affine(1e-5, 0, 179.95, 0, -1e-5, 60), 10_000, 10_000),
    "around the pole": ("EPSG:3412", Affine(25_000, 0, -3_950_000, 0, -25_000, 4_350_000), 316, 332),
    "another datum": ("EPSG:27700", Affine(1, 0, 400_000, 0, -1, 300_000), 50_000, 50_000),
    "no code": ("+proj=laea +lat_0=27 +lon_0=87 +R=6370000", Affine(10, 0, 0, 0, -10, 0), 5000, 5000),
}


def metres_off(grid: RasterGrid, expansion: LonLatExpansion, pixels: np.ndarray) -> float:
    """The greatest distance of what the expansion says from what PROJ says."""
    world = grid.to_world(pixels)
    lon, lat = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(*world.T)
    found = expansion.to_lonlat(pixels)
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, found[:, 0], found[:, 1])
    return float(np.max(metres))


@pytest.mark.parametrize("name", GRIDS)
def test_within_a_millimetre_of_proj(name: str) -> None:
    crs, *rest = GRIDS[name]
    grid = RasterGrid(CRS(crs).to_wkt(), *rest)
    expansion = fit_lonlat_expansion(grid)
    assert expansion is not None
    pixels = np.random.default_rng(3).uniform(0, [grid.width, grid.height], (2000, 2))
    corners = [[0, 0], [grid.width, 0], [0, grid.height], [grid.width, grid.height]]
    assert metres_off(grid, expansion, np.vstack((pixels, corners))) < 2e-3


@given(
    zone=st.integers(1, 60),
    easting=st.floats(2e5, 7e5),
    northing=st.floats(1e5, 9e6),
    size=st.floats(0.05, 30.0),
    width=st.integers(1, 10_000),
    height=st.integers(1, 10_000),
)
def test_any_scene_in_utm(
    zone: int, easting: float, northing: float, size: float, width: int, height: int
) -> None:
    wkt = CRS.from_epsg(32600 + zone).to_wkt()
    grid = RasterGrid(wkt, Affine(size, 0, easting, 0, -size, northing), width, height)
    expansion = fit_lonlat_expansion(grid)
    assert expansion is not None
    pixels = np.random.default_rng(5).uniform(0, [width, height], (50, 2))
    assert metres_off(grid, expansion, pixels) < 2e-3


def test_what_has_no_place_on_the_earth_has_no_expansion() -> None:
    assert fit_lonlat_expansion(RasterGrid(None, PIXEL_PLANE, 10, 10)) is None
    assert fit_lonlat_expansion(RasterGrid(CRS(LOCAL).to_wkt(), Affine(1, 0, 0, 0, -1, 0), 10, 10)) is None
    # A full disc has space in its corners.
    disc = "+proj=geos +h=35785831 +lon_0=0 +sweep=y"
    grid = RasterGrid(CRS(disc).to_wkt(), Affine(3000, 0, -5.5e6, 0, -3000, 5.5e6), 3666, 3666)
    assert fit_lonlat_expansion(grid) is None


CLIENT_SAMPLES = Path(__file__).parents[3] / "server" / "client" / "tests" / "grounds.json"


def client_samples() -> list[dict[str, Any]]:
    """Scenes as the web client gets them, and what PROJ says of five pixels of each."""
    samples = []
    for name in ("UTM", "Web Mercator", "across the antimeridian", "around the pole", "the Earth in degrees"):
        crs, *rest = GRIDS[name]
        grid = RasterGrid(CRS(crs).to_wkt(), *rest)
        expansion = fit_lonlat_expansion(grid)
        assert expansion is not None
        pixels = np.round(np.random.default_rng(8).uniform(0, [grid.width, grid.height], (5, 2)), 2)
        world = grid.to_world(pixels)
        lon, lat = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(*world.T)
        utm = []
        for point in zip(lon, lat, strict=True):
            zone, south = int((point[0] + 180) % 360 // 6) + 1, point[1] < 0
            to_utm = Transformer.from_crs("EPSG:4326", 32600 + 100 * south + zone, always_xy=True)
            utm.append([zone, "S" if south else "N", *to_utm.transform(*point)])
        samples.append(
            {
                "name": name,
                "width": grid.width,
                "height": grid.height,
                "crs": crs,
                "units": "degrees" if crs == "EPSG:4326" else "m",
                "gsd_m": grid.gsd_m,
                "transform": [float(value) for value in grid.transform[:6]],
                "chart": {"coefficients": expansion.coefficients.tolist()},
                "pixels": pixels.tolist(),
                "lonlat": np.column_stack((lon, lat)).tolist(),
                "utm": utm,
            }
        )
    return samples


def test_the_client_is_tested_with_what_the_server_sends_and_proj_says() -> None:
    kept = json.loads(CLIENT_SAMPLES.read_text(encoding="utf-8"))
    for found, expected in zip(kept, client_samples(), strict=True):
        for exact in ("name", "width", "height", "crs", "transform", "pixels"):
            assert found[exact] == expected[exact]
        np.testing.assert_allclose(found["lonlat"], expected["lonlat"], rtol=0, atol=1e-10)
        np.testing.assert_allclose(
            found["chart"]["coefficients"], expected["chart"]["coefficients"], rtol=0, atol=1e-11
        )
