"""Checks of a raster as a file: its hash, and whether all of it is there."""

from __future__ import annotations

import hashlib
import math
from os import PathLike, fspath
from pathlib import Path

import numpy as np
from rasterio.enums import Interleaving, MaskFlags
from rasterio.io import DatasetReader
from rasterio.windows import Window

from tiling.access.env import open_dataset, reading
from tiling.access.file_length import needed_bytes
from tiling.access.opening import open_checked
from tiling.access.plausibility import plain_dtype
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.side_cars import hash_with_side_cars
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError

# Side-cars among the files of a VRT, which are not rasters of their own.
_NO_RASTER = (".xml", ".ovr", ".msk", ".hdr", ".prj", ".wld")


def hash_raster(path: str | PathLike[str], policy: ReadPolicy = DEFAULT_POLICY) -> str:
    """sha256 (hexadecimal) of the file's bytes.

    Raises:
        RasterReadError: The file is not there, cannot be read or may not be.
    """
    try:
        with policy.find(Path(path)).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        if isinstance(error, RasterReadError):
            raise
        raise RasterReadError(f"{fspath(path)} could not be read ({error.strerror or error}).") from error


def hash_raster_with_side_cars(path: str | PathLike[str], policy: ReadPolicy = DEFAULT_POLICY) -> str:
    """Return a hash of a raster's bytes and of the side-cars that say where it is and which pixels are valid.

    Two files of the same bytes and other world files are two rasters. Without side-cars it is `hash_raster`.

    Raises:
        RasterReadError: A file is not there, cannot be read or may not be.
    """
    file_hash = hash_raster(path, policy)
    try:
        return hash_with_side_cars(file_hash, policy.find(Path(path)))
    except OSError as error:
        if isinstance(error, RasterReadError):
            raise
        raise RasterReadError(
            f"A side-car of {fspath(path)} could not be read ({error.strerror or error})."
        ) from error


def check_complete(path: Path, policy: ReadPolicy = DEFAULT_POLICY) -> None:
    """Check that no file ends too early, without reading pixels; of a VRT, also its sources.

    Raises:
        RasterReadError: The file, or one that it is made of, ends before its image does.
    """
    with reading(path), open_checked(RasterSource(path), policy) as dataset:
        check_dataset_complete(dataset, path, policy)


def check_dataset_complete(dataset: DatasetReader, path: Path, policy: ReadPolicy) -> None:
    """Check the same of an image that is open, inside `tiling.access.env.reading`.

    Raises:
        RasterReadError: The file, or one that it is made of, ends before its image does.
    """
    if dataset.driver != "VRT":
        _check_end(dataset, path, policy.find(path))
        return
    # What the VRT may be made of is known by now; its sources are files like any other.
    for source in map(Path, dataset.files[1:]):
        if source.suffix.lower() not in _NO_RASTER:
            check_complete(source, DEFAULT_POLICY.owning(source.parent))


def _check_end(dataset: DatasetReader, path: Path, real: Path) -> None:
    size = real.stat().st_size
    try:
        end = (
            _end_of_tiff(dataset, real) if dataset.driver in ("GTiff", "COG") else needed_bytes(dataset, real)
        )
    except OSError as error:
        if isinstance(error, RasterReadError):
            raise
        raise RasterReadError(f"{path} could not be read ({error.strerror or error}).") from error
    if end is not None and end > size:
        raise RasterReadError(
            f"{path} is truncated: it has {size} bytes, and its image needs {end} according to its own index."
        )
    if end is None and dataset.count:
        # The format does not say: the last pixel of the last band is the one that would be missing.
        dataset.read(dataset.count, window=_last_pixel(dataset))
    if dataset.count and MaskFlags.per_dataset in dataset.mask_flag_enums[0]:
        dataset.read_masks(1, window=_last_pixel(dataset))


def _last_pixel(dataset: DatasetReader) -> Window:
    return Window(dataset.width - 1, dataset.height - 1, 1, 1)  # type: ignore[no-untyped-call, unused-ignore]


def _end_of_tiff(dataset: DatasetReader, real: Path) -> int:
    """Return the offset in the file at which the last block ends.

    Raises:
        RasterReadError: Blocks that are not compressed, and not of the size that the image's would be.
    """
    if dataset.compression is None:
        _check_block_size(dataset, real)
    end = _end_of_blocks(dataset, dataset, None)
    # Overviews in a file of their own have their own offsets.
    if not real.with_name(f"{real.name}.ovr").exists():
        for level in range(len(dataset.overviews(1))):
            with open_dataset(dataset.name, overview_level=level) as overview:
                end = max(end, _end_of_blocks(dataset, overview, level))
    return end


def _check_block_size(dataset: DatasetReader, real: Path) -> None:
    length = dataset.get_tag_item("BLOCK_SIZE_0_0", "TIFF", bidx=1)
    height, width = dataset.block_shapes[0]
    nbits = dataset.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
    bits = int(nbits) if nbits else np.dtype(plain_dtype(dataset.dtypes[0])).itemsize * 8
    samples = 1 if dataset.interleaving == Interleaving.band else dataset.count
    # A row starts at a whole byte.
    needed = (width * bits * samples + 7) // 8 * min(height, dataset.height)
    if length is not None and not needed <= int(length) < 2 * needed:
        raise RasterReadError(
            f"{real} is damaged: a block of {width} x {height} px takes {needed} bytes, and the file has {length} "
            "for its first one."
        )


def _end_of_blocks(dataset: DatasetReader, shape: DatasetReader, level: int | None) -> int:
    """Return the offset at which blocks of the first and last band end; `shape` is the level's own view."""
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
