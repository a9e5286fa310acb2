"""Tests of `tiling.maptiles.resample`, through the tiles of the web map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from tiling.display.stretch import compute_stretch
from tiling.grid.grid_transform import grid_transform
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.tile_sets import (
    WebMercatorTiles,
)
from tiling.maptiles.web_mercator import level_grid
from tiling.raster.raster import Raster, open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

TURNED = Affine.translation(733_601, 3_725_139) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
OTHER = RasterGrid(CRS.from_epsg(4326).to_wkt(), Affine(7e-6, 0, -84.4811, 0, -7e-6, 33.6402), 411, 307)


def finest_zoom(tiles: WebMercatorTiles) -> int:
    assert tiles.coverage is not None
    return tiles.coverage.max_zoom


def outline(raster: Raster, z: int) -> PixelWindow:
    """Where a raster is on the web map, with some pixels around."""
    tiles = WebMercatorTiles(raster.grid)
    assert tiles.coverage is not None
    left, top, right, bottom = tiles.coverage.tile_range(z)
    return PixelWindow(left * 256, top * 256, (right - left + 1) * 256, (bottom - top + 1) * 256)


def test_agrees_with_exact_interpolation(make_raster: Make, noise: Noise) -> None:
    """The slow reference: each pixel's place, and four neighbours weighed in float64."""
    pixels = noise(3, 200, 200)
    with open_raster(make_raster(pixels)) as raster:
        z = finest_zoom(WebMercatorTiles(raster.grid)) - 1
        around = outline(raster, z)
        drawn = WebMercatorTiles(raster.grid).render(raster, compute_stretch(raster), z, around)
        col, row = grid_transform(raster.grid, level_grid(z)).source_pixels(around)
        inside = (col >= 0) & (col < 200) & (row >= 0) & (row < 200)
        assert ((drawn[..., 3] == 255) == inside).all()
        x, y = col[inside] - 0.5, row[inside] - 0.5
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        mixed = np.zeros((3, len(x)))
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            weight = np.abs(1 - dx - (x - left)) * np.abs(1 - dy - (y - top))
            mixed += weight * pixels[:, np.clip(top + dy, 0, 199), np.clip(left + dx, 0, 199)]
        off = np.abs(drawn[inside][:, :3] - mixed.T)
        assert off.max() <= 2.0
        assert off.mean() < 0.5


def test_nothing_there_does_not_darken_its_neighbours(make_raster: Make) -> None:
    pixels = np.full((1, 200, 200), 200, dtype=np.uint8)
    pixels[:, 80:120, 80:120] = 0
    with open_raster(make_raster(pixels, nodata=0)) as raster:
        tiles = WebMercatorTiles(raster.grid)
        drawn = tiles.render(
            raster, compute_stretch(raster), finest_zoom(tiles), outline(raster, finest_zoom(tiles))
        )
    assert (np.abs(drawn[drawn[..., 3] == 255][:, 0].astype(int) - 200) <= 2).all()


def test_palettes_are_not_mixed(make_raster: Make) -> None:
    import rasterio

    pixels = np.random.default_rng(3).integers(0, 2, (1, 100, 100), dtype=np.uint8)
    path = make_raster(pixels, photometric="palette")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {0: (255, 0, 0, 255), 1: (0, 0, 255, 255)})
    with open_raster(path) as raster:
        tiles = WebMercatorTiles(raster.grid)
        drawn = tiles.render(
            raster, compute_stretch(raster), finest_zoom(tiles), outline(raster, finest_zoom(tiles))
        )
    there = drawn[drawn[..., 3] == 255]
    assert {tuple(int(v) for v in colour) for colour in np.unique(there, axis=0)} == {
        (255, 0, 0, 255),
        (0, 0, 255, 255),
    }


def test_aligned_grids_are_drawn_as_any_others(
    make_raster: Make, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = noise(3, 300, 400)
    mask = np.ones((300, 400), dtype=bool)
    mask[100:140, 50:90] = False
    place = Affine(0.6, 0, 9_519_838.9, 0, -0.6, 3_203_028.0)
    path = make_raster(pixels, crs="EPSG:3857", transform=place, mask=mask)
    with open_raster(path) as raster:
        tiles, stretch = WebMercatorTiles(raster.grid), compute_stretch(raster)
        z = finest_zoom(tiles)
        assert grid_transform(raster.grid, level_grid(z)).is_aligned
        assert not grid_transform(raster.grid, OTHER).is_aligned
        around = outline(raster, z)
        fast = tiles.render(raster, stretch, z, around).astype(int)
        monkeypatch.setattr("tiling.grid.grid_transform.GridTransform.is_aligned", False)
        slow = tiles.render(raster, stretch, z, around).astype(int)
    both = (fast[..., 3] > 0) & (slow[..., 3] > 0)
    assert both.any()
    # At the edge of a gap, half a level decides whether a pixel is there.
    assert ((fast[..., 3] > 0) != (slow[..., 3] > 0)).mean() < 0.001
    assert np.abs(fast - slow)[both].mean() < 0.5
    assert np.percentile(np.abs(fast - slow)[both], 99.5) <= 2
