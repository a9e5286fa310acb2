"""Drawing a raster on another grid: the web map's, or that of another scene."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tiling.grid import RasterGrid
from tiling.picture import to_rgba
from tiling.place import GridLink, link
from tiling.raster import Raster
from tiling.stretch import Stretch
from tiling.tiles import read_reduced
from tiling.window import PixelWindow

# Two of four 8-bit channels in one 32-bit number, so that arithmetic does both at once.
_PAIR = np.uint32(0x00FF00FF)
_HALF = np.uint32(0x00800080)

# Places worked on at once, few enough to stay in a processor's cache.
_STRIP = 8192

# Two grids further apart than this in scale have nothing to show of one another.
_MAX_HALVINGS = 30


def draw_onto(
    raster: Raster, stretch: Stretch, target: RasterGrid, window: PixelWindow
) -> npt.NDArray[np.uint8]:
    """A window of `target` as RGBA (H, W, 4), with the raster as it looks there.

    The raster is reduced by the power of two nearest to the grids' ratio and interpolated (bilinear; nearest
    for a palette). What is drawn of a pixel depends on the two grids and the raster alone: windows put
    together are, byte for byte, the window around them.

    Raises:
        GridError: the two grids have no common place.
        RasterReadError: the file is damaged or truncated.
    """
    joint = link(raster.grid, target)
    halvings = reducing(joint)
    col, row = joint.source_pixels(window)
    rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
    with np.errstate(invalid="ignore"):
        inside = (col >= 0) & (col < raster.grid.width) & (row >= 0) & (row < raster.grid.height)
    if not inside.any():
        return rgba
    everywhere = bool(inside.all())
    # A pixel's value is at its centre; dividing by a power of two loses nothing.
    shrink = 1.0 / (1 << halvings)
    col = (col if everywhere else col[inside]).ravel() * shrink - 0.5
    row = (row if everywhere else row[inside]).ravel() * shrink - 0.5
    source = _around(raster, halvings, col, row)
    image, valid = read_reduced(raster, halvings, source, stretch.bands)
    pixels = to_rgba(image, valid, stretch)
    sample = _nearest if raster.palette is not None else _bilinear
    drawn = sample(pixels, col - source.col, row - source.row)
    if everywhere:
        return drawn.reshape(rgba.shape)
    rgba[inside] = drawn
    return rgba


def reducing(joint: GridLink) -> int:
    """How often the source is halved before it is drawn on the target."""
    return min(_MAX_HALVINGS, max(0, round(math.log2(joint.scale))))


def _around(
    raster: Raster, halvings: int, col: npt.NDArray[np.float64], row: npt.NDArray[np.float64]
) -> PixelWindow:
    """The reduced pixels that interpolation at these places looks at."""
    last_col = -(-raster.grid.width // (1 << halvings)) - 1
    last_row = -(-raster.grid.height // (1 << halvings)) - 1
    left, top = max(0, math.floor(col.min())), max(0, math.floor(row.min()))
    right, bottom = min(last_col, math.floor(col.max()) + 1), min(last_row, math.floor(row.max()) + 1)
    return PixelWindow(left, top, right - left + 1, bottom - top + 1)


def _nearest(
    pixels: npt.NDArray[np.uint8], col: npt.NDArray[np.float64], row: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    x = np.clip(np.floor(col + 0.5).astype(np.intp), 0, width - 1)
    y = np.clip(np.floor(row + 0.5).astype(np.intp), 0, height - 1)
    return np.asarray(pixels[y, x])


def _bilinear(
    pixels: npt.NDArray[np.uint8], col: npt.NDArray[np.float64], row: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint8]:
    """RGBA (N, 4) between pixels (H, W, 4) whose alpha is 0 or 255, and whose colour is 0 where it is 0.

    Weights are of 8 bits. Transparent neighbours do not count; a place is opaque where at least half of what
    is around it is.
    """
    # One more pixel at each edge, as its neighbour: beyond the outermost centres nothing changes.
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    flat = padded.view(np.uint32).ravel()
    mixed = np.empty(len(col), dtype=np.uint32)
    for start in range(0, len(col), _STRIP):
        part = slice(start, start + _STRIP)
        mixed[part] = _mixed(flat, padded.shape[1], col[part], row[part])
    rgba = mixed.view(np.uint8).reshape(-1, 4)
    partly = rgba[:, 3] != 255
    if partly.any():
        rgba[partly] = _weighed(rgba[partly])
    return rgba


def _mixed(
    flat: npt.NDArray[np.uint32], stride: int, col: npt.NDArray[np.float64], row: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint32]:
    """Four neighbours of each place, weighed; `flat` are pixels with a frame of one pixel, row by row."""
    # In 256ths of a pixel, counted from the frame, so that cutting off is rounding down.
    x, y = ((col + 1.0) * 256.0).astype(np.int32), ((row + 1.0) * 256.0).astype(np.int32)
    index = (y >> 8) * stride + (x >> 8)
    x &= 255
    y &= 255
    both = (x * y + 128) >> 8
    low = np.full(index.shape, _HALF, dtype=np.uint32)
    high = low.copy()
    for offset, weight in ((0, 256 + both - x - y), (1, x - both), (stride, y - both), (stride + 1, both)):
        four = flat[offset:].take(index)
        weight = weight.view(np.uint32)
        low += (four & _PAIR) * weight
        four >>= 8
        four &= _PAIR
        four *= weight
        high += four
    low >>= 8
    low &= _PAIR
    low |= high & ~_PAIR
    return low


def _weighed(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Colours mixed with transparent black -> the colours alone, opaque or nothing."""
    alpha = rgba[:, 3:].astype(np.float64)
    colour = np.minimum(np.rint(rgba * (255.0 / np.maximum(alpha, 1.0))), 255.0)
    return np.where(alpha >= 128, colour, 0.0).astype(np.uint8)
