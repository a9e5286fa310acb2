"""Plausibility of a file's size and overviews."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rasterio.io import DatasetReader

from tiling.errors import RasterReadError

# Ten times the longest side, and the area, of the largest mosaics there are.
MAX_SIDE_PX = 4_000_000
MAX_AREA_PX = 10**12
MAX_BANDS = 4096

# Even an empty (sparse) file has an index of its blocks: pixels that take this many times the bytes of the
# file are a claim and no image. Small images are let off.
_MAX_RATIO = 1_000_000
_SMALL_BYTES = 1 << 30


def check_size(dataset: DatasetReader, path: Path) -> None:
    """Refuse an image larger than any that exists, or larger than its file can hold.

    Raises:
        RasterReadError: More than 4 million pixels a side, 10^12 pixels or 4096 bands; or pixels of more than
            a million times the file's bytes.
    """
    width, height, count = dataset.width, dataset.height, dataset.count
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_AREA_PX or count > MAX_BANDS:
        raise RasterReadError(
            f"{path} claims {width} x {height} px in {count} bands; expected at most {MAX_SIDE_PX} px a side, "
            f"{MAX_AREA_PX:.0e} px and {MAX_BANDS} bands."
        )
    if count == 0 or dataset.driver in ("VRT", "WMS", "WMTS", "WCS"):
        return
    pixel_bytes = width * height * count * np.dtype(plain_dtype(dataset.dtypes[0])).itemsize
    size = path.stat().st_size
    if pixel_bytes > _SMALL_BYTES and pixel_bytes > size * _MAX_RATIO:
        raise RasterReadError(
            f"{path} claims {width} x {height} px in a file of {size} bytes; that cannot be an image."
        )


def check_overviews(dataset: DatasetReader, path: Path) -> None:
    """Refuse overviews that are not reduced.

    Raises:
        RasterReadError: Overviews that are not reduced at least twice, the larger ones first.
    """
    factors = dataset.overviews(1) if dataset.count else []
    if any(factor < 2 for factor in factors) or factors != sorted(factors):
        raise RasterReadError(
            f"{path} has overviews that are reduced {', '.join(map(str, factors))} times; expected factors from "
            "2 on, ascending."
        )


def plain_dtype(dtype: str) -> str:
    """Return the numpy dtype of the name that rasterio gives a band's type."""
    return "int32" if dtype == "complex_int16" else dtype
