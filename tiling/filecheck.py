"""Looking at a raster as a file: its hash, and whether all of it is there."""

from __future__ import annotations

import hashlib
import math
from os import PathLike, fspath
from pathlib import Path

import rasterio
from rasterio.io import DatasetReader

from tiling.env import reading
from tiling.errors import RasterReadError


def hash_raster(path: str | PathLike[str]) -> str:
    """sha256 (hexadecimal) of the file's bytes.

    Raises:
        RasterReadError: the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RasterReadError(f"{fspath(path)} could not be read ({error.strerror or error}).") from error


def check_complete(path: Path) -> None:
    """Notices a GeoTIFF whose last blocks are missing, without reading any.

    Raises:
        RasterReadError: a block lies beyond the end of the file.
    """
    with reading(path), rasterio.open(path) as dataset:
        if dataset.driver not in ("GTiff", "COG"):
            return
        size = path.stat().st_size
        end = _end_of_blocks(dataset, dataset, None)
        # Overviews in a file of their own have their own offsets.
        if not path.with_name(f"{path.name}.ovr").exists():
            for level in range(len(dataset.overviews(1))):
                with rasterio.open(path, overview_level=level) as overview:
                    end = max(end, _end_of_blocks(dataset, overview, level))
    if end > size:
        raise RasterReadError(
            f"{path} is truncated: it has {size} bytes, and its pixels need {end} according to its own index."
        )


def _end_of_blocks(dataset: DatasetReader, shape: DatasetReader, level: int | None) -> int:
    """Where in the file the blocks of the first and the last band end; `shape` is the level's own view."""
    end = 0
    for band in {1, dataset.count}:
        block_height, block_width = shape.block_shapes[band - 1]
        for row in range(math.ceil(shape.height / block_height)):
            for col in range(math.ceil(shape.width / block_width)):
                offset = dataset.get_tag_item(f"BLOCK_OFFSET_{col}_{row}", "TIFF", bidx=band, ovr=level)
                length = dataset.get_tag_item(f"BLOCK_SIZE_{col}_{row}", "TIFF", bidx=band, ovr=level)
                # A block that was never written has neither: it is all no-data.
                if offset is not None and length is not None:
                    end = max(end, int(offset) + int(length))
    return end
