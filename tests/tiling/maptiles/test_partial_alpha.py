"""Partial alpha is drawn as such: at every zoom level, on every tile set, in thumbnails, from copies too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from tiling.display.stretch import compute_stretch
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.maptiles.pyramid import thumbnail
from tiling.maptiles.resample import resample_stretched
from tiling.maptiles.tile_sets import NativeTiles
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
SIZE = 600


def feathered(make: Make, dtype: str, **profile: object) -> Path:
    """Three bands and an alpha: nothing on the left, a quarter and three quarters of opaque, opaque on the right."""
    most = np.iinfo(dtype).max
    alpha = np.repeat([0, most // 4 + 1, most // 4 * 3 + 3, most], SIZE // 4).astype(dtype)
    colours = [np.full((SIZE, SIZE), value * (most // 255), dtype) for value in (200, 100, 50)]
    pixels = np.stack([*colours, np.broadcast_to(alpha, (SIZE, SIZE))])
    return make(pixels, photometric="RGB", alpha="YES", **profile)


def middles(alpha: np.ndarray) -> list[int]:
    """Alpha in the middle of each of the four strips."""
    height, width = alpha.shape
    return [int(alpha[height // 2, width * part // 8]) for part in (1, 3, 5, 7)]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("how", ["file", "copy", "in place", "overviews"])
def test_partial_alpha_at_every_level(make_raster: Make, tmp_path: Path, dtype: str, how: str) -> None:
    path = feathered(make_raster, dtype, **({"overviews": [2, 4]} if how == "overviews" else {}))
    if how == "copy":
        path = ensure_cog(path, tmp_path / "made.tif")
    elif how == "in place":
        path = refer_in_place(path, tmp_path / "made.vrt").path
    wanted = pytest.approx([0, 64, 192, 255], abs=1)
    with open_raster(path) as raster:
        stretch = compute_stretch(raster)
        tiles = NativeTiles(raster.grid)
        for z in range(tiles.max_zoom + 1):
            size = tiles.level_size(z)
            whole = tiles.render(raster, stretch, z, PixelWindow(0, 0, size.width, size.height))
            used = SIZE // (1 << (tiles.max_zoom - z))
            assert middles(whole[:used, :used, 3]) == wanted
            other = resample_stretched(
                raster, stretch, tiles.level_grid(z), PixelWindow(0, 0, size.width, size.height)
            )
            assert middles(other[:used, :used, 3]) == wanted
        assert middles(thumbnail(raster, stretch, 100)[..., 3]) == wanted
        # The detector sees what is not wholly transparent.
        valid = read_window(raster, PixelWindow(0, 0, SIZE, SIZE)).valid
        assert valid.dtype == np.bool_
        assert (valid == (np.arange(SIZE) >= SIZE // 4)).all()


def test_on_another_grid_it_neither_fades_nor_darkens(make_raster: Make) -> None:
    with open_raster(feathered(make_raster, "uint8")) as raster:
        t = raster.grid.transform
        turned = t @ Affine.translation(300, 0) @ Affine.rotation(30) @ Affine.scale(0.7)
        for transform in (t @ Affine.translation(0.3, 0.4), turned):
            grid = RasterGrid(raster.grid.crs_wkt, transform, 300, 300)
            rgba = resample_stretched(raster, compute_stretch(raster), grid, PixelWindow(0, 0, 300, 300))
            alphas = rgba[..., 3]
            assert 64 in alphas
            assert not ((alphas > 0) & (alphas < 63)).any()
            # Colours are those of the raster wherever something is drawn.
            assert np.abs(rgba[alphas > 0][:, :3].astype(int) - [200, 100, 50]).max() <= 2


def test_masks_of_8_bits_in_a_band_of_16_are_opaque(make_raster: Make) -> None:
    pixels = np.full((4, 60, 60), 3000, "uint16")
    pixels[3] = np.where(np.arange(60) < 30, 0, 255)
    with open_raster(make_raster(pixels, photometric="RGB", alpha="YES")) as raster:
        rgba = NativeTiles(raster.grid).render(raster, compute_stretch(raster), 0, PixelWindow(0, 0, 60, 60))
    assert set(np.unique(rgba[..., 3]).tolist()) == {0, 255}
