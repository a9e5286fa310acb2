"""Zoom levels on a raster's own pixel grid: at the last one a screen pixel is a raster pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rasterio.enums import Resampling

from tiling.arrays import Bytes, Opacity, Pixels, Rgba
from tiling.display.rendering import to_rgba
from tiling.display.stretch import Stretch
from tiling.errors import WindowError
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import read_scaled

TILE_SIZE = 256


@dataclass(frozen=True)
class TilePyramid:
    """Zoom levels of a raster: level `max_zoom` is 1:1, each below it half as large, level 0 one tile.

    Raises:
        WindowError: A size below 1.
    """

    width: int
    height: int
    tile_size: int = TILE_SIZE

    def __post_init__(self) -> None:
        """Check the sizes."""
        if min(self.width, self.height, self.tile_size) < 1:
            raise WindowError(
                f"A pyramid of {self.width} x {self.height} px in tiles of {self.tile_size} px was asked for; "
                "expected at least 1 everywhere."
            )

    @property
    def max_zoom(self) -> int:
        """The zoom level at which a tile pixel is a raster pixel."""
        return (-(-max(self.width, self.height) // self.tile_size) - 1).bit_length()

    def resolutions(self, gridres: float) -> list[float]:
        """Return world units per pixel for z = 0 … max_zoom; `gridres` is the raster's own."""
        return [gridres * 2.0 ** (self.max_zoom - z) for z in range(self.max_zoom + 1)]

    def level_size(self, z: int) -> PixelSize:
        """Return the size of a zoom level in its pixels, of which the last ones may extend beyond the raster."""
        factor = self._factor(z)
        return PixelSize(-(-self.width // factor), -(-self.height // factor))

    def tile_counts(self, z: int) -> tuple[int, int]:
        """Return (columns, rows) of tiles at a zoom level."""
        width, height = self.level_size(z)
        return -(-width // self.tile_size), -(-height // self.tile_size)

    def tile_window(self, z: int, x: int, y: int) -> PixelWindow:
        """Return the pixels of a tile at its zoom level, clipped to the level's edge.

        Raises:
            WindowError: The level has no such tile.
        """
        columns, rows = self.tile_counts(z)
        if not (0 <= x < columns and 0 <= y < rows):
            raise WindowError(f"Tile {z}/{x}/{y} was asked for; zoom {z} has {columns} x {rows} tiles.")
        width, height = self.level_size(z)
        col, row = x * self.tile_size, y * self.tile_size
        return PixelWindow(col, row, min(self.tile_size, width - col), min(self.tile_size, height - row))

    def _factor(self, z: int) -> int:
        if not 0 <= z <= self.max_zoom:
            raise WindowError(f"Zoom {z} was asked for; expected 0 to {self.max_zoom}.")
        return 1 << (self.max_zoom - z)


def read_reduced(
    raster: Raster, halvings: int, window: PixelWindow, bands: Sequence[int] | None
) -> tuple[Pixels, Opacity]:
    """Read a window of the raster reduced by 2 ** `halvings`.

    Every reduced pixel is the mean of its own square of pixels, whatever the window, so that adjacent windows
    fit together. Uses the coarsest overview that divides the squares.

    Args:
        raster: The open raster.
        halvings: How often its size is halved.
        window: The part that is wanted, in reduced pixels.
        bands: 1-based bands; None for all.

    Returns:
        Native values (C, H, W), and the opacity (H, W) of their pixels: 0 or False where nothing is valid.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    grid = raster.grid
    for index in range(len(raster.overviews), -1, -1):
        step = raster.overviews[index - 1] if index else 1
        if step & (step - 1) or step > 1 << halvings:
            continue
        level = raster.level(index)
        if (level.width, level.height) == (-(-grid.width // step), -(-grid.height // step)):
            return _read_means(raster, index, (1 << halvings) // step, window, bands)
    raise AssertionError("level 0 always fits")


def _read_means(
    raster: Raster, index: int, factor: int, window: PixelWindow, bands: Sequence[int] | None
) -> tuple[Pixels, Opacity]:
    """Read means of `factor` x `factor` squares of an overview; `window` is in such squares."""
    level = raster.level(index)
    if factor == 1:
        return raster.read_opacity(
            index, (window.col, window.row, window.width, window.height), window.height, window.width, bands
        )
    # The last square of a row or column may be clipped by the edge. It is read alone, because one read
    # scales evenly and would squeeze all of its neighbours.
    rows = [
        [
            raster.read_opacity(
                index, (col, row, width, height), out_height, out_width, bands, Resampling.average
            )
            for col, width, out_width in _runs(window.col, window.right, factor, level.width)
        ]
        for row, height, out_height in _runs(window.row, window.bottom, factor, level.height)
    ]
    image = np.concatenate([np.concatenate([part[0] for part in row], axis=2) for row in rows], axis=1)
    parts = [part[1] for row in rows for part in row]
    partial = any(part.dtype != np.bool_ for part in parts)
    opacity = np.concatenate(
        [np.concatenate([_opacity(part[1]) if partial else part[1] for part in row], axis=1) for row in rows]
    )
    return image, opacity


def _opacity(opacity: Opacity) -> Bytes:
    """Return opacity as numbers, also where nothing is partly transparent."""
    numbers: Bytes = opacity.astype(np.uint8)
    return numbers * np.uint8(255) if opacity.dtype == np.bool_ else numbers


def _runs(start: int, stop: int, factor: int, length: int) -> list[tuple[int, int, int]]:
    """Convert squares start … stop of an axis of `length` pixels to (first pixel, pixels, squares) to read."""
    whole = min(stop, length // factor)
    runs = []
    if whole > start:
        runs.append((start * factor, (whole - start) * factor, whole - start))
    if stop > whole:
        first = max(start, whole) * factor
        runs.append((first, length - first, 1))
    return runs


def thumbnail(raster: Raster, stretch: Stretch, size: int = 256) -> Rgba:
    """Return the whole scene as RGBA (H, W, 4), its longer side at most `size` pixels.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / size)
    shape = max(1, round(height / scale)), max(1, round(width / scale))
    image, opacity = read_scaled(raster, (0, 0, width, height), shape, stretch.bands, Resampling.average)
    return to_rgba(image, opacity, stretch)
