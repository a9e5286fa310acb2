"""Tests of `tiling.grid.footprint`, and of what a grid says in unusual coordinate reference systems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.geometry import MultiPolygon, Point, Polygon

from tiling.grid.footprint import footprint_lonlat
from tiling.grid.raster_grid import RasterGrid
from tiling.raster.raster import open_raster

LOCAL = 'ENGCRS["site",EDATUM["peg"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
# About a sphere that no register knows.
NO_CODE = CRS("+proj=laea +lat_0=27 +lon_0=87 +R=6370000").to_wkt()


def grid(crs: str, transform: Affine, width: int, height: int) -> RasterGrid:
    return RasterGrid(CRS(crs).to_wkt(), transform, width, height)


def parts(footprint: Polygon | MultiPolygon | None) -> list[Polygon]:
    assert footprint is not None
    assert footprint.is_valid
    found = list(footprint.geoms) if isinstance(footprint, MultiPolygon) else [footprint]
    for part in found:
        assert part.exterior.is_ccw
        west, south, east, north = part.bounds
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90
    return found


def test_a_scene_in_degrees_is_its_bounds() -> None:
    footprint = footprint_lonlat(grid("EPSG:4326", Affine(0.1, 0, 10, 0, -0.1, 50), 20, 10))
    assert shapely.equals(shapely.normalize(footprint), shapely.box(10, 49, 12, 50))


def test_edges_are_curved() -> None:
    whole = grid("EPSG:3035", Affine(1000, 0, 3e6, 0, -1000, 4e6), 3000, 2000)
    (part,) = parts(footprint_lonlat(whole))
    corners = Transformer.from_crs("EPSG:3035", 4326, always_xy=True).transform(*whole.to_world(
        [[0, 0], [3000, 0], [3000, 2000], [0, 2000]]).T)  # fmt: skip
    straight = Polygon(np.column_stack(corners))
    assert part.symmetric_difference(straight).area > 0.02 * part.area


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32660", "EPSG:3832"])
def test_across_the_antimeridian(crs: str) -> None:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(179.5, -16.0)
    size = 0.01 if crs == "EPSG:4326" else 1113.0
    footprint = footprint_lonlat(grid(crs, Affine(size, 0, x, 0, -size, y), 100, 100))
    west, east = sorted(parts(footprint), key=lambda part: part.bounds[0])
    assert west.bounds[0] == -180
    assert east.bounds[2] == 180
    assert west.bounds[2] == pytest.approx(-179.5, abs=0.1)
    assert east.bounds[0] == pytest.approx(179.5, abs=0.1)


@pytest.mark.parametrize(
    ("crs", "pole"), [("EPSG:3031", -90), ("EPSG:3413", 90), ("EPSG:3412", -90), ("EPSG:5041", 90)]
)
def test_scenes_around_a_pole(crs: str, pole: int) -> None:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(0.0, pole)
    (part,) = parts(footprint_lonlat(grid(crs, Affine(1000, 0, x - 4e5, 0, -1000, y + 3e5), 1000, 700)))
    west, south, east, north = part.bounds
    assert (west, east) == (-180, 180)
    assert pole in (south, north)
    assert all(part.covers(Point(lon, pole * 0.995)) for lon in range(-180, 181, 15))
    assert not part.covers(Point(0, 0))


def test_a_polar_scene_beside_the_pole() -> None:
    (part,) = parts(footprint_lonlat(grid("EPSG:3031", Affine(1000, 0, 1e6, 0, -1000, 3e6), 1000, 1000)))
    assert part.bounds[2] - part.bounds[0] < 40


@pytest.mark.parametrize("west", [-180.0, 0.0, 30.0])
def test_the_world(west: float) -> None:
    (part,) = parts(footprint_lonlat(grid("EPSG:4326", Affine(1, 0, west, 0, -1, 90), 360, 180)))
    assert part.area == pytest.approx(360 * 180)


def test_a_full_disc_image_has_corners_in_space() -> None:
    disc = grid(
        "+proj=geos +h=35785831 +lon_0=140.7 +sweep=y",
        Affine(10_000, 0, -5.5e6, 0, -10_000, 5.5e6),
        1100,
        1100,
    )
    found = parts(footprint_lonlat(disc))
    assert len(found) == 2
    assert shapely.union_all(found).covers(Point(140.7, 0))
    assert not shapely.union_all(found).covers(Point(-40, 0))


@pytest.mark.parametrize("wkt", [None, LOCAL])
def test_no_place_on_the_earth(wkt: str | None) -> None:
    site = RasterGrid(wkt, Affine(1, 0, 0, 0, -1, 0), 10, 10)
    assert footprint_lonlat(site) is None
    assert site.gsd_m is None


@pytest.mark.parametrize(
    "crs", ["EPSG:2193", "EPSG:3035", "EPSG:31467", "EPSG:32616+5703", "EPSG:4979", NO_CODE]
)
def test_axes_in_any_order(crs: str) -> None:
    """Northing before easting, compound, without a code: x is always to the east, y to the north."""
    made = CRS(crs)
    area = made.area_of_use
    lon, lat = ((area.west + area.east) / 2, (area.south + area.north) / 2) if area else (87.5, 27.0)
    if crs in ("EPSG:4979", "EPSG:32616+5703"):
        lon, lat = -86.5, 33.0
    x, y = Transformer.from_crs(4326, made, always_xy=True).transform(lon, lat)
    size = 1e-5 if made.is_geographic else 1.0
    whole = RasterGrid(made.to_wkt(), Affine(size, 0, x, 0, -size, y), 100, 100)
    (part,) = parts(footprint_lonlat(whole))
    assert part.bounds[0] == pytest.approx(lon, abs=0.01)
    assert part.bounds[3] == pytest.approx(lat, abs=0.01)
    assert whole.gsd_m == pytest.approx(1.0, rel=0.2)


@given(
    st.sampled_from(["EPSG:4326", "EPSG:3857", "EPSG:3031", "EPSG:3413", "EPSG:32660", "EPSG:2193", "EPSG:6933"]),
    st.floats(-180, 180), st.floats(-85, 85), st.floats(0, 360), st.integers(1, 300), st.integers(1, 300),
)  # fmt: skip
def test_the_footprint_covers_the_scene(
    crs: str, lon: float, lat: float, turn: float, width: int, height: int
) -> None:
    made = CRS(crs)
    x, y = Transformer.from_crs(4326, made, always_xy=True).transform(lon, lat)
    if not np.isfinite([x, y]).all() or (crs in ("EPSG:32660", "EPSG:2193") and abs((lon - 175) % 360) > 8):
        return
    size = 0.001 if made.is_geographic else 100.0
    transform = Affine.translation(x, y) @ Affine.rotation(turn) @ Affine.scale(size, -size)
    whole = RasterGrid(made.to_wkt(), transform, width, height)
    footprint = footprint_lonlat(whole)
    pixels = [[width / 2, height / 2], [width * 0.1, height * 0.8], [width * 0.9, height * 0.3]]
    places = Transformer.from_crs(made, 4326, always_xy=True).transform(*whole.to_world(pixels).T)
    inside = [Point((a + 180) % 360 - 180, b) for a, b in zip(*places, strict=True) if abs(b) < 89.9]
    together = shapely.union_all(parts(footprint))
    assert all(shapely.distance(together, point) < 1e-6 for point in inside)


@pytest.mark.real_data
def test_real_scenes(shared_data: Path) -> None:
    def of(name: str) -> list[Polygon]:
        with open_raster(shared_data / "rasters" / name) as raster:
            return parts(footprint_lonlat(raster.grid))

    assert len(of("dateline.tif")) == 2
    (south,) = of("polar_3412.tif")
    assert south.bounds[:3] == (-180, -90, 180)
    (buildings,) = of("buildings_uint16.tif")
    assert buildings.covers(Point(-84.479, 33.638))
