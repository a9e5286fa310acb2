"""Share of valid pixels in square cells of a raster."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from rasterio.enums import Resampling

from tiling.arrays import Bytes
from tiling.raster.raster import Raster
from tiling.raster.reading import read_scaled

_FINER = 4
_STRIP_CELLS = 256


def valid_shares(raster: Raster, side_px: int) -> Bytes:
    """Return which share of the pixels in each cell of a raster is valid.

    It is read from the overview that fits a fourth of a cell, where a pixel is valid if one of those that it stands for
    is: the share is rough in cells that the border of the valid pixels crosses.

    Args:
        raster: An open raster.
        side_px: Side of the cells, from the upper left corner on, in pixels; those at the far borders may be smaller.

    Returns:
        (rows, cols) uint8, 0 for none and 255 for all.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    width, height = raster.grid.width, raster.grid.height
    shares = np.zeros((-(-height // side_px), -(-width // side_px)), np.uint8)
    # Cells that the border cuts are read by themselves: they have another scale.
    for top, bottom in _spans(height, side_px, _STRIP_CELLS):
        for left, right in _spans(width, side_px, shares.shape[1]):
            rows, cols = -(-(bottom - top) // side_px), -(-(right - left) // side_px)
            window = (left, top, right - left, bottom - top)
            _, opacity = read_scaled(raster, window, (_FINER * rows, _FINER * cols), [1], Resampling.average)
            shown = np.where(opacity, 255, 0) if opacity.dtype == bool else opacity
            means = shown.reshape(rows, _FINER, cols, _FINER).mean(axis=(1, 3))
            row, col = top // side_px, left // side_px
            # No valid pixel is to be lost by rounding.
            shares[row : row + rows, col : col + cols] = np.ceil(means)
    return shares


def _spans(length: int, side_px: int, most: int) -> list[tuple[int, int]]:
    """Return spans of whole cells, at most so many each, and the rest."""
    whole = length // side_px * side_px
    ends = [*range(0, whole, side_px * most), whole, length]
    return [span for span in pairwise(ends) if span[0] < span[1]]
