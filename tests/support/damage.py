"""Small rasters in every format, ways to damage them, and what `geoengine add` does with the result."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

from tiling.access.file_check import hash_raster
from tiling.display.stretch import compute_stretch
from tiling.errors import TilingError
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.maptiles.pyramid import thumbnail
from tiling.maptiles.tile_sets import NativeTiles, tile_window
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

PLACE = {"crs": "EPSG:32633", "transform": Affine(0.5, 0, 500_000, 0, -0.5, 5_000_000)}
SIZE = 160

Damage = Callable[[bytes], bytes]


def make_small_rasters(folder: Path) -> list[Path]:
    """One small raster of every kind, made by code; the same bytes every time."""
    rng = np.random.default_rng(3)
    rows, cols = np.mgrid[0:SIZE, 0:SIZE]
    rgb = np.stack([(rows + cols * k) % 256 for k in (1, 2, 3)]).astype(np.uint8)
    rgb += rng.integers(0, 9, rgb.shape, dtype=np.uint8)
    wide = rgb.astype(np.uint16) * 15
    made = [
        _write(folder / "striped.tif", rgb, "GTiff", compress="deflate", blockysize=8),
        _write(folder / "plain.tif", rgb, "GTiff"),
        _write(folder / "tiled.tif", wide, "GTiff", tiled=True, blockxsize=64, blockysize=64, compress="lzw"),
        _write(folder / "big.tif", wide[:1], "GTiff", bigtiff="YES", compress="zstd", nodata=0),
        _write(folder / "cog.tif", np.tile(rgb, (1, 4, 4)), "COG", blocksize=128, compress="jpeg"),
        _write(folder / "floats.tif", wide.astype(np.float32), "GTiff", compress="lzw", predictor=3),
        _write(folder / "image.jp2", rgb, "JP2OpenJPEG", quality=100, reversible="YES"),
        _write(folder / "image.ntf", rgb, "NITF", ICORDS="N"),
        _write(folder / "squeezed.ntf", rgb[:1], "NITF", IC="C8", QUALITY="100"),
        _write(folder / "image.img", wide, "HFA", compressed="YES"),
        _write(folder / "image.bin", wide, "ENVI", interleave="bil"),
        _write(folder / "height.hgt.bil", wide[:1], "EHdr"),
        _write(folder / "world.png", rgb, "PNG", worldfile="YES"),
        _write(folder / "world.jpg", rgb, "JPEG", worldfile="YES"),
        _write(folder / "world.bmp", rgb, "BMP", worldfile="YES"),
        _write(folder / "world.webp", rgb, "WEBP", lossless="YES"),
        _write(folder / "palette.gif", rgb[:1], "GIF", worldfile="YES"),
        _write(folder / "terrain.rst", wide[:1].astype(np.int16), "RST"),
    ]
    vrt = folder / "mosaic.vrt"
    rasterio.shutil.copy(str(folder / "tiled.tif"), str(vrt), driver="VRT")
    return [*made, vrt]


def _write(path: Path, pixels: np.ndarray, driver: str, **options: Any) -> Path:
    profile = {"count": len(pixels), "height": pixels.shape[1], "width": pixels.shape[2], **PLACE}
    direct = driver in ("GTiff", "HFA", "ENVI", "EHdr", "BMP")
    temporary = path if direct else path.with_name(f"{path.name}.source.tif")
    with rasterio.open(
        temporary, "w", driver=driver if direct else "GTiff", dtype=pixels.dtype.name, **profile,
        **(options if direct else {}),
    ) as dataset:  # fmt: skip
        dataset.write(pixels)
    if not direct:
        rasterio.shutil.copy(str(temporary), str(path), driver=driver, **options)
        temporary.unlink()
    return path


def truncated(share: float) -> Damage:
    """The first part of a file."""
    return lambda data: data[: int(len(data) * share)]


def scattered(seed: int, count: int = 100) -> Damage:
    """`count` bytes anywhere in a file, changed."""

    def damage(data: bytes) -> bytes:
        rng = random.Random(seed)
        changed = bytearray(data)
        for _ in range(count):
            changed[rng.randrange(len(changed))] ^= rng.randrange(1, 256)
        return bytes(changed)

    return damage


def at_the_head(seed: int, count: int = 10, head: int = 2048) -> Damage:
    """`count` bytes of the first `head` (where headers are), or of the last, changed."""

    def damage(data: bytes) -> bytes:
        rng = random.Random(seed)
        changed = bytearray(data)
        length = min(head, len(data))
        start = 0 if seed % 2 else len(data) - length
        for _ in range(count):
            changed[start + rng.randrange(length)] ^= rng.randrange(1, 256)
        return bytes(changed)

    return damage


def take(path: Path, target: Path) -> dict[str, Any]:
    """What `geoengine add` and the first look at the map do with a file.

    Returns:
        "refused": the sentence; or "grid" (as JSON) and "pixels" (the hash of all of them).
    """
    try:
        with open_raster(path):
            pass
        hash_raster(path)
        made = ensure_cog(path, target)
        with open_raster(made) as raster:
            stretch = compute_stretch(raster)
            thumbnail(raster, stretch)
            tiles = NativeTiles(raster.grid)
            tiles.render(raster, stretch, tiles.max_zoom, tile_window(tiles, tiles.max_zoom, 0, 0))
            whole = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
            pixels = hashlib.sha256(whole.image.tobytes() + whole.valid.tobytes()).hexdigest()
            return {"grid": raster.grid.to_json(), "pixels": pixels}
    except TilingError as error:
        return {"refused": str(error)}
    finally:
        target.unlink(missing_ok=True)
