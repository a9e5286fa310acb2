"""Tile sets of a scene: on its own grid, on that of the web map, on that of another scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tiling.arrays import Rgba
from tiling.display.rendering import to_rgba
from tiling.display.stretch import Stretch
from tiling.errors import GridError, WindowError
from tiling.grid.grid_transform import grid_transform
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelSize, PixelWindow
from tiling.maptiles import web_mercator
from tiling.maptiles.pyramid import TILE_SIZE, TilePyramid, read_reduced
from tiling.maptiles.resample import resample_stretched
from tiling.raster.raster import Raster


class TileSet(Protocol):
    """Zoom levels of pixels, cut into tiles of `TILE_SIZE`, that a raster can be rendered on."""

    @property
    def max_zoom(self) -> int:
        """The finest zoom level."""

    def level_size(self, z: int) -> PixelSize:
        """Return the size of a zoom level, in its pixels."""

    def render(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """Render a window of a zoom level as RGBA (H, W, 4), transparent where no pixel is valid.

        Adjacent windows put together are, byte for byte, the window around them.

        Raises:
            RasterReadError: The file is damaged or truncated.
        """


def tile_counts(tileset: TileSet, z: int) -> tuple[int, int]:
    """Return (columns, rows) of tiles at a zoom level."""
    width, height = tileset.level_size(z)
    return -(-width // TILE_SIZE), -(-height // TILE_SIZE)


def tile_window(tileset: TileSet, z: int, x: int, y: int) -> PixelWindow:
    """Return the pixels of a tile at its zoom level, clipped to the level's edge.

    Raises:
        WindowError: The tile set has no such tile.
    """
    if not 0 <= z <= tileset.max_zoom:
        raise WindowError(f"Zoom {z} was asked for; expected 0 to {tileset.max_zoom}.")
    columns, rows = tile_counts(tileset, z)
    if not (0 <= x < columns and 0 <= y < rows):
        raise WindowError(f"Tile ({x}, {y}) was asked for; zoom {z} has {columns} x {rows} tiles.")
    width, height = tileset.level_size(z)
    col, row = x * TILE_SIZE, y * TILE_SIZE
    return PixelWindow(col, row, min(TILE_SIZE, width - col), min(TILE_SIZE, height - row))


def pad_to_tile(rgba: Rgba) -> Rgba:
    """Pad RGBA (H, W, 4) to the size of a tile, transparent on the right and below."""
    height, width = rgba.shape[:2]
    if height == width == TILE_SIZE:
        return rgba
    tile = np.zeros((TILE_SIZE, TILE_SIZE, 4), dtype=np.uint8)
    tile[:height, :width] = rgba
    return tile


@dataclass(frozen=True)
class NativeTiles:
    """Tiles on the raster's own grid: at the last zoom level one tile pixel is one raster pixel.

    >>> from affine import Affine
    >>> tiles = NativeTiles(RasterGrid(None, Affine.identity(), 1000, 600))
    >>> tiles.max_zoom, tile_counts(tiles, tiles.max_zoom), tile_window(tiles, tiles.max_zoom, 3, 2)
    (2, (4, 3), PixelWindow(col=768, row=512, width=232, height=88))
    """

    grid: RasterGrid

    @property
    def pyramid(self) -> TilePyramid:
        """The zoom levels."""
        return TilePyramid(self.grid.width, self.grid.height)

    @property
    def max_zoom(self) -> int:
        """The zoom level of the raster's own pixels."""
        return self.pyramid.max_zoom

    def level_size(self, z: int) -> PixelSize:
        """Return the size of a zoom level, in its pixels."""
        return self.pyramid.level_size(z)

    def level_grid(self, z: int) -> RasterGrid:
        """Return the grid of a zoom level; its last column and row may extend beyond the raster."""
        width, height = self.level_size(z)
        factor = 1 << (self.max_zoom - z)
        return self.grid.cut((0.0, 0.0, float(width * factor), float(height * factor)), width, height)

    def render(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """Render a window of a zoom level: means of whole squares of the raster's pixels."""
        image, opacity = read_reduced(raster, self.max_zoom - z, window, stretch.bands)
        return to_rgba(image, opacity, stretch)


@dataclass(frozen=True)
class WebMercatorTiles:
    """Tiles of WebMercatorQuad, for clients that know no other grid.

    Raises:
        GridError: The raster has no coordinates on the web map.
    """

    grid: RasterGrid

    def __post_init__(self) -> None:
        """Refuse a scene without coordinates before anything is opened."""
        if self.coverage is None:
            raise GridError(
                "The scene has no coordinates on the web map: no CRS, or none that covers its latitudes."
            )

    @property
    def coverage(self) -> web_mercator.Coverage | None:
        """The bounds and zoom levels of the scene on the web map."""
        return web_mercator.coverage(self.grid)

    @property
    def max_zoom(self) -> int:
        """The last zoom level of the standard: WMTS clients may go beyond `Coverage.max_zoom`."""
        return web_mercator.MAX_ZOOM

    def level_size(self, z: int) -> PixelSize:
        """Return the size of the whole world at a zoom level."""
        return PixelSize(TILE_SIZE << z, TILE_SIZE << z)

    def render(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """Render a window of the world, resampled."""
        return resample_stretched(raster, stretch, web_mercator.level_grid(z), window)


@dataclass(frozen=True)
class OtherSceneTiles:
    """Tiles of another scene's own grid, to which this scene is resampled.

    Raises:
        GridError: The two grids have no common coordinates.
    """

    grid: RasterGrid
    other: RasterGrid

    def __post_init__(self) -> None:
        """Check that the two grids have common coordinates."""
        grid_transform(self.grid, self.other)

    @property
    def max_zoom(self) -> int:
        """The zoom level of the other raster's own pixels."""
        return NativeTiles(self.other).max_zoom

    def level_size(self, z: int) -> PixelSize:
        """Return the size of a zoom level of the other raster."""
        return NativeTiles(self.other).level_size(z)

    def render(self, raster: Raster, stretch: Stretch, z: int, window: PixelWindow) -> Rgba:
        """Render a window of the other raster's zoom level, resampled."""
        return resample_stretched(raster, stretch, NativeTiles(self.other).level_grid(z), window)
