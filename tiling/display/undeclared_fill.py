"""Fill that is not declared as nodata: one value that fills the border of a raster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rasterio.enums import Resampling
from scipy import ndimage

from tiling.arrays import Mask
from tiling.raster.raster import Raster
from tiling.raster.reading import read_scaled

# Longer side of the pixels that are looked at.
_SAMPLE_PX = 1024
# More bands than that say no more about where there is nothing.
_MOST_BANDS = 8
# Share of the border that the value must have, and of all pixels that hang together with it.
_LEAST_OF_BORDER = 0.2
_LEAST_OF_ALL = 0.02


@dataclass(frozen=True)
class UndeclaredFill:
    """Value that fills the border of a raster, the same in all bands.

    Attributes:
        value: In native units.
        share: Of all pixels, those that have it and hang together with the border, 0 to 1.
    """

    value: float
    share: float


def find_undeclared_fill(raster: Raster) -> UndeclaredFill | None:
    """Look for a value that fills the border of a raster whose file does not say which pixels are valid.

    It must make up a fifth of the outermost pixels and, where it hangs together with them, 2 % of all pixels. The
    raster is looked at through its overviews, at 1024 px a side at most. A raster with a nodata value, an alpha
    band, a mask or a palette is not looked at: it has said what is valid.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    if raster.palette is not None or any(value is not None for value in raster.nodatavals):
        return None
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / _SAMPLE_PX)
    shape = (max(1, round(height / scale)), max(1, round(width / scale)))
    bands = range(1, min(raster.count, _MOST_BANDS) + 1)
    image, opacity = read_scaled(raster, (0, 0, width, height), shape, bands, Resampling.nearest)
    if min(shape) < 3 or not (opacity > 0).all():
        return None
    # Of several bands, only pixels that are the same in all of them.
    alike: Mask = (image == image[:1]).all(axis=0)
    edge = np.zeros(shape, dtype=bool)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    values, counts = np.unique(image[0][edge & alike], return_counts=True)
    if not len(values) or counts.max() < _LEAST_OF_BORDER * edge.sum():
        return None
    value = values[counts.argmax()]
    regions, _ = ndimage.label(alike & (image[0] == value))
    outside = np.isin(regions, np.unique(regions[edge & (regions > 0)]))
    share = float(outside.mean())
    # A raster of nothing but one value is flat, not empty.
    return UndeclaredFill(float(value), share) if _LEAST_OF_ALL <= share < 1.0 else None
