"""The sets of tiles a scene has: on its own grid, on the web map's, on the grid of another scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tiling.display.picture import to_rgba
from tiling.display.stretch import Stretch
from tiling.errors import GridError, WindowError
from tiling.grid.grid_transform import grid_transform
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles import web_mercator as webmercator
from tiling.maptiles.pyramid import TILE_SIZE, TilePyramid, read_reduced
from tiling.maptiles.resample import draw_onto
from tiling.raster.raster import Raster

Rgba = npt.NDArray[np.uint8]


class TileSet(Protocol):
    """Levels of pixels, cut into tiles of `TILE_SIZE`, that a raster can be drawn on."""

    @property
    def max_zoom(self) -> int:
        """The last level."""

    def level_size(self, z: int) -> tuple[int, int]:
        """(width, height) of a level, in its pixels."""

    def draw(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """A window of a level as RGBA (H, W, 4), transparent where the raster has nothing.

        Windows put together are, byte for byte, the window around them.

        Raises:
            RasterReadError: the file is damaged or truncated.
        """


def tile_counts(tileset: TileSet, z: int) -> tuple[int, int]:
    """(columns, rows) of tiles at a level."""
    width, height = tileset.level_size(z)
    return -(-width // TILE_SIZE), -(-height // TILE_SIZE)


def tile_window(tileset: TileSet, z: int, x: int, y: int) -> PixelWindow:
    """A tile's pixels at its level, cut off at the level's edge.

    Raises:
        WindowError: no such tile.
    """
    if not 0 <= z <= tileset.max_zoom:
        raise WindowError(f"Zoom {z} was asked for; expected 0 to {tileset.max_zoom}.")
    columns, rows = tile_counts(tileset, z)
    if not (0 <= x < columns and 0 <= y < rows):
        raise WindowError(f"Tile ({x}, {y}) was asked for; zoom {z} has {columns} x {rows} tiles.")
    width, height = tileset.level_size(z)
    col, row = x * TILE_SIZE, y * TILE_SIZE
    return PixelWindow(col, row, min(TILE_SIZE, width - col), min(TILE_SIZE, height - row))


def as_tile(rgba: Rgba) -> Rgba:
    """A picture filled up to the size of a tile, transparent to the right and below."""
    height, width = rgba.shape[:2]
    if height == width == TILE_SIZE:
        return rgba
    tile = np.zeros((TILE_SIZE, TILE_SIZE, 4), dtype=np.uint8)
    tile[:height, :width] = rgba
    return tile


@dataclass(frozen=True)
class NativeTiles:
    """The raster's own pixels: at the last level one tile pixel is one raster pixel."""

    grid: RasterGrid

    @property
    def pyramid(self) -> TilePyramid:
        """The levels."""
        return TilePyramid(self.grid.width, self.grid.height)

    @property
    def max_zoom(self) -> int:
        """The level of the raster's own pixels."""
        return self.pyramid.max_zoom

    def level_size(self, z: int) -> tuple[int, int]:
        """(width, height) of a level, in its pixels."""
        return self.pyramid.level_size(z)

    def level_grid(self, z: int) -> RasterGrid:
        """Where a level's pixels are; those at the right and lower edge may reach beyond the raster."""
        width, height = self.level_size(z)
        factor = 1 << (self.max_zoom - z)
        return self.grid.cut((0.0, 0.0, float(width * factor), float(height * factor)), width, height)

    def draw(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """A window of a level; the means of whole squares of the raster's pixels."""
        image, valid = read_reduced(raster, self.max_zoom - z, window, stretch.bands)
        return to_rgba(image, valid, stretch)


@dataclass(frozen=True)
class WebMercatorTiles:
    """WebMercatorQuad, for clients that know no other grid.

    Raises:
        GridError: the raster has no place on the web map.
    """

    grid: RasterGrid

    def __post_init__(self) -> None:
        # Made once here: a scene without a place is refused before anything is opened.
        if self.coverage is None:
            raise GridError("The scene has no place on the web map: no CRS, or none that reaches there.")

    @property
    def coverage(self) -> webmercator.Coverage | None:
        """Where the scene is on the web map."""
        return webmercator.coverage(self.grid)

    @property
    def max_zoom(self) -> int:
        """The standard's last level: clients that see the set in WMTS may go beyond `Coverage.max_zoom`."""
        return webmercator.MAX_ZOOM

    def level_size(self, z: int) -> tuple[int, int]:
        """(width, height) of the whole world at a level."""
        return TILE_SIZE << z, TILE_SIZE << z

    def draw(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """A window of the world; interpolated."""
        return draw_onto(raster, stretch, webmercator.level_grid(z), window)


@dataclass(frozen=True)
class TilesOn:
    """The tiles of another scene's own grid, with this scene drawn on them.

    Raises:
        GridError: the two have no common place.
    """

    grid: RasterGrid
    other: RasterGrid

    def __post_init__(self) -> None:
        grid_transform(self.grid, self.other)

    @property
    def max_zoom(self) -> int:
        """The level of the other raster's own pixels."""
        return NativeTiles(self.other).max_zoom

    def level_size(self, z: int) -> tuple[int, int]:
        """(width, height) of a level of the other raster."""
        return NativeTiles(self.other).level_size(z)

    def draw(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """A window of the other's level; interpolated."""
        return draw_onto(raster, stretch, NativeTiles(self.other).level_grid(z), window)
