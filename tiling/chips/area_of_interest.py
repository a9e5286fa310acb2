"""Area of interest on a raster: the chips that intersect it, and their pixels inside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from rasterio.features import rasterize

from tiling.access.env import gdal_env
from tiling.arrays import Geometries, Mask
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.vectors import read_polygons


@dataclass(frozen=True)
class AreaOfInterest:
    """Polygons in a raster's pixel space.

    Attributes:
        polygons: (N,) shapely Polygons, at least one of which intersects the raster.
        bounds: The smallest window around their part inside the raster.
    """

    polygons: Geometries
    bounds: PixelWindow

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.polygons)

    def intersects(self, windows: Sequence[PixelWindow]) -> Mask:
        """Return (len(windows),) True where a window shares an area with the polygons, not just a border."""
        frames = np.array([_frame(window) for window in windows], dtype=object)
        window, polygon = self._tree.query(frames, predicate="intersects")
        inside = ~shapely.touches(frames[window], self.polygons[polygon])
        shares_area = np.zeros(len(windows), dtype=bool)
        shares_area[window[inside]] = True
        return shares_area

    def mask(self, window: PixelWindow) -> Mask:
        """Return (H, W) True for the pixels of a window whose centre lies inside the polygons."""
        near = self.polygons[self._tree.query(_frame(window))]
        if len(near) == 0:
            return np.zeros((window.height, window.width), dtype=bool)
        moved = shapely.transform(near, lambda xy: xy - (window.col, window.row))
        with gdal_env():
            mask = rasterize(moved.tolist(), (window.height, window.width), dtype="uint8")
        return np.asarray(mask > 0)


def read_area(path: Path, grid: RasterGrid, layer: str | None = None) -> AreaOfInterest | None:
    """Read the polygons of a file into a raster's pixel space; None where none of them intersects the raster.

    Args:
        path: The file.
        grid: The raster's grid.
        layer: Name of the layer; None for the only one.

    Raises:
        VectorReadError: Not a file of polygons, of several layers and `layer` names none, or in a CRS that
            cannot be transformed to the raster's.
    """
    scene = shapely.box(0, 0, grid.width, grid.height)
    polygons = read_polygons(path, grid, layer=layer).polygons
    polygons = polygons[shapely.intersects(polygons, scene) & ~shapely.touches(polygons, scene)]
    if len(polygons) == 0:
        return None
    left, top, right, bottom = shapely.total_bounds(shapely.intersection(polygons, scene)).tolist()
    col, row = math.floor(left), math.floor(top)
    return AreaOfInterest(
        polygons, PixelWindow(col, row, max(1, math.ceil(right) - col), max(1, math.ceil(bottom) - row))
    )


def _frame(window: PixelWindow) -> shapely.Polygon:
    return shapely.box(window.col, window.row, window.right, window.bottom)
