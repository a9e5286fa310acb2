"""Drawing a raster on another grid: the web map's, or that of another scene."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tiling.display.picture import to_rgba
from tiling.display.stretch import Stretch
from tiling.grid.grid_transform import GridTransform, SourceLattice, grid_transform
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.pyramid import read_reduced
from tiling.raster.raster import Raster

_Sample = Callable[
    [npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]], npt.NDArray[np.uint32]
]

# Two of four 8-bit channels in one 32-bit number, so that arithmetic does both at once.
_PAIR = np.uint32(0x00FF00FF)
_HALF = np.uint32(0x00800080)

_ROUND = np.uint32(128)
_ONE = np.uint32(256)

# Rows drawn at once, few enough to stay in a processor's cache.
_STRIP_ROWS = 32

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
    joint = grid_transform(raster.grid, target)
    halvings = reducing(joint)
    places = joint.source_lattice(window)
    rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
    source = _around(raster, halvings, places)
    if source is None:
        return rgba
    image, valid = read_reduced(raster, halvings, source, stretch.bands)
    # One more pixel at each edge, as its neighbour: beyond the outermost centres nothing changes.
    pixels = np.pad(to_rgba(image, valid, stretch), ((1, 1), (1, 1), (0, 0)), mode="edge").view(np.uint32)
    if joint.is_aligned and raster.palette is None:
        _draw_aligned(rgba, pixels, raster.grid, joint.axes(window), halvings, source)
    else:
        sample = _nearest if raster.palette is not None else _bilinear
        _draw_anywhere(rgba, pixels, raster.grid, places, halvings, source, sample)
    partly = (rgba[..., 3] != 255) & (rgba[..., 3] != 0)
    if partly.any():
        rgba[partly] = _weighed(rgba[partly])
    return rgba


def _draw_anywhere(
    rgba: npt.NDArray[np.uint8],
    pixels: npt.NDArray[np.uint32],
    grid: RasterGrid,
    places: SourceLattice,
    halvings: int,
    source: PixelWindow,
    sample: _Sample,
) -> None:
    """Draws pixels where every one of them has a place of its own."""
    width, height = grid.width, grid.height
    for start in range(0, len(rgba), _STRIP_ROWS):
        stop = min(len(rgba), start + _STRIP_ROWS)
        col, row = places.rows(start, stop)
        with np.errstate(invalid="ignore"):
            inside = (col >= 0) & (col < width) & (row >= 0) & (row < height)
        if inside.all():
            x, y = _fixed(col, halvings, source.col), _fixed(row, halvings, source.row)
            rgba[start:stop] = sample(pixels[..., 0], x, y).view(np.uint8).reshape(*x.shape, 4)
        elif inside.any():
            x, y = _fixed(col[inside], halvings, source.col), _fixed(row[inside], halvings, source.row)
            rgba[start:stop][inside] = sample(pixels[..., 0], x, y).view(np.uint8).reshape(*x.shape, 4)


def _draw_aligned(
    rgba: npt.NDArray[np.uint8],
    pixels: npt.NDArray[np.uint32],
    grid: RasterGrid,
    axes: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    halvings: int,
    source: PixelWindow,
) -> None:
    """Draws pixels whose places are those of their row and their column: between rows first, then between columns.

    Half as much work as `_draw_anywhere`, and the same within two levels of 255, as it rounds twice.
    """
    insides = [
        np.flatnonzero((axis >= 0) & (axis < length))
        for axis, length in zip(axes, (grid.width, grid.height), strict=True)
    ]
    if not (len(insides[0]) and len(insides[1])):
        return
    across, down = (slice(inside[0], inside[-1] + 1) for inside in insides)
    x, y = _fixed(axes[0][across], halvings, source.col), _fixed(axes[1][down], halvings, source.row)
    drawn = rgba[down, across]
    bytes_ = pixels.view(np.uint8)
    right = (x & 255).astype(np.uint16)[:, None]
    for start in range(0, len(y), _STRIP_ROWS):
        part = y[start : start + _STRIP_ROWS]
        below = (part & 255).astype(np.uint16)[:, None, None]
        rows = _mixed(bytes_[part >> 8], bytes_[(part >> 8) + 1], below).view(np.uint32)[..., 0]
        left, beyond = (
            rows.take((x >> 8) + step, axis=1).view(np.uint8).reshape(-1, len(x), 4) for step in (0, 1)
        )
        drawn[start : start + _STRIP_ROWS] = _mixed(left, beyond, right)


def _mixed(
    one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8], share: npt.NDArray[np.uint16]
) -> npt.NDArray[np.uint8]:
    """Between two pictures; `share` of 256 is the other's."""
    both = one * (np.uint16(256) - share)
    both += other * share
    both += np.uint16(128)
    both >>= 8
    return both.astype(np.uint8)


def reducing(joint: GridTransform) -> int:
    """How often the source is halved before it is drawn on the target."""
    return min(_MAX_HALVINGS, max(0, round(math.log2(joint.scale))))


def _around(raster: Raster, halvings: int, places: SourceLattice) -> PixelWindow | None:
    """The reduced pixels that interpolation looks at; None where nothing of the raster is there."""
    bounds = places.bounds
    if bounds is None:
        return None
    shrink = 1.0 / (1 << halvings)
    left, top, right, bottom = (value * shrink - 0.5 for value in bounds)
    last_col = -(-raster.grid.width // (1 << halvings)) - 1
    last_row = -(-raster.grid.height // (1 << halvings)) - 1
    if right < -0.5 or bottom < -0.5 or left > last_col + 0.5 or top > last_row + 0.5:
        return None
    first_col, first_row = (int(max(0, math.floor(value))) for value in (left, top))
    end_col = int(min(last_col, math.floor(right) + 1))
    end_row = int(min(last_row, math.floor(bottom) + 1))
    first_col, first_row = min(first_col, end_col), min(first_row, end_row)
    return PixelWindow(first_col, first_row, end_col - first_col + 1, end_row - first_row + 1)


def _fixed(places: npt.NDArray[np.float64], halvings: int, first: int) -> npt.NDArray[np.int64]:
    """Source pixels -> 256ths of a reduced pixel, counted from the frame around the first one.

    A pixel's value is at its centre. Nothing depends on `first` but a whole number, and dividing by a power
    of two loses nothing: so what is drawn does not depend on the window.
    """
    fixed = (places * (256.0 / (1 << halvings)) + 128.0).astype(np.int64)
    fixed -= first * 256
    return fixed


def _nearest(
    pixels: npt.NDArray[np.uint32], x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint32]:
    return np.asarray(pixels[(y + 128) >> 8, (x + 128) >> 8])


def _bilinear(
    pixels: npt.NDArray[np.uint32], x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint32]:
    """RGBA, four bytes in one number, between pixels whose colour is 0 where they are transparent.

    Weights are of 8 bits. Transparent neighbours leave less than full alpha, see `_weighed`.
    """
    stride = pixels.shape[1]
    flat = pixels.reshape(-1)
    index = (y >> 8) * stride + (x >> 8)
    part_x, part_y = (x & 255).astype(np.uint32), (y & 255).astype(np.uint32)
    both = (part_x * part_y + _ROUND) >> 8
    low = np.full(index.shape, _HALF, dtype=np.uint32)
    high = low.copy()
    weights = (_ONE + both - part_x - part_y, part_x - both, part_y - both, both)
    for offset, weight in zip((0, 1, stride, stride + 1), weights, strict=True):
        four = flat[offset:].take(index)
        low += (four & _PAIR) * weight
        four >>= 8
        four &= _PAIR
        four *= weight
        high += four
    low >>= 8
    low &= _PAIR
    high &= ~_PAIR
    low |= high
    return low


def _weighed(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Colours mixed with transparent black -> the colours alone, opaque or nothing."""
    alpha = rgba[:, 3:].astype(np.float64)
    colour = np.minimum(np.rint(rgba * (255.0 / np.maximum(alpha, 1.0))), 255.0)
    return np.where(alpha >= 128, colour, 0.0).astype(np.uint8)
