"""Resampling of a raster to another grid: that of the web map, or that of another scene."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tiling.arrays import Floats, Ints, Rgba
from tiling.display.rendering import to_rgba
from tiling.display.stretch import Stretch
from tiling.grid.grid_transform import GridTransform, SourceLattice, grid_transform
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.pyramid import read_reduced
from tiling.raster.raster import Raster

_Sample = Callable[[npt.NDArray[np.uint32], Ints, Ints], npt.NDArray[np.uint32]]

# Two of four 8-bit channels in one 32-bit number, so that one operation does both; and a half of each, to round.
_CHANNEL_PAIR = np.uint32(0x00FF00FF)
_PAIR_HALF = np.uint32(0x00800080)

_ROUND = np.uint32(128)
_ONE = np.uint32(256)

# Rows resampled at once, few enough to stay in a processor's cache.
_STRIP_ROWS = 32

# Two grids whose scales differ by more than 2 ** 30 show nothing of each other.
_MAX_HALVINGS = 30


def resample_stretched(raster: Raster, stretch: Stretch, target: RasterGrid, window: PixelWindow) -> Rgba:
    """Resample a stretched raster to a window of another grid.

    The raster is reduced by the power of two nearest to the ratio of the two pixel sizes, and interpolated
    (bilinear; nearest neighbour for a palette). A target pixel depends on the two grids and the raster alone:
    adjacent windows put together are, byte for byte, the window around them.

    Args:
        raster: The source.
        stretch: The mapping of its values to 0-255.
        target: The grid to resample to.
        window: The part of `target` that is wanted, in its pixels.

    Returns:
        RGBA (H, W, 4) uint8, transparent where the raster has no valid pixel, partly where its alpha is partial.

    Raises:
        GridError: The two grids have no common coordinates.
        RasterReadError: The file is damaged or truncated.
    """
    transform = grid_transform(raster.grid, target)
    halvings = count_halvings(transform)
    lattice = transform.source_lattice(window)
    rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
    source = _source_window(raster.grid, halvings, lattice)
    if source is None:
        return rgba
    image, opacity = read_reduced(raster, halvings, source, stretch.bands)
    valid = opacity if opacity.dtype == np.bool_ else opacity > 0

    def resampled(pixels: Rgba) -> Rgba:
        """Resample RGBA that is opaque or transparent, with the raster's pixels of `source`."""
        out = np.zeros_like(rgba)
        # Repeat the outermost pixels: between their centres and the raster's edge nothing changes.
        padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge").view(np.uint32)
        if transform.is_aligned and raster.palette is None:
            _resample_separable(out, padded, raster.grid, transform.axes(window), halvings, source)
        else:
            sample = _nearest if raster.palette is not None else _bilinear
            _resample_general(out, padded, raster.grid, lattice, halvings, source, sample)
        partly = (out[..., 3] != 255) & (out[..., 3] != 0)
        if partly.any():
            out[partly] = _unpremultiply(out[partly])
        return out

    rgba = resampled(to_rgba(image, valid, stretch))
    if opacity is not valid:
        # Like a colour: the mean of the valid pixels around, so that it does not fade towards their edge.
        opacities = np.zeros((*valid.shape, 4), dtype=np.uint8)
        opacities[..., 0], opacities[..., 3] = opacity, np.where(valid, 255, 0)
        rgba[..., 3] = np.where(rgba[..., 3] > 0, np.maximum(resampled(opacities)[..., 0], 1), 0)
    return rgba


def resample_images(
    grid: RasterGrid, read: Callable[[PixelWindow], Rgba], target: RasterGrid, window: PixelWindow
) -> Rgba:
    """Resample ready images to a window of another grid, bilinear, without reducing them first.

    Args:
        grid: The grid of the images.
        read: Returns RGBA (H, W, 4) of a window of `grid`.
        target: The grid to resample to.
        window: The part of `target` that is wanted, in its pixels.

    Returns:
        RGBA (H, W, 4) uint8; transparent where `grid` does not reach.

    Raises:
        GridError: The two grids have no common coordinates.
    """
    lattice = grid_transform(grid, target).source_lattice(window)
    rgba = np.zeros((window.height, window.width, 4), dtype=np.uint8)
    source = _source_window(grid, 0, lattice)
    if source is None:
        return rgba
    images = np.pad(read(source), ((1, 1), (1, 1), (0, 0)), mode="edge").astype(np.uint16)
    # Weighted by its alpha, so that the colour of what is transparent is seen nowhere.
    images[..., :3] = (images[..., :3] * images[..., 3:] + 127) // 255
    pixels = images.astype(np.uint8).view(np.uint32)
    _resample_general(rgba, pixels, grid, lattice, 0, source, _bilinear)
    partly = (rgba[..., 3] != 255) & (rgba[..., 3] != 0)
    alpha = rgba[partly, 3:].astype(np.uint16)
    rgba[partly, :3] = np.minimum((rgba[partly, :3] * np.uint16(255) + alpha // 2) // alpha, 255)
    return rgba


def _resample_general(
    rgba: Rgba,
    pixels: npt.NDArray[np.uint32],
    grid: RasterGrid,
    lattice: SourceLattice,
    halvings: int,
    source: PixelWindow,
    sample: _Sample,
) -> None:
    """Resample between any two grids: every target pixel has source coordinates of its own."""
    width, height = grid.width, grid.height
    for start in range(0, len(rgba), _STRIP_ROWS):
        stop = min(len(rgba), start + _STRIP_ROWS)
        col, row = lattice.rows(start, stop)
        with np.errstate(invalid="ignore"):
            inside = (col >= 0) & (col < width) & (row >= 0) & (row < height)
        if inside.all():
            x, y = _to_fixed_point(col, halvings, source.col), _to_fixed_point(row, halvings, source.row)
            rgba[start:stop] = sample(pixels[..., 0], x, y).view(np.uint8).reshape(*x.shape, 4)
        elif inside.any():
            x, y = (
                _to_fixed_point(col[inside], halvings, source.col),
                _to_fixed_point(row[inside], halvings, source.row),
            )
            rgba[start:stop][inside] = sample(pixels[..., 0], x, y).view(np.uint8).reshape(*x.shape, 4)


def _resample_separable(
    rgba: Rgba,
    pixels: npt.NDArray[np.uint32],
    grid: RasterGrid,
    axes: tuple[Floats, Floats],
    halvings: int,
    source: PixelWindow,
) -> None:
    """Resample between axis-aligned grids: a source column depends on the target column only, and row on row.

    Interpolates between rows first, then between columns. Half as much work as `_resample_general`, and equal to it
    within 2 of 255, because it rounds twice.
    """
    inside = [
        np.flatnonzero((axis >= 0) & (axis < length))
        for axis, length in zip(axes, (grid.width, grid.height), strict=True)
    ]
    if not (len(inside[0]) and len(inside[1])):
        return
    across, down = (slice(indices[0], indices[-1] + 1) for indices in inside)
    x, y = (
        _to_fixed_point(axes[0][across], halvings, source.col),
        _to_fixed_point(axes[1][down], halvings, source.row),
    )
    out = rgba[down, across]
    bytes_ = pixels.view(np.uint8)
    right = (x & 255).astype(np.uint16)[:, None]
    for start in range(0, len(y), _STRIP_ROWS):
        part = y[start : start + _STRIP_ROWS]
        below = (part & 255).astype(np.uint16)[:, None, None]
        rows = _blend(bytes_[part >> 8], bytes_[(part >> 8) + 1], below).view(np.uint32)[..., 0]
        left, beyond = (
            rows.take((x >> 8) + step, axis=1).view(np.uint8).reshape(-1, len(x), 4) for step in (0, 1)
        )
        out[start : start + _STRIP_ROWS] = _blend(left, beyond, right)


def _blend(one: Rgba, other: Rgba, share: npt.NDArray[np.uint16]) -> Rgba:
    """Mix two arrays of pixels: `share` of 256 is the weight of `other`."""
    both = one * (np.uint16(256) - share)
    both += other * share
    both += np.uint16(128)
    both >>= 8
    return both.astype(np.uint8)


def count_halvings(transform: GridTransform) -> int:
    """Return how often the source is halved before it is resampled to the target."""
    return min(_MAX_HALVINGS, max(0, round(math.log2(transform.scale))))


def _source_window(grid: RasterGrid, halvings: int, lattice: SourceLattice) -> PixelWindow | None:
    """Return the window of reduced pixels that interpolation reads; None where the raster is not in the target."""
    bounds = lattice.bounds
    if bounds is None:
        return None
    shrink = 1.0 / (1 << halvings)
    left, top, right, bottom = (value * shrink - 0.5 for value in bounds)
    last_col = -(-grid.width // (1 << halvings)) - 1
    last_row = -(-grid.height // (1 << halvings)) - 1
    if right < -0.5 or bottom < -0.5 or left > last_col + 0.5 or top > last_row + 0.5:
        return None
    first_col, first_row = (int(max(0, math.floor(value))) for value in (left, top))
    end_col = int(min(last_col, math.floor(right) + 1))
    end_row = int(min(last_row, math.floor(bottom) + 1))
    first_col, first_row = min(first_col, end_col), min(first_row, end_row)
    return PixelWindow(first_col, first_row, end_col - first_col + 1, end_row - first_row + 1)


def _to_fixed_point(coordinates: Floats, halvings: int, first: int) -> Ints:
    """Convert source coordinates to 256ths of a reduced pixel, counted from the padding before pixel `first`.

    A pixel's value is at its centre. `first` shifts the result by a whole number, and dividing by a power of
    two is exact: so the result does not depend on the window.
    """
    fixed = (coordinates * (256.0 / (1 << halvings)) + 128.0).astype(np.int64)
    fixed -= first * 256
    return fixed


def _nearest(pixels: npt.NDArray[np.uint32], x: Ints, y: Ints) -> npt.NDArray[np.uint32]:
    """Return the pixels nearest to coordinates in 256ths of a pixel."""
    return np.asarray(pixels[(y + 128) >> 8, (x + 128) >> 8])


def _bilinear(pixels: npt.NDArray[np.uint32], x: Ints, y: Ints) -> npt.NDArray[np.uint32]:
    """Interpolate RGBA pixels, four bytes in one number, whose colour is 0 where they are transparent.

    Weights have 8 bits. Transparent neighbours leave less than full alpha, see `_unpremultiply`.
    """
    stride = pixels.shape[1]
    flat = pixels.reshape(-1)
    index = (y >> 8) * stride + (x >> 8)
    part_x, part_y = (x & 255).astype(np.uint32), (y & 255).astype(np.uint32)
    both = (part_x * part_y + _ROUND) >> 8
    low = np.full(index.shape, _PAIR_HALF, dtype=np.uint32)
    high = low.copy()
    weights = (_ONE + both - part_x - part_y, part_x - both, part_y - both, both)
    for offset, weight in zip((0, 1, stride, stride + 1), weights, strict=True):
        four = flat[offset:].take(index)
        low += (four & _CHANNEL_PAIR) * weight
        four >>= 8
        four &= _CHANNEL_PAIR
        four *= weight
        high += four
    low >>= 8
    low &= _CHANNEL_PAIR
    high &= ~_CHANNEL_PAIR
    low |= high
    return low


def _unpremultiply(rgba: Rgba) -> Rgba:
    """Divide colours (N, 4) by their alpha, and make each pixel opaque or transparent."""
    alpha = rgba[:, 3:].astype(np.float64)
    colour = np.minimum(np.rint(rgba * (255.0 / np.maximum(alpha, 1.0))), 255.0)
    return np.where(alpha >= 128, colour, 0.0).astype(np.uint8)
