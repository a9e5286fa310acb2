"""Map tiles on the raster's own pixel grid, so that at the last zoom a screen pixel is a raster pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rasterio.enums import Resampling

from tiling.display.picture import to_rgba
from tiling.display.stretch import Stretch
from tiling.errors import WindowError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster, read_window

TILE_SIZE = 256

Pixels = tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class TilePyramid:
    """The zoom levels of a raster: level `max_zoom` is 1:1, each below it half as large, level 0 one tile.

    Raises:
        WindowError: a size below 1.
    """

    width: int
    height: int
    tile_size: int = TILE_SIZE

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.tile_size) < 1:
            raise WindowError(
                f"A pyramid of {self.width} x {self.height} px in tiles of {self.tile_size} px was asked for; "
                "expected at least 1 everywhere."
            )

    @property
    def max_zoom(self) -> int:
        """The zoom level at which a tile's pixel is a raster's pixel."""
        return (-(-max(self.width, self.height) // self.tile_size) - 1).bit_length()

    def resolutions(self, gridres: float) -> list[float]:
        """World units per pixel for z = 0 … max_zoom; `gridres` is the raster's own."""
        return [gridres * 2.0 ** (self.max_zoom - z) for z in range(self.max_zoom + 1)]

    def level_size(self, z: int) -> tuple[int, int]:
        """(width, height) of a level in its pixels; the last ones may be half pixels of the raster."""
        factor = self._factor(z)
        return -(-self.width // factor), -(-self.height // factor)

    def tile_counts(self, z: int) -> tuple[int, int]:
        """(columns, rows) of tiles at a level."""
        width, height = self.level_size(z)
        return -(-width // self.tile_size), -(-height // self.tile_size)

    def tile_window(self, z: int, x: int, y: int) -> PixelWindow:
        """The tile's pixels at its level, cut off at the level's edge.

        Raises:
            WindowError: no such tile.
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


def render_tile(
    raster: Raster, stretch: Stretch, z: int, x: int, y: int, tile_size: int = TILE_SIZE
) -> npt.NDArray[np.uint8]:
    """One tile as RGBA (tile_size, tile_size, 4), transparent outside the raster and where it has nothing.

    Where the file has the overview of that level, this is one small read of whole pixels; tiles put
    together are exactly the level rendered whole.

    Raises:
        WindowError: no such tile.
        RasterReadError: the file is damaged or truncated.
    """
    pyramid = TilePyramid(raster.grid.width, raster.grid.height, tile_size)
    window = pyramid.tile_window(z, x, y)
    image, valid = read_reduced(raster, pyramid.max_zoom - z, window, stretch.bands)
    tile = np.zeros((tile_size, tile_size, 4), dtype=np.uint8)
    tile[: window.height, : window.width] = to_rgba(image, valid, stretch)
    return tile


def read_reduced(raster: Raster, halvings: int, window: PixelWindow, bands: Sequence[int] | None) -> Pixels:
    """Reads a window of the raster reduced by 2 ** `halvings`; `window` is in reduced pixels.

    Every reduced pixel is the mean of its own square of pixels, whatever the window, so that windows read
    one by one fit together.
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
) -> Pixels:
    """Reads means of `factor` x `factor` squares of a level; `window` is in such squares."""
    level = raster.level(index)
    if factor == 1:
        return raster.read_level(
            index, (window.col, window.row, window.width, window.height), window.height, window.width, bands
        )
    # The last square of a row or column may be cut off by the edge. It is read on its own, because a
    # read scales evenly and would squeeze all of its neighbours.
    rows = [
        [
            raster.read_level(
                index, (col, row, width, height), out_height, out_width, bands, Resampling.average
            )
            for col, width, out_width in _runs(window.col, window.right, factor, level.width)
        ]
        for row, height, out_height in _runs(window.row, window.bottom, factor, level.height)
    ]
    image = np.concatenate([np.concatenate([part[0] for part in row], axis=2) for row in rows], axis=1)
    valid = np.concatenate([np.concatenate([part[1] for part in row], axis=1) for row in rows], axis=0)
    return image, valid


def _runs(start: int, stop: int, factor: int, length: int) -> list[tuple[int, int, int]]:
    """Squares start … stop of an axis of `length` pixels -> (first pixel, pixels, squares) to read."""
    whole = min(stop, length // factor)
    runs = []
    if whole > start:
        runs.append((start * factor, (whole - start) * factor, whole - start))
    if stop > whole:
        first = max(start, whole) * factor
        runs.append((first, length - first, 1))
    return runs


def thumbnail(raster: Raster, stretch: Stretch, size: int = 256) -> npt.NDArray[np.uint8]:
    """The whole scene as RGBA (H, W, 4), its longer side `size` pixels or its own length if shorter.

    Raises:
        RasterReadError: the file is damaged or truncated.
    """
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / size)
    chip = read_window(
        raster,
        PixelWindow(0, 0, width, height),
        out_height=max(1, round(height / scale)),
        out_width=max(1, round(width / scale)),
        bands=stretch.bands,
    )
    return to_rgba(chip.image, chip.valid, stretch)
