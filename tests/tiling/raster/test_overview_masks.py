"""Tests of validity at every zoom level: whatever says that there is nothing, and however a scene is stored."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from rasterio.enums import Resampling
from rasterio.windows import Window

from tiling.access.policy import DEFAULT_POLICY
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.maptiles.pyramid import read_reduced
from tiling.raster.facts import read_facts
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
WIDTH, HEIGHT = 720, 600
TILED = {"tiled": True, "blockxsize": 128, "blockysize": 128, "compress": "deflate"}

# One block, so that a sparse file can leave it out; then a corner, and a bit on no multiple of anything.
HOLE = np.zeros((HEIGHT, WIDTH), bool)
HOLE[128:256, 256:384] = True
HOLE[401:, 603:] = True
HOLE[300:313, 31:50] = True
BLOCK = np.zeros_like(HOLE)
BLOCK[128:256, 256:384] = True

ROWS, COLS = np.mgrid[:HEIGHT, :WIDTH]
RGB = np.stack([40 + (COLS + ROWS) % 180, 30 + COLS % 200, 20 + ROWS % 220]).astype("uint8")
ALPHA = np.where(HOLE, 0, 255).astype("uint8")


def with_mask_file(path: Path, mask: np.ndarray, overviews: list[int], **profile: Any) -> Path:
    beside = path.with_name(f"{path.name}.msk")
    size = {"width": WIDTH, "height": HEIGHT, "count": 1, "dtype": "uint8"}
    with rasterio.open(beside, "w", driver="GTiff", compress="deflate", **size, **profile) as dataset:
        dataset.write(mask, 1)
        dataset.update_tags(**{f"INTERNAL_MASK_FLAGS_{band}": "2" for band in (1, 2, 3)})
    if overviews:
        with rasterio.open(beside, "r+") as dataset:
            dataset.build_overviews(overviews, Resampling.nearest)
    return path


def sparse(path: Path) -> Path:
    size = {"width": WIDTH, "height": HEIGHT, "count": 3, "dtype": "uint8", "nodata": 0, "sparse_ok": True}
    with rasterio.open(path, "w", driver="GTiff", **(TILED | size)) as dataset:
        for row in range(0, HEIGHT, 128):
            for col in range(0, WIDTH, 128):
                height, width = min(128, HEIGHT - row), min(128, WIDTH - col)
                if not BLOCK[row, col]:
                    part = RGB[:, row : row + height, col : col + width]
                    dataset.write(part, window=Window(col, row, width, height))
    return path


def nodata_of_each_band(path: Path) -> Path:
    vrt = path.with_suffix(".vrt")
    rasterio.shutil.copy(path, str(vrt), driver="VRT")
    root = ET.parse(vrt).getroot()
    for number, band in enumerate(root.findall("VRTRasterBand"), 1):
        ET.SubElement(band, "NoDataValue").text = str(number)
    ET.ElementTree(root).write(vrt)
    return vrt


def palette(make: Make, overviews: list[int]) -> Path:
    codes = np.where(HOLE, 7, COLS // 40 % 6).astype("uint8")[None]
    path = make(codes, nodata=7, **TILED)
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {code: (40 * code, 20 * code, 10 * code, 255) for code in range(8)})
    if overviews:
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews(overviews, Resampling.nearest)
    return path


RGBA = {"photometric": "RGB", "alpha": "YES"} | TILED
WITH_ALPHA = np.concatenate([RGB, ALPHA[None]])
NOTHING_IN = np.where(HOLE, np.array([1, 2, 3], "uint8")[:, None, None], RGB)

# How a file says that there is nothing; `o` are the factors of its overviews.
WAYS: dict[str, Callable[[Make, list[int]], Path]] = {
    "nodata": lambda make, o: make(np.where(HOLE, 0, RGB).astype("uint8"), nodata=0, overviews=o, **TILED),
    "NaN": lambda make, o: make(np.where(HOLE, np.nan, RGB).astype("float32"), overviews=o, **TILED),
    "nodata of each band": lambda make, o: nodata_of_each_band(make(NOTHING_IN, overviews=o, **TILED)),
    "alpha": lambda make, o: make(WITH_ALPHA, overviews=o, **RGBA),
    "grey and alpha": lambda make, o: make(WITH_ALPHA[2:], overviews=o, alpha="YES", **TILED),
    "alpha, nodata 0": lambda make, o: make(WITH_ALPHA, nodata=0, overviews=o, **RGBA),
    "alpha, nodata 255": lambda make, o: make(WITH_ALPHA, nodata=255, overviews=o, **RGBA),
    "alpha of 16 bits": lambda make, o: make(
        WITH_ALPHA.astype("uint16") * 257, nodata=65535, overviews=o, **RGBA
    ),
    "mask": lambda make, o: make(RGB, mask=~HOLE, overviews=o, **TILED),
    "mask, nodata": lambda make, o: make(RGB, mask=~HOLE, nodata=0, overviews=o, **TILED),
    ".msk": lambda make, o: with_mask_file(make(RGB, overviews=o, **TILED), ALPHA, []),
    ".msk with overviews": lambda make, o: with_mask_file(make(RGB, overviews=o, **TILED), ALPHA, [2, 4]),
    ".msk of 1 bit": lambda make, o: with_mask_file(
        make(RGB, overviews=o, **TILED), ALPHA // 255, [], nbits=1
    ),
    ".msk, nodata": lambda make, o: with_mask_file(make(RGB, nodata=0, overviews=o, **TILED), ALPHA, []),
    "palette": palette,
}


def assert_validity(path: Path, hole: np.ndarray, *, ours: bool) -> None:
    """Check squares of 1, 2, 4 and 8 px: one with only valid pixels is valid, one with none is not."""
    policy = DEFAULT_POLICY.owning(path.parent) if ours else DEFAULT_POLICY
    with open_raster(path, policy) as raster:
        for halvings in range(4):
            side = 1 << halvings
            rows, cols = -(-HEIGHT // side), -(-WIDTH // side)
            padded = np.pad(~hole, ((0, rows * side - HEIGHT), (0, cols * side - WIDTH)), mode="edge")
            squares = padded.reshape(rows, side, cols, side)
            valid = read_reduced(raster, halvings, PixelWindow(0, 0, cols, rows), None)[1]
            assert valid[squares.all(axis=(1, 3))].all(), f"holes in squares of {side} px"
            assert not valid[~squares.any(axis=(1, 3))].any(), f"pixels of nothing in squares of {side} px"
        # And as a detector, or a thumbnail, reads it.
        small = read_window(
            raster, PixelWindow(0, 0, WIDTH, HEIGHT), out_height=HEIGHT // 4, out_width=WIDTH // 4
        )
        assert np.mean(small.valid != ~hole[::4, ::4]) < 0.02


@pytest.mark.parametrize("overviews", [[2, 4], []], ids=["overviews", "no overviews"])
@pytest.mark.parametrize("way", WAYS)
def test_validity_is_the_same_at_every_zoom_level(
    make_raster: Make, tmp_path: Path, way: str, overviews: list[int]
) -> None:
    path = WAYS[way](make_raster, overviews)
    assert_validity(path, HOLE, ours=False)
    copy = ensure_cog(path, tmp_path / "copy" / "scene.tif")
    assert_validity(copy, HOLE, ours=False)
    seen = refer_in_place(path, tmp_path / "in place" / "scene.vrt").path
    assert_validity(seen, HOLE, ours=seen != path)


def test_blocks_that_a_sparse_file_leaves_out_are_nothing_at_every_zoom_level(tmp_path: Path) -> None:
    path = sparse(tmp_path / "sparse.tif")
    assert_validity(path, BLOCK, ours=False)
    assert_validity(ensure_cog(path, tmp_path / "copy.tif"), BLOCK, ours=False)


def test_a_file_whose_mask_lacks_overviews_is_copied(make_raster: Make) -> None:
    bare = with_mask_file(make_raster(RGB, "bare.tif", overviews=[2, 4], **TILED), ALPHA, [])
    full = with_mask_file(make_raster(RGB, "full.tif", overviews=[2, 4], **TILED), ALPHA, [2, 4])
    assert not read_facts(bare).is_tile_ready
    assert read_facts(full).is_tile_ready


def test_a_mask_decides_alone_where_there_are_pixels(make_raster: Make) -> None:
    # Value 0, which the file says is nothing, is image where its mask has a pixel.
    pixels = np.where(ROWS[None] < 300, 0, RGB).astype("uint8")
    with open_raster(make_raster(pixels, mask=~HOLE, nodata=0, **TILED)) as raster:
        assert raster.nodata is None
        assert raster.nodatavals == (None,) * 3
        assert np.array_equal(read_window(raster, PixelWindow(0, 0, WIDTH, HEIGHT)).valid, ~HOLE)
