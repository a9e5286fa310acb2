"""Tests of `tiling.raster.north_up`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.warp
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.north_up import ground_crs
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def blob(size: int, col: int, row: int) -> np.ndarray:
    """A black square with one bright 5 x 5 spot, its middle at pixel (col + 0.5, row + 0.5)."""
    pixels = np.zeros((1, size, size), dtype=np.uint8)
    pixels[0, row - 2 : row + 3, col - 2 : col + 3] = 250
    return pixels


def centre_of_light(image: np.ndarray) -> np.ndarray:
    rows, cols = np.mgrid[0 : image.shape[1], 0 : image.shape[2]] + 0.5
    weight = image[0].astype(float)
    return np.array([[(cols * weight).sum(), (rows * weight).sum()]]) / weight.sum()


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:32616", Affine.translation(500_000, 4e6) @ Affine.rotation(33) @ Affine.scale(0.5, -0.5)),
        ("EPSG:32616", Affine(0.5, 0, 500_000, 0, 0.5, 4e6)),
        ("EPSG:32616", Affine(0.5, 0, 500_000, 0, -1.0, 4e6)),
        ("EPSG:4326", Affine.translation(-87, 33) @ Affine.rotation(20) @ Affine.scale(1e-5, -1e-5)),
        (None, Affine.translation(500, 400) @ Affine.rotation(33) @ Affine.scale(0.5, -0.5)),
    ],
    ids=["rotated", "south up", "oblong", "rotated degrees", "rotated without CRS"],
)
def test_warped_pixels_lie_where_the_affine_says(
    make_raster: Make, crs: str | None, transform: Affine
) -> None:
    path = make_raster(blob(200, 60, 120), crs=crs, transform=transform)
    with open_raster(path) as raster:
        grid = raster.grid
        assert raster.is_warped
        assert grid.is_north_up_square
        chip = read_window(raster, PixelWindow(0, 0, grid.width, grid.height))
        found = grid.to_world(centre_of_light(chip.image))[0]
        assert (grid.crs_wkt is None) == (crs is None)
        if crs == "EPSG:4326":
            found = np.array(rasterio.warp.transform(grid.crs_wkt, crs, [found[0]], [found[1]]))[:, 0]
    col, row = ~transform @ tuple(found)
    assert (col, row) == (pytest.approx(60.5, abs=0.1), pytest.approx(120.5, abs=0.1))
    assert 0.2 < chip.valid.mean() <= 1.0


# The signs of the pixel's sizes, and the rectangle's upper left corner by them.
FLIPS = {"mirrored": (-0.5, -0.5), "half-turned": (-0.5, 0.5), "south up": (0.5, 0.5)}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("flip", FLIPS)
def test_flipped_rasters_are_shown_pixel_for_pixel(
    make_raster: Make, noise: Noise, flip: str, dtype: str
) -> None:
    pixels = noise(3, 120, 160, dtype)
    a, e = FLIPS[flip]
    corner = (500_000 + 80 * (a < 0), 4e6 - 60 * (e > 0))
    with open_raster(make_raster(pixels, transform=Affine(a, 0, corner[0], 0, e, corner[1]))) as raster:
        assert raster.grid.bounds == (500_000, 4e6 - 60, 500_080, 4e6)
        chip = read_window(raster, PixelWindow(0, 0, 160, 120))
    assert np.array_equal(chip.image, pixels[:, :: -1 if e > 0 else 1, :: -1 if a < 0 else 1])
    assert chip.valid.all()


def test_warped_view_can_be_shrunk(make_raster: Make, noise: Noise) -> None:
    transform = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    with open_raster(make_raster(noise(1, 300, 300, "uint16"), transform=transform)) as raster:
        whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
        full = read_window(raster, whole)
        small = read_window(raster, whole, out_height=whole.height // 4, out_width=whole.width // 4)
    assert small.valid.mean() == pytest.approx(full.valid.mean(), abs=0.02)
    assert small.image[0][small.valid].mean() == pytest.approx(full.image[0][full.valid].mean(), rel=0.02)


def test_control_points(tmp_path: Path) -> None:
    true = Affine.translation(85.0, 27.0) @ Affine.rotation(-12) @ Affine.scale(1e-5, -1e-5)
    corners = [(0, 0), (200, 0), (200, 200), (0, 200), (100, 100)]
    gcps = [GroundControlPoint(row, col, *(true @ (col, row))) for col, row in corners]
    path = tmp_path / "gcps.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=200, height=200, count=1, dtype="uint8", gcps=gcps, crs="EPSG:4326"
    ) as dataset:
        dataset.write(blob(200, 150, 40))
    with open_raster(path) as raster:
        # In degrees, north-up pixels would not be square on the ground.
        assert raster.grid.crs is not None
        assert raster.grid.crs.to_authority() == ("EPSG", "32645")
        x, y = raster.grid.gsd_xy_m or (0.0, 1.0)
        assert x == pytest.approx(y, rel=1e-3)
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
        found = raster.grid.to_world(centre_of_light(chip.image))[0]
        lon, lat = rasterio.warp.transform(raster.grid.crs_wkt, "EPSG:4326", [found[0]], [found[1]])
    assert ~true @ (lon[0], lat[0]) == (pytest.approx(150.5, abs=0.15), pytest.approx(40.5, abs=0.15))


def test_no_georeference_is_the_pixel_plane(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(3, 20, 30), crs=None, transform=None)) as raster:
        assert raster.grid.crs_wkt is None
        assert raster.grid.to_world([[3.0, 4.0]]).tolist() == [[3.0, -4.0]]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_windows_of_a_warped_view_are_parts_of_the_whole(make_raster: Make, noise: Noise, dtype: str) -> None:
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    with open_raster(make_raster(noise(1, 300, 400, dtype), transform=turned)) as raster:
        width, height = raster.grid.width, raster.grid.height
        whole = read_window(raster, PixelWindow(0, 0, width, height))
    with open_raster(raster.path) as raster:
        for col, row in ((0, 0), (101, 77), (width - 90, height - 60)):
            part = read_window(raster, PixelWindow(col, row, 90, 60))
            assert (part.valid == whole.valid[row : row + 60, col : col + 90]).all()
            expected = whole.image[:, row : row + 60, col : col + 90]
            assert (part.image[:, part.valid] == expected[:, part.valid]).all()


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([[85.1, 27.0], [85.2, 27.1]], 32645),
        ([[179.9, -17.0], [-179.8, -17.1]], 32701),
        ([[10.0, 88.0], [12.0, 88.5]], 5041),
        ([[10.0, -88.0], [12.0, -88.5]], 5042),
        ([[-180.0, -60.0], [180.0, 60.0]], 4326),
    ],
    ids=["zone 45", "across the antimeridian", "north pole", "south pole", "the world"],
)
def test_ground_crs(points: list[list[float]], expected: int) -> None:
    assert ground_crs(CRS.from_epsg(4326), np.array(points)).to_epsg() == expected


def test_a_projected_crs_is_kept() -> None:
    crs = CRS.from_epsg(3412)
    assert ground_crs(crs, np.array([[0.0, 0.0]])) is crs


@pytest.mark.parametrize("code", [2048, 5513])
def test_a_crs_that_counts_to_the_west_and_the_south(make_raster: Make, code: int) -> None:
    """South African Lo and Krovak: seen in UTM, north is up and east is to the right."""
    lon, lat = (18.9, -33.9) if code == 2048 else (14.4, 50.1)
    xs, ys = rasterio.warp.transform(
        "EPSG:4326", f"EPSG:{code}", [lon, lon + 1e-5, lon], [lat, lat, lat + 1e-5]
    )
    (x, y), east, north = (np.array(point) for point in zip(xs, ys, strict=True))
    east, north = ((point - (x, y)) / np.hypot(*(point - (x, y))) for point in (east, north))
    # One metre to a pixel, columns to the east, rows to the south.
    transform = Affine(east[0], -north[0], x, east[1], -north[1], y)
    with open_raster(make_raster(blob(200, 60, 120), crs=f"EPSG:{code}", transform=transform)) as raster:
        grid = raster.grid
        chip = read_window(raster, PixelWindow(0, 0, grid.width, grid.height))
        found = centre_of_light(chip.image)[0]
        place = grid.to_world(found[None])[0]
        assert grid.crs is not None
        assert grid.crs.to_epsg() in (32734, 32633)
        (px,), (py,) = rasterio.warp.transform(grid.crs_wkt, f"EPSG:{code}", [place[0]], [place[1]])
    assert ~transform @ (px, py) == (pytest.approx(60.5, abs=0.2), pytest.approx(120.5, abs=0.2))
    # Left of the middle and below it, as it was stored: the file was north up in its own way.
    assert found[0] < grid.width / 2
    assert found[1] > grid.height / 2


def test_a_georeference_that_makes_too_many_pixels(
    make_raster: Make, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiling.raster.north_up._MAX_GROWTH", 1)
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(30) @ Affine.scale(0.5, -0.5)
    with pytest.raises(
        RasterReadError, match=r"scene\.tif has 300 x 300 px and would have .* implausible\.$"
    ):
        open_raster(make_raster(noise(1, 300, 300), transform=turned))


def test_a_long_strip_may_be_turned(make_raster: Make, noise: Noise) -> None:
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(45) @ Affine.scale(0.5, -0.5)
    with open_raster(make_raster(noise(1, 2000, 20), transform=turned)) as raster:
        assert raster.grid.width * raster.grid.height > 16 * 2000 * 20
