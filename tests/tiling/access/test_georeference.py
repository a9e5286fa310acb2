"""Tests of `tiling.access.georeference`."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.control import GroundControlPoint

from tiling.access.georeference import check_georeference
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def refused(path: Path, match: str) -> None:
    with pytest.raises(RasterReadError, match=match) as caught:
        open_raster(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("crs", "transform", "reason"),
    [
        ("EPSG:32616", Affine(np.nan, 0, 0, 0, -1, 0), "finite"),
        ("EPSG:32616", Affine(1, 0, np.inf, 0, -1, 0), "finite"),
        ("EPSG:32616", Affine(1, 2, 500_000, 2, 4, 4_000_000), "no area"),
        ("EPSG:32616", Affine(1, 0, 500_000, 0, -1000, 4_000_000), "sides that differ"),
        ("EPSG:32616", Affine(1e-9, 0, 500_000, 0, -1e-9, 4_000_000), "has pixels of"),
        ("EPSG:32616", Affine(3e7, 0, 500_000, 0, -3e7, 4_000_000), "has pixels of"),
        ("EPSG:32616", Affine(1, 0, 5e12, 0, -1, 4_000_000), "not defined|far from"),
        ("EPSG:32616", Affine(1, 0, 500_000, 0, -1, 1e64), "not defined|far from"),
        ("EPSG:32616", Affine(1, 0, 9_500_000, 0, -1, 4_000_000), "not defined|far from"),
        ("EPSG:27700", Affine(1, 0, 5_000_000, 0, -1, 5_000_000), "far from"),
        ("EPSG:4326", Affine(1e-5, 0, 20, 0, -1e-5, 4000), "not on the Earth"),
        ("EPSG:4326", Affine(1e-5, 0, 733601, 0, -1e-5, 30), "not on the Earth"),
    ],
)
def test_impossible_georeferences_are_refused(
    make_raster: Make, noise: Noise, crs: str, transform: Affine, reason: str
) -> None:
    refused(make_raster(noise(1, 20, 20), crs=crs, transform=transform), reason)


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:3857", Affine(20_037_508 / 10, 0, -20_037_508, 0, -20_037_508 / 10, 20_037_508)),
        ("EPSG:4326", Affine(18, 0, -180, 0, -9, 90)),
        ("EPSG:4326", Affine(18, 0, 0, 0, -9, 94.5)),
        ("EPSG:4326", Affine(1e-5, 0, 359, 0, -1e-5, 10)),
        ("EPSG:32633", Affine(30, 0, 400_000, 0, -30, -3_000_000)),
        ("EPSG:3412", Affine(25_000, 0, -250_000, 0, -25_000, 250_000)),
        ("EPSG:32760", Affine(1, 0, 830_000, 0, -1, 8_000_000)),
        ("EPSG:2193", Affine(1, 0, 1_570_000, 0, -1, 5_180_000)),
        ("+proj=geos +h=35785831 +lon_0=0 +type=crs", Affine(550_000, 0, -5.5e6, 0, -550_000, 5.5e6)),
        (None, Affine(0.3, 0, 7, 0, -0.3, 9)),
    ],
)
def test_plausible_georeferences_are_accepted(
    make_raster: Make, noise: Noise, crs: str | None, transform: Affine
) -> None:
    open_raster(make_raster(noise(1, 20, 20), crs=crs, transform=transform)).close()


def gcps(count: int, off: float = 0.0) -> list[GroundControlPoint]:
    """Points of a slightly bent image of 100 x 100 px across the antimeridian; the first one is `off` degrees."""
    rng = np.random.default_rng(5)
    points = [GroundControlPoint(0, 0, 179.95 + off, 10.0)]
    for row, col in [(0, 100), (100, 0), (100, 100), *rng.uniform(0, 100, (count - 4, 2))]:
        lon = 179.95 + col * 1e-3 + row * row * 1e-6
        points.append(GroundControlPoint(row, col, (lon + 180) % 360 - 180, 10.0 - row * 1e-3))
    return points


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:5070", Affine(30, 0, -3_500_000, 0, -30, 5_500_000)),
        ("EPSG:32633", Affine(10, 0, -1_500_000, 0, -10, 4_500_000)),
        ("EPSG:27700", Affine(1, 0, 3_000_000, 0, -1, 300_000)),
        ("EPSG:3857", None),
    ],
)
def test_what_is_implausible_is_taken_where_a_person_says_so(
    make_raster: Make, noise: Noise, crs: str, transform: Affine | None
) -> None:
    pixels = noise(1, 20, 30)
    path = make_raster(pixels, crs=crs, transform=transform)
    refused(path, "--force")
    with open_raster(RasterSource(path, force=True)) as raster:
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
        assert raster.grid.crs == CRS(crs)
        assert chip.valid.any()
        if transform is None:
            # Columns and rows are coordinates: the first row is the southernmost.
            assert raster.grid.bounds == pytest.approx((0, 0, 30, 20), abs=1e-3)
            assert (chip.image == pixels[:, ::-1]).all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32601", "EPSG:27700"])
def test_an_assigned_crs_replaces_that_of_the_file(make_raster: Make, noise: Noise, crs: str) -> None:
    place = Affine(0.5, 0, 400_000, 0, -0.5, 300_000)
    for own in (None, crs):
        path = make_raster(noise(1, 20, 30), crs=own, transform=place)
        with open_raster(RasterSource(path, crs="EPSG:27700")) as raster:
            assert raster.grid == RasterGrid(raster.grid.crs_wkt, place, 30, 20)
            assert raster.grid.crs == CRS("EPSG:27700")


def test_a_crs_is_assigned_to_control_points_and_not_to_rpcs(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 100, 100), crs=None, transform=None)
    with rasterio.open(path, "r+") as dataset:
        points = [GroundControlPoint(y, x, 400_000 + x, 300_000 - y) for x in (0, 100) for y in (0, 100)]
        dataset.gcps = (points, rasterio.CRS.from_epsg(32631))
    with open_raster(RasterSource(path, crs="EPSG:27700")) as raster:
        assert raster.grid.crs == CRS("EPSG:27700")
        assert raster.grid.bounds == pytest.approx((400_000, 299_900, 400_100, 300_000), abs=0.1)


def test_words_in_a_warning_are_no_refusal_where_the_place_was_read(make_raster: Make, noise: Noise) -> None:
    words = ["GeoTIFF tie points: a warning of a GCP that is corrupt."]
    whole = make_raster(noise(1, 20, 20), "whole.tif")
    with rasterio.open(whole) as dataset:
        check_georeference(dataset, RasterSource(whole), words)
    bare = make_raster(noise(1, 20, 20), "bare.tif", crs=None)
    with rasterio.open(bare) as dataset:
        with pytest.raises(RasterReadError, match=r"damaged georeference or header .*; --crs assigns a CRS"):
            check_georeference(dataset, RasterSource(bare), words)
        check_georeference(dataset, RasterSource(bare, crs="EPSG:32616"), words)
        check_georeference(dataset, RasterSource(bare, force=True), words)


@pytest.mark.parametrize("count", [4, 7, 40])
def test_control_points_that_contradict(make_raster: Make, noise: Noise, count: int) -> None:
    path = make_raster(noise(1, 100, 100), crs=None, transform=None)
    with rasterio.open(path, "r+") as dataset:
        dataset.gcps = (gcps(count), rasterio.CRS.from_epsg(4326))
    open_raster(path).close()
    with rasterio.open(path, "r+") as dataset:
        dataset.gcps = (gcps(count, off=-20), rasterio.CRS.from_epsg(4326))
    refused(path, "contradict")


def test_a_crs_that_is_not_on_the_earth(make_raster: Make, noise: Noise) -> None:
    refused(make_raster(noise(1, 20, 20), transform=None), "which coordinates")


def test_damaged_geokeys(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 20))
    data = bytearray(path.read_bytes())
    # The directory's header, version 1.1.0 and the number of keys, of GeoTIFF 1.1 section 7.1.
    at = data.index(struct.pack("<HHH", 1, 1, 0))
    data[at + 6] = 250
    path.write_bytes(bytes(data))
    with pytest.raises(RasterReadError):
        open_raster(path)


def test_a_block_of_another_size(make_raster: Make, noise: Noise) -> None:
    """A width that was changed leaves blocks that are too long or too short."""
    from tiling.access.file_check import check_complete

    for width in (9, 320):
        path = make_raster(noise(3, 160, 160))
        data = bytearray(path.read_bytes())
        at = data.index(struct.pack("<HHI", 256, 3, 1))
        data[at + 8 : at + 10] = struct.pack("<H", width)
        path.write_bytes(bytes(data))
        with pytest.raises(RasterReadError, match=r"damaged|truncated"):
            check_complete(path)


@pytest.mark.real_data
def test_real_scenes_are_plausible(shared_data: Path) -> None:
    for path in sorted((shared_data / "rasters").iterdir()):
        if path.suffix in (".tif", ".ntf"):
            open_raster(path).close()


def test_a_world_grid_of_one_degree_counted_from_0_is_read(make_raster: Callable[..., Path]) -> None:
    world = Affine(1, 0, 0, 0, -1, 90)
    path = make_raster(np.full((1, 180, 360), 7, "uint8"), crs="EPSG:4326", transform=world)
    with open_raster(path) as raster:
        assert raster.grid.bounds == (0, -90, 360, 90)
