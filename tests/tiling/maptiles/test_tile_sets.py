"""Tests of `tiling.maptiles.tile_sets`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from tiling.display.stretch import compute_stretch
from tiling.errors import GridError, WindowError
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.tile_sets import (
    NativeTiles,
    OtherSceneTiles,
    TileSet,
    WebMercatorTiles,
    pad_to_tile,
    tile_counts,
    tile_window,
)
from tiling.raster.raster import Raster, open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

TURNED = Affine.translation(733_601, 3_725_139) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
OTHER = RasterGrid(CRS.from_epsg(4326).to_wkt(), Affine(7e-6, 0, -84.4811, 0, -7e-6, 33.6402), 411, 307)


def render_in_parts(
    raster: Raster, tileset: TileSet, z: int, around: PixelWindow, step: int = 64
) -> np.ndarray:
    """The window drawn whole; checks that it equals its parts, which begin anywhere."""
    stretch = compute_stretch(raster)
    whole = tileset.render(raster, stretch, z, around)
    parts = np.zeros_like(whole)
    for row in range(0, around.height, step):
        for col in range(0, around.width, step):
            window = PixelWindow(
                around.col + col,
                around.row + row,
                min(step, around.width - col),
                min(step, around.height - row),
            )
            parts[row : row + step, col : col + step] = tileset.render(raster, stretch, z, window)
    assert (whole == parts).all()
    return whole


def finest_zoom(tiles: WebMercatorTiles) -> int:
    assert tiles.coverage is not None
    return tiles.coverage.max_zoom


def outline(raster: Raster, z: int) -> PixelWindow:
    """Where a raster is on the web map, with some pixels around."""
    tiles = WebMercatorTiles(raster.grid)
    assert tiles.coverage is not None
    left, top, right, bottom = tiles.coverage.tile_range(z)
    return PixelWindow(left * 256, top * 256, (right - left + 1) * 256, (bottom - top + 1) * 256)


@pytest.mark.parametrize("overviews", [None, [2, 4]])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_web_map_has_no_seams(
    make_raster: Make, noise: Noise, overviews: list[int] | None, dtype: str
) -> None:
    pixels = noise(3, 203, 333, dtype)
    pixels[:, 50:80, 60:120] = 0
    path = make_raster(pixels, nodata=0, tiled=True, blockxsize=32, blockysize=32, overviews=overviews)
    with open_raster(path) as raster:
        tiles = WebMercatorTiles(raster.grid)
        finest = finest_zoom(tiles)
        for z in (finest, finest - 1, finest - 3):
            whole = render_in_parts(raster, tiles, z, outline(raster, z), 200)
            assert set(np.unique(whole[..., 3])) == {0, 255}
            assert (whole[whole[..., 3] == 0] == 0).all()


@pytest.mark.parametrize("transform", [TURNED, Affine(0.5, 0, 733_601, 0, -1.5, 3_725_139)])
def test_warped_rasters_have_no_seams(make_raster: Make, noise: Noise, transform: Affine) -> None:
    with open_raster(make_raster(noise(3, 150, 170), transform=transform)) as raster:
        assert raster.is_warped
        tiles = WebMercatorTiles(raster.grid)
        z = finest_zoom(tiles) - 1
        assert (render_in_parts(raster, tiles, z, outline(raster, z), 100)[..., 3] > 0).any()
        native = NativeTiles(raster.grid)
        for level in range(native.max_zoom + 1):
            render_in_parts(raster, native, level, PixelWindow(0, 0, *native.level_size(level)), 37)


def test_on_another_scene_has_no_seams(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(1, 300, 400, "uint16"))) as raster:
        tiles = OtherSceneTiles(raster.grid, OTHER)
        for z in range(tiles.max_zoom + 1):
            whole = render_in_parts(raster, tiles, z, PixelWindow(0, 0, *tiles.level_size(z)), 100)
            assert (whole[..., 3] > 0).any()


def test_on_its_own_grid_it_is_itself(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(3, 300, 400))) as raster:
        stretch = compute_stretch(raster)
        window = PixelWindow(0, 0, 400, 300)
        native = NativeTiles(raster.grid)
        own = native.render(raster, stretch, native.max_zoom, window)
        assert (
            OtherSceneTiles(raster.grid, raster.grid).render(raster, stretch, native.max_zoom, window) == own
        ).all()


def test_tiles_cover_a_level() -> None:
    native = NativeTiles(RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 700, 500))
    assert native.max_zoom == 2
    assert tile_counts(native, 2) == (3, 2)
    assert tile_window(native, 2, 2, 1) == PixelWindow(512, 256, 188, 244)
    assert pad_to_tile(np.ones((244, 188, 4), dtype=np.uint8)).sum() == 244 * 188 * 4
    for z, x, y in ((3, 0, 0), (2, 3, 0), (2, 0, 2), (-1, 0, 0)):
        with pytest.raises(WindowError):
            tile_window(native, z, x, y)


def test_no_place() -> None:
    plain = RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 700, 500)
    with pytest.raises(GridError, match="web map"):
        WebMercatorTiles(plain)
    with pytest.raises(GridError, match="without"):
        OtherSceneTiles(plain, OTHER)


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["dateline.tif", "polar_3412.tif", "drone_5cm.tif", "sar_rotated.tif", "alpha.tif", "palette.tif"]
)
def test_real_scenes_on_the_web_map(shared_data: Path, name: str) -> None:
    with open_raster(shared_data / "rasters" / name) as raster:
        tiles = WebMercatorTiles(raster.grid)
        assert tiles.coverage is not None
        stretch = compute_stretch(raster)
        whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
        chip = read_window(raster, whole, out_height=512, out_width=512)
        z = tiles.coverage.min_zoom + 1
        left, top, right, bottom = tiles.coverage.tile_range(z)
        shown = sum(
            int((tiles.render(raster, stretch, z, tile_window(tiles, z, x, y))[..., 3] > 0).sum())
            for x in {left, left + 1, right}
            for y in range(top, min(bottom, top + 3) + 1)
        )
        assert shown > 500 * chip.valid.mean()
