"""Tests of `tiling.maptiles.jpeg_passthrough`."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from PIL import Image

from tiling.display.stretch import Stretch, compute_stretch
from tiling.maptiles.jpeg_passthrough import jpeg_tile
from tiling.maptiles.pyramid import TilePyramid
from tiling.maptiles.tile_sets import NativeTiles, pad_to_tile, tile_window
from tiling.raster.raster import open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def as_cog(path: Path, **options: object) -> Path:
    made = path.with_name("cog.tif")
    rasterio.shutil.copy(str(path), str(made), driver="COG", blocksize=256, compress="JPEG", **options)
    return made


@pytest.mark.parametrize("bands", [1, 3])
def test_what_is_sent_shows_the_same_pixels(make_raster: Make, noise: Noise, bands: int) -> None:
    # Grey noise on a slow change of colour: decoders smooth sharp changes of colour each in its own way.
    pixels = np.repeat(noise(1, 1100, 1300) // 2, bands, axis=0)
    pixels += (np.arange(1300) // 20 * np.arange(bands)[:, None]).astype(np.uint8)[:, None] // 2
    with open_raster(as_cog(make_raster(pixels))) as raster:
        stretch, pyramid = compute_stretch(raster), TilePyramid(1300, 1100)
        tiles = NativeTiles(raster.grid)
        sent = 0
        for z in range(pyramid.max_zoom + 1):
            columns, rows = pyramid.tile_counts(z)
            for x, y in ((x, y) for x in range(columns) for y in range(rows)):
                data = jpeg_tile(raster, stretch, z, x, y)
                drawn = pad_to_tile(tiles.render(raster, stretch, z, tile_window(tiles, z, x, y)))
                if data is None:
                    assert (drawn[..., 3] == 0).any(), (z, x, y)
                    continue
                shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
                assert np.abs(shown.astype(int) - drawn[..., :3]).max() <= 4
                sent += 1
        assert sent == 5 * 4 + 2 * 2 + 1


def test_what_has_to_be_drawn_is_not_sent(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 600, 600)
    plain = make_raster(pixels, "plain.tif", tiled=True, blockxsize=256, blockysize=256)
    masked = make_raster(
        pixels, "masked.tif", tiled=True, blockxsize=256, blockysize=256, compress="jpeg", photometric="ycbcr",
        mask=np.arange(360_000).reshape(600, 600) > 9,
    )  # fmt: skip
    large = make_raster(
        pixels, "large.tif", tiled=True, blockxsize=512, blockysize=512, compress="jpeg", photometric="ycbcr"
    )
    for path in (plain, masked, large):
        with open_raster(path) as raster:
            assert jpeg_tile(raster, compute_stretch(raster), 2, 0, 0) is None, path.name
    with open_raster(as_cog(plain)) as raster:
        assert jpeg_tile(raster, compute_stretch(raster), 2, 0, 0) is not None
        for stretch in (Stretch((3, 2, 1), (0,) * 3, (255,) * 3), Stretch((1, 2, 3), (9,) * 3, (255,) * 3)):
            assert jpeg_tile(raster, stretch, 2, 0, 0) is None


def test_a_damaged_block_is_left_to_the_reader(make_raster: Make, noise: Noise) -> None:
    path = as_cog(make_raster(noise(3, 600, 600)))
    with rasterio.open(path) as dataset:
        offset = int(dataset.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", 1))
    data = bytearray(path.read_bytes())
    data[offset : offset + 2] = b"no"
    path.write_bytes(data)
    with open_raster(path) as raster:
        assert jpeg_tile(raster, compute_stretch(raster), 2, 0, 0) is None
