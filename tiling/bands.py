"""What a raster's bands mean: no-data values, colour tables, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT


def not_nodata(image: npt.NDArray[np.generic], nodatavals: Sequence[float | None]) -> npt.NDArray[np.bool_]:
    """(H, W) False where all bands are their nodata value (or NaN, in floats)."""
    valid = np.zeros(image.shape[1:], dtype=bool)
    floats = image.dtype.kind == "f"
    for band, nodata in zip(image, nodatavals, strict=True):
        good = np.isfinite(band) if floats else np.True_
        if nodata is not None and not np.isnan(nodata):
            with np.errstate(over="ignore"):
                value = image.dtype.type(nodata) if floats or _fits(nodata, image.dtype) else None
            if value is not None:
                good = good & (band != value)
        if good is np.True_:  # one band that has no nodata makes every pixel valid
            return np.ones(image.shape[1:], dtype=bool)
        valid |= good
    return valid


def _fits(value: float, dtype: np.dtype[Any]) -> bool:
    limits = np.iinfo(dtype)
    return value == int(value) and limits.min <= value <= limits.max


def palette_of(dataset: DatasetReader) -> npt.NDArray[np.uint8] | None:
    """(256, 4) RGBA of the first band's colour table, or None where it has none."""
    if dataset.colorinterp[0] != ColorInterp.palette or dataset.dtypes[0] != "uint8":
        return None
    try:
        table = dataset.colormap(1)
    except ValueError:
        return None
    palette = np.zeros((256, 4), dtype=np.uint8)
    palette[:, 3] = 255
    for index, rgba in table.items():
        if 0 <= index < 256:
            palette[index] = rgba
    return palette


def band_name(dataset: DatasetReader | WarpedVRT, index: int) -> str:
    """A band's description, else its colour, else "band N"."""
    description = dataset.descriptions[index - 1]
    if description:
        return str(description)
    colour = dataset.colorinterp[index - 1]
    return f"band {index}" if colour in (ColorInterp.undefined, ColorInterp.gray) else str(colour.name)
