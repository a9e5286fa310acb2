"""Reading of windows of an open raster, in its own pixels or resampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasterio.enums import Resampling

from tiling.arrays import Opacity
from tiling.errors import WindowError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster


@dataclass(frozen=True)
class Chip:
    """Pixels that were read.

    Attributes:
        image: (C, H, W) in the raster's own dtype, no alpha band; a palette is expanded to RGB.
        valid: (H, W) bool, False where the raster has nothing.
        window: where they are, in the pixels the reader was asked in (native or resampled).
    """

    image: npt.NDArray[np.generic]
    valid: npt.NDArray[np.bool_]
    window: PixelWindow


def read_window(
    raster: Raster,
    window: PixelWindow,
    *,
    out_height: int | None = None,
    out_width: int | None = None,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Read a window of the raster's own pixels, shrunk or enlarged where an output size is given.

    Shrinking averages, from the nearest overview; enlarging is bilinear.

    Raises:
        WindowError: The window is not wholly inside, a size below 1, or only one of the two sizes.
        RasterReadError: The file is damaged or truncated.
    """
    grid = raster.grid
    _check_inside(window, grid.width, grid.height, raster.path)
    if (out_height is None) != (out_width is None):
        raise WindowError("One of out_height and out_width was given; expected both or neither.")
    height, width = out_height or window.height, out_width or window.width
    if out_height is not None and out_width is not None and min(out_height, out_width) < 1:
        raise WindowError(
            f"An output of {out_width} x {out_height} px was asked for; it must be at least 1 x 1."
        )
    shrinks = window.width >= width and window.height >= height
    image, opacity = read_scaled(
        raster,
        (window.col, window.row, window.width, window.height),
        (height, width),
        bands,
        Resampling.average if shrinks else Resampling.bilinear,
    )
    return Chip(image, opacity > 0, window)


def read_resampled(
    raster: Raster,
    window_in_resampled_px: PixelWindow,
    size: tuple[int, int],
    *,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Read a window of the scene as it would be if it were `size` (width, height) pixels large.

    GDAL resamples (bilinear, antialiased) from the nearest finer overview. Windows read one by one are
    exactly the parts of the whole read at once.

    Raises:
        WindowError: The window is not wholly inside `size`.
        RasterReadError: The file is damaged or truncated.
    """
    width, height = size
    window = window_in_resampled_px
    _check_inside(window, width, height, raster.path)
    sx, sy = raster.grid.width / width, raster.grid.height / height
    source = (window.col * sx, window.row * sy, window.width * sx, window.height * sy)
    image, opacity = read_scaled(raster, source, (window.height, window.width), bands, Resampling.bilinear)
    return Chip(image, opacity > 0, window)


def read_scaled(
    raster: Raster,
    window: tuple[float, float, float, float],
    shape: tuple[int, int],
    bands: Sequence[int] | None,
    resampling: Resampling,
) -> tuple[npt.NDArray[np.generic], Opacity]:
    """Read a window in full-resolution pixels, from the level that fits the output's shape (height, width).

    Returns:
        image (C, H, W), and the opacity (H, W) of its pixels.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    col, row, width, height = window
    index = raster.level_for(min(width / shape[1], height / shape[0]))
    dataset = raster.level(index)
    fx, fy = dataset.width / raster.grid.width, dataset.height / raster.grid.height
    left, top = col * fx, row * fy
    # A window that ends at the edge must not end a rounding error beyond it.
    scaled = (left, top, min(width * fx, dataset.width - left), min(height * fy, dataset.height - top))
    return raster.read_opacity(index, scaled, *shape, bands, resampling)


def _check_inside(window: PixelWindow, width: int, height: int, path: Path) -> None:
    if not PixelWindow(0, 0, width, height).contains(window):
        raise WindowError(f"{window} of {path} was asked for; it must lie inside its {width} x {height} px.")
