"""Every format a scene comes in opens with the same pixels on the same grid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from affine import Affine

from tiling.access.policy import ReadPolicy
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

# Middles of corner pixels at whole metres, which is as fine as a NITF says them.
PLACE = Affine(2, 0, 499_999, 0, -2, 4_000_001)
WIDTH, HEIGHT = 120, 90

# Exact copies: name of the file, bands, type, what GDAL is told.
EXACT: dict[str, tuple[str, int, str, dict[str, Any]]] = {
    "GeoTIFF in strips": ("a.tif", 3, "uint16", {"driver": "GTiff"}),
    "GeoTIFF in tiles": ("a.tif", 3, "uint16", {"driver": "GTiff", "tiled": True, "blockxsize": 32, "blockysize": 32}),
    "BigTIFF": ("a.tif", 3, "uint16", {"driver": "GTiff", "bigtiff": "YES"}),
    "GeoTIFF, big-endian": ("a.tif", 3, "uint16", {"driver": "GTiff", "endianness": "BIG"}),
    "GeoTIFF, Deflate": ("a.tif", 3, "uint16", {"driver": "GTiff", "compress": "deflate", "predictor": 2}),
    "GeoTIFF, LZW": ("a.tif", 3, "uint16", {"driver": "GTiff", "compress": "lzw"}),
    "GeoTIFF, ZSTD": ("a.tif", 3, "uint16", {"driver": "GTiff", "compress": "zstd"}),
    "GeoTIFF, LERC": ("a.tif", 3, "float32", {"driver": "GTiff", "compress": "lerc"}),
    "GeoTIFF, WebP": ("a.tif", 3, "uint8", {"driver": "GTiff", "compress": "webp", "webp_lossless": True}),
    "GeoTIFF, PackBits": ("a.tif", 3, "uint8", {"driver": "GTiff", "compress": "packbits"}),
    "COG": ("a.tif", 3, "uint16", {"driver": "COG", "compress": "deflate"}),
    "JPEG 2000": ("a.jp2", 3, "uint16", {"driver": "JP2OpenJPEG", "quality": 100, "reversible": "YES"}),
    "NITF": ("a.ntf", 3, "uint16", {"driver": "NITF", "icords": "N"}),
    "ENVI": ("a.dat", 3, "uint16", {"driver": "ENVI"}),
    "ENVI by pixel": ("a.img", 3, "float32", {"driver": "ENVI", "interleave": "BIP"}),
    "ERDAS": ("a.img", 3, "uint16", {"driver": "HFA"}),
    "VRT": ("a.vrt", 3, "uint16", {"driver": "VRT"}),
    "PNG with world file": ("a.png", 3, "uint8", {"driver": "PNG", "worldfile": "YES"}),
    "PNG of 16 bits": ("a.png", 1, "uint16", {"driver": "PNG", "worldfile": "YES"}),
}  # fmt: skip

LOSSY: dict[str, tuple[str, int, str, dict[str, Any]]] = {
    "NITF, JPEG 2000": ("a.ntf", 1, "uint8", {"driver": "NITF", "ic": "C8", "icords": "N", "quality": 50}),
    "GeoTIFF, JPEG": ("a.tif", 3, "uint8", {"driver": "GTiff", "compress": "jpeg", "photometric": "ycbcr"}),
    "JPEG with world file": ("a.jpg", 3, "uint8", {"driver": "JPEG", "worldfile": "YES", "quality": 95}),
    "NITF, JPEG": ("a.ntf", 1, "uint8", {"driver": "NITF", "ic": "C3", "icords": "N", "quality": 95}),
}


@pytest.mark.parametrize("name", [*EXACT, *LOSSY])
def test_the_same_pixels_on_the_same_grid(make_raster: Make, noise: Noise, tmp_path: Path, name: str) -> None:
    file, bands, dtype, options = (EXACT | LOSSY)[name]
    pixels = noise(bands, HEIGHT, WIDTH, dtype)
    if dtype == "uint8":
        # Smooth, for the lossy ones.
        pixels = np.repeat(
            np.add.outer(np.arange(HEIGHT), np.arange(WIDTH))[None].astype("uint8"), bands, axis=0
        )
    source = make_raster(pixels, "source.tif", transform=PLACE, crs="EPSG:32616")
    path = tmp_path / "scene" / file
    path.parent.mkdir()
    rasterio.shutil.copy(str(source), str(path), **options)
    if "world file" in name:
        # Only the world file says where it lies.
        path.with_name(f"{path.name}.aux.xml").unlink(missing_ok=True)
    with open_raster(path, ReadPolicy(roots=(tmp_path,))) as raster:
        grid = raster.grid
        assert (raster.count, raster.dtype) == (bands, dtype)
        assert (grid.width, grid.height) == (WIDTH, HEIGHT)
        assert grid.transform.almost_equals(PLACE, 1e-3 if "NITF" in name else 1e-9)
        if "world file" not in name and file != "a.png":
            assert grid.crs is not None
            assert grid.crs.equals("EPSG:32616", ignore_axis_order=True) or grid.crs.utm_zone == "16N"
        chip = read_window(raster, PixelWindow(0, 0, WIDTH, HEIGHT))
        part = read_window(raster, PixelWindow(40, 30, 50, 40))
    assert chip.valid.all()
    assert np.abs(chip.image.astype(float) - pixels).max() <= (10 if name in LOSSY else 0)
    assert (part.image == chip.image[:, 30:70, 40:90]).all()
