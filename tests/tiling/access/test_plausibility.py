"""Tests of `tiling.access.plausibility`."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint

from tiling.errors import RasterReadError
from tiling.raster.raster import open_raster

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


def test_sizes_that_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "huge.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="2000000000" rasterYSize="2000000000"><VRTRasterBand/></VRTDataset>'
    )
    refused(path, "px a side")
    empty = tmp_path / "empty.tif"
    with rasterio.open(
        empty, "w", driver="GTiff", width=400_000, height=400_000, count=3, dtype="uint16", sparse_ok=True,
        tiled=True, blockxsize=16384, blockysize=16384, compress="deflate",
    ):  # fmt: skip
        pass
    refused(empty, "that cannot be an image")


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
