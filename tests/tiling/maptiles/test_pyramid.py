"""Tests of `tiling.maptiles.pyramid`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.display.rendering import to_rgba
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import WindowError
from tiling.grid.window import PixelWindow
from tiling.maptiles.pyramid import TilePyramid, read_reduced, thumbnail
from tiling.raster.raster import Raster, open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


@given(st.integers(1, 300_000), st.integers(1, 300_000))
def test_pyramid(width: int, height: int) -> None:
    pyramid = TilePyramid(width, height)
    assert pyramid.level_size(pyramid.max_zoom) == (width, height)
    assert pyramid.tile_counts(0) == (1, 1)
    if pyramid.max_zoom > 0:
        assert pyramid.tile_counts(1) != (1, 1)
    resolutions = pyramid.resolutions(0.5)
    assert len(resolutions) == pyramid.max_zoom + 1
    assert resolutions[-1] == 0.5
    assert resolutions[0] == 0.5 * 2**pyramid.max_zoom


def test_tiles_cover_each_level_once() -> None:
    pyramid = TilePyramid(1000, 700, 64)
    for z in range(pyramid.max_zoom + 1):
        width, height = pyramid.level_size(z)
        seen = np.zeros((height, width), dtype=int)
        columns, rows = pyramid.tile_counts(z)
        for x in range(columns):
            for y in range(rows):
                seen[pyramid.tile_window(z, x, y).slices] += 1
        assert (seen == 1).all()


@pytest.mark.parametrize("tile", [(-1, 0, 0), (9, 0, 0), (2, 4, 0), (2, 0, -1)])
def test_no_such_tile(tile: tuple[int, int, int]) -> None:
    with pytest.raises(WindowError):
        TilePyramid(1000, 700).tile_window(*tile)


def block_means(pixels: np.ndarray, factor: int) -> np.ndarray:
    """The slow reference: each square's mean, squares at the edge over what there is of them."""
    count, height, width = pixels.shape
    out = np.empty((count, -(-height // factor), -(-width // factor)))
    for row in range(out.shape[1]):
        for col in range(out.shape[2]):
            square = pixels[:, row * factor : (row + 1) * factor, col * factor : (col + 1) * factor]
            out[:, row, col] = square.reshape(count, -1).mean(axis=1)
    return out


def render_tile(raster: Raster, stretch: Stretch, z: int, x: int, y: int, tile_size: int = 256) -> np.ndarray:
    """One tile as RGBA, padded to its full size."""
    pyramid = TilePyramid(raster.grid.width, raster.grid.height, tile_size)
    window = pyramid.tile_window(z, x, y)
    image, valid = read_reduced(raster, pyramid.max_zoom - z, window, stretch.bands)
    tile = np.zeros((tile_size, tile_size, 4), dtype=np.uint8)
    tile[: window.height, : window.width] = to_rgba(image, valid, stretch)
    return tile


def render_level(raster: Raster, stretch: Stretch, z: int, tile_size: int) -> np.ndarray:
    pyramid = TilePyramid(raster.grid.width, raster.grid.height, tile_size)
    columns, rows = pyramid.tile_counts(z)
    mosaic = np.zeros((rows * tile_size, columns * tile_size, 4), dtype=np.uint8)
    for x in range(columns):
        for y in range(rows):
            tile = render_tile(raster, stretch, z, x, y, tile_size)
            mosaic[y * tile_size : (y + 1) * tile_size, x * tile_size : (x + 1) * tile_size] = tile
    return mosaic


@pytest.mark.parametrize("overviews", [None, [2, 4], [4]])
@pytest.mark.parametrize("shape", [(203, 333), (256, 128), (65, 64)])
def test_tiles_fit_together(
    make_raster: Make, noise: Noise, shape: tuple[int, int], overviews: list[int] | None
) -> None:
    pixels = noise(3, *shape)
    path = make_raster(pixels, tiled=True, blockxsize=16, blockysize=16, overviews=overviews)
    with open_raster(path) as raster:
        stretch = compute_stretch(raster)
        pyramid = TilePyramid(raster.grid.width, raster.grid.height, 32)
        for z in range(pyramid.max_zoom + 1):
            mosaic = render_level(raster, stretch, z, 32)
            width, height = pyramid.level_size(z)
            assert (mosaic[:height, :width, 3] == 255).all()
            assert (mosaic[height:, :, 3] == 0).all()
            assert (mosaic[:, width:, 3] == 0).all()
            halvings = pyramid.max_zoom - z
            whole, _ = read_reduced(raster, halvings, PixelWindow(0, 0, width, height), None)
            assert (mosaic[:height, :width, :3] == whole.transpose(1, 2, 0)).all()
            if overviews is None:
                slow = block_means(pixels, 1 << halvings)
                assert np.abs(whole - slow).max() <= 1.0


def test_native_tiles_are_the_pixels(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 300, 400)
    with open_raster(make_raster(pixels)) as raster:
        tile = render_tile(raster, compute_stretch(raster), 1, 1, 0)
    assert (tile[:, :144, :3] == pixels[:, :256, 256:].transpose(1, 2, 0)).all()
    assert (tile[:, 144:] == 0).all()


def test_invalid_pixels_are_transparent(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 100, 100, "uint16")
    pixels[0, :30] = 0
    with open_raster(make_raster(pixels, nodata=0)) as raster:
        tile = render_tile(raster, compute_stretch(raster), 0, 0, 0)
    assert (tile[:30] == 0).all()
    assert (tile[30:100, :100, 3] == 255).all()
    assert (tile[..., 0] == tile[..., 2]).all()


def test_warped_rasters_have_tiles(make_raster: Make, noise: Noise) -> None:
    from affine import Affine

    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    with open_raster(make_raster(noise(3, 300, 300), transform=turned)) as raster:
        mosaic = render_level(raster, compute_stretch(raster), 1, 256)
        small = render_level(raster, compute_stretch(raster), 0, 256)
    assert 0.2 < (mosaic[..., 3] > 0).mean() < 0.9
    assert (small[..., 3] > 0).any()


def test_thumbnail_keeps_the_shape(make_raster: Make, noise: Noise) -> None:
    with open_raster(make_raster(noise(3, 300, 600))) as raster:
        stretch = compute_stretch(raster)
        assert thumbnail(raster, stretch, 100).shape == (50, 100, 4)
        assert thumbnail(raster, stretch, 5000).shape == (300, 600, 4)


@pytest.mark.real_data
def test_neighbouring_tiles_of_a_real_scene_have_no_seam(shared_data: Path) -> None:
    with open_raster(shared_data / "rasters" / "nodata.tif") as raster:
        stretch = compute_stretch(raster)
        pyramid = TilePyramid(raster.grid.width, raster.grid.height)
        z = pyramid.max_zoom - 1
        left, right = (render_tile(raster, stretch, z, x, 2) for x in (2, 3))
        image, valid = read_reduced(raster, 1, PixelWindow(512, 512, 512, 256), stretch.bands)
    both = np.concatenate([left, right], axis=1)
    assert ((both[..., 3] > 0) == valid).all()
    assert np.unique(both[valid][:, 0]).size > 5
    assert image.shape == (1, 256, 512)
