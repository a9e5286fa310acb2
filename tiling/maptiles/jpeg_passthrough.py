"""Tiles of a JPEG-compressed GeoTIFF as the pictures they are: sent without being decoded and encoded again."""

from __future__ import annotations

from rasterio.enums import MaskFlags

from tiling.display.stretch import Stretch
from tiling.maptiles.pyramid import TILE_SIZE, TilePyramid
from tiling.raster.raster import Raster

_START, _END = b"\xff\xd8", b"\xff\xd9"

# What GDAL calls JPEG in YCbCr, which viewers take a JPEG without markers for; and in grey.
_COLOURS = {3: "YCbCr JPEG", 1: "JPEG"}


def jpeg_tile(raster: Raster, stretch: Stretch, z: int, x: int, y: int) -> bytes | None:
    """A tile of the native pyramid as a JPEG file, if the raster's file holds just that.

    The file's blocks must be of 256 x 256 px and JPEG, one for all bands, of the tile's level; all of the tile's
    pixels are there; and the stretch shows them as they are. A TIFF keeps what the blocks have in common, their
    tables, once (TIFF Technical Note 2): they go in front.

    Returns:
        None where the tile has to be drawn: that is no error.
    """
    if not _is_ready(raster, stretch):
        return None
    pyramid = TilePyramid(raster.grid.width, raster.grid.height)
    window = pyramid.tile_window(z, x, y)
    step = 1 << (pyramid.max_zoom - z)
    if (window.width, window.height) != (TILE_SIZE, TILE_SIZE) or step not in (1, *raster.overviews):
        return None
    index = 0 if step == 1 else raster.overviews.index(step) + 1
    level = raster.level(index)
    if (
        level.block_shapes[0] != (TILE_SIZE, TILE_SIZE)
        or window.right > level.width
        or window.bottom > level.height
    ):
        return None
    overview = None if index == 0 else index - 1
    names = (f"BLOCK_OFFSET_{x}_{y}", f"BLOCK_SIZE_{x}_{y}", "JPEGTABLES")
    offset, size, tables = (raster.stored.get_tag_item(name, "TIFF", 1, overview) for name in names)
    if offset is None or size is None:
        return None
    with open(raster.stored.name, "rb") as file:
        file.seek(int(offset))
        block = file.read(int(size))
    return _joined(bytes.fromhex(tables or ""), block, int(size))


def _is_ready(raster: Raster, stretch: Stretch) -> bool:
    stored = raster.stored
    return (
        not raster.is_warped
        and stored.driver in ("GTiff", "COG")
        and stretch.is_identity
        and stretch.bands == tuple(range(1, stored.count + 1))
        and stored.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION") == _COLOURS.get(stored.count)
        and stored.mask_flag_enums[0] == [MaskFlags.all_valid]
    )


def _joined(tables: bytes, block: bytes, size: int) -> bytes | None:
    """Tables and block as one file; None where the block is none, which the reader then says better."""
    if len(block) < size or not block.startswith(_START) or _END not in block[-16:]:
        return None
    if not tables:
        return block
    return _START + tables.removeprefix(_START).removesuffix(_END) + block.removeprefix(_START)
