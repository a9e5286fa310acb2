"""Passthrough of the blocks of a JPEG-compressed GeoTIFF as map tiles, without decoding and encoding."""

from __future__ import annotations

from rasterio.enums import MaskFlags

from tiling.display.stretch import Stretch
from tiling.maptiles.pyramid import TILE_SIZE, TilePyramid
from tiling.raster.raster import Raster

_START, _END = b"\xff\xd8", b"\xff\xd9"

# GDAL's names, by number of bands, of the JPEGs that viewers decode right without colour markers: YCbCr and grey.
_JPEG_KINDS = {3: "YCbCr JPEG", 1: "JPEG"}


def jpeg_tile(raster: Raster, stretch: Stretch, z: int, x: int, y: int) -> bytes | None:
    """Return a tile of the native tile set as the JPEG block that the raster's file holds.

    The blocks must be JPEG of 256 x 256 px, one for all bands, in an overview of the tile's zoom level; the whole
    tile must lie inside the raster; and the stretch must not change the pixels. A TIFF stores the JPEG tables that
    its blocks share once (TIFF Technical Note 2): they are inserted before the block.

    Returns:
        The JPEG file; None where the tile has to be rendered.
    """
    if not _is_displayed_unchanged(raster, stretch):
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
    return _insert_tables(bytes.fromhex(tables or ""), block, int(size))


def _is_displayed_unchanged(raster: Raster, stretch: Stretch) -> bool:
    stored = raster.stored
    return (
        raster.level(0) is stored
        and stored.driver in ("GTiff", "COG")
        and stretch.is_identity
        and stretch.bands == tuple(range(1, stored.count + 1))
        and stored.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION") == _JPEG_KINDS.get(stored.count)
        and stored.mask_flag_enums[0] == [MaskFlags.all_valid]
    )


def _insert_tables(tables: bytes, block: bytes, size: int) -> bytes | None:
    """Join tables and block to one file; None where the block is damaged: rendering reports that better."""
    if len(block) < size or not block.startswith(_START) or _END not in block[-16:]:
        return None
    if not tables:
        return block
    return _START + tables.removeprefix(_START).removesuffix(_END) + block.removeprefix(_START)
