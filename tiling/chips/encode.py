"""Encoding of chips: GeoTIFF, PNG, JPEG and NumPy, with world files and masks."""

from __future__ import annotations

import io
from typing import Any, Literal
from xml.sax.saxutils import escape

import affine
import numpy as np
import rasterio
from rasterio.io import MemoryFile

from tiling.access.env import writing
from tiling.arrays import Bytes, Mask, Pixels
from tiling.errors import RasterWriteError
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

ChipFormat = Literal["tif", "png", "jpg", "npy"]

# The types of pixels that each format holds; None for any.
_TYPES: dict[ChipFormat, tuple[str, ...] | None] = {
    "tif": None, "png": ("uint8", "uint16"), "jpg": ("uint8",), "npy": None
}  # fmt: skip

Compression = Literal["deflate", "zstd", "none"]

# Every reader of TIFF knows Deflate. Level 1 behind a predictor is, on aerial images, within four
# percent of the size of level 6 and takes two thirds of the time. Zstandard takes two thirds of that again,
# but old readers lack it.
_COMPRESSION: dict[Compression, dict[str, Any]] = {
    "deflate": {"compress": "deflate", "zlevel": 1},
    "zstd": {"compress": "zstd", "zstd_level": 1},
    "none": {},
}

# High, because networks would learn the artefacts of compression.
_JPEG_QUALITY = 95


def check_format(
    chip_format: ChipFormat, dtype: str, count: int, name: str, *, has_codes: bool = False
) -> None:
    """Check that a format can hold pixels of a type and number of bands.

    Raises:
        RasterWriteError: It cannot, as JPEG cannot hold 16-bit pixels.
    """
    types = _TYPES[chip_format]
    if types is None:
        return
    if has_codes and chip_format == "jpg":
        raise RasterWriteError(
            f"{name} has codes of a palette, which JPEG would change: choose tif, png or npy, or a stretch to colours "
            "(--stretch)."
        )
    if dtype not in types:
        raise RasterWriteError(
            f"{name} has {dtype} pixels, and {chip_format} chips hold {' or '.join(types)}: choose tif or "
            "npy, or a stretch to 8 bits (--stretch)."
        )
    if count not in (1, 3):
        raise RasterWriteError(
            f"{name} has {count} bands to write, and {chip_format} chips hold 1 or 3: choose some (--bands), "
            "or tif or npy."
        )


def encode_chip(
    chip_format: ChipFormat,
    pixels: Pixels,
    valid: Mask,
    grid: RasterGrid,
    nodata: float | None,
    compression: Compression = "deflate",
    colour_table: Bytes | None = None,
) -> dict[str, bytes]:
    """Encode one chip as files: suffix -> bytes, the chip itself first.

    A GeoTIFF marks invalid pixels by its nodata value, or by an internal mask where there is none. A PNG or JPEG
    gets side-cars: `.msk`, GDAL's mask file (RFC 15), where pixels are invalid; a world file where the raster is
    georeferenced; and an `.aux.xml` with the CRS. An array (C, H, W) gets `.valid.npy`, (H, W) bool.

    Args:
        chip_format: The format.
        pixels: (C, H, W).
        valid: (H, W).
        grid: Grid of the chip.
        nodata: The value of invalid pixels, None where every value may be valid.
        compression: Compression of a GeoTIFF; the other formats have their own.
        colour_table: (N, 4) RGBA of the codes in one band; None where pixels are no codes.

    Raises:
        RasterWriteError: The format cannot hold the pixels.
    """
    if chip_format == "npy":
        return {".npy": _array(pixels), ".valid.npy": _array(valid)}
    if chip_format == "tif":
        mask = valid if nodata is None and not valid.all() else None
        return {".tif": _geotiff(pixels, grid, nodata, mask, compression, colour_table)}
    suffix = f".{chip_format}"
    options = {"driver": "PNG", "zlevel": 1} if chip_format == "png" else {
        "driver": "JPEG", "quality": _JPEG_QUALITY
    }  # fmt: skip
    files = {suffix: _encoded(pixels, options, colour_table=colour_table)}
    if _is_georeferenced(grid):
        files[".pgw" if chip_format == "png" else ".jgw"] = affine.dumpsw(grid.transform).encode()
    auxiliary = _auxiliary(grid, nodata, len(pixels))
    if auxiliary:
        files[f"{suffix}.aux.xml"] = auxiliary
    if nodata is None and not valid.all():
        files[f"{suffix}.msk"] = _mask_file(valid)
    return files


def _is_georeferenced(grid: RasterGrid) -> bool:
    """Return False for an image without a CRS whose grid is its own pixel plane."""
    return grid.crs_wkt is not None or grid.transform.a != PIXEL_PLANE.a


def _array(array: Pixels) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _geotiff(
    pixels: Pixels,
    grid: RasterGrid,
    nodata: float | None,
    mask: Mask | None,
    compression: Compression,
    colour_table: Bytes | None,
) -> bytes:
    kind, colour = pixels.dtype.kind, len(pixels) == 3 and pixels.dtype == np.uint8
    options: dict[str, Any] = {
        "driver": "GTiff",
        "nodata": nodata,
        "photometric": "RGB" if colour else "MINISBLACK",
        **_COMPRESSION[compression],
    }
    if compression != "none":
        options["predictor"] = {"f": 3, "c": 1}.get(kind, 2)
    if grid.crs_wkt is not None:
        options["crs"] = rasterio.CRS.from_wkt(grid.crs_wkt)
    if _is_georeferenced(grid):
        options["transform"] = grid.transform
    return _encoded(pixels, options, mask, colour_table)


def _mask_file(valid: Mask) -> bytes:
    """Encode a one-band TIFF that GDAL reads as the mask of all bands of the file beside it."""
    options = {"driver": "GTiff", **_COMPRESSION["deflate"], "tags": {"INTERNAL_MASK_FLAGS_1": "2"}}
    return _encoded(np.where(valid, np.uint8(255), np.uint8(0))[None], options)


def _encoded(
    pixels: Pixels,
    options: dict[str, Any],
    mask: Mask | None = None,
    colour_table: Bytes | None = None,
) -> bytes:
    count, height, width = pixels.shape
    tags = options.pop("tags", {})
    with writing("A chip"), MemoryFile() as memory:
        with memory.open(
            width=width, height=height, count=count, dtype=pixels.dtype.name, **options
        ) as dataset:
            if colour_table is not None:
                dataset.write_colormap(1, dict(enumerate(map(tuple, colour_table.tolist()))))
            dataset.write(pixels)
            dataset.update_tags(**tags)
            if mask is not None:
                dataset.write_mask(mask)
        return bytes(memory.getbuffer())


def _auxiliary(grid: RasterGrid, nodata: float | None, count: int) -> bytes:
    """Return the side-car with CRS and nodata that GDAL and QGIS read beside a PNG or JPEG (GDAL's PAM)."""
    lines = []
    if grid.crs_wkt is not None:
        lines.append(f"  <SRS>{escape(grid.crs_wkt)}</SRS>")
    if nodata is not None:
        lines += [
            f'  <PAMRasterBand band="{band}"><NoDataValue>{nodata:.17g}</NoDataValue></PAMRasterBand>'
            for band in range(1, count + 1)
        ]
    return "\n".join(["<PAMDataset>", *lines, "</PAMDataset>", ""]).encode() if lines else b""
