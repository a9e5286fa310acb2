"""Pixel grids: geometry of rasters, windows, chips and blocks on the ground. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.lazy_names import lazy_names

if TYPE_CHECKING:
    from tiling.grid.footprint import footprint_lonlat
    from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid, resampled_size
    from tiling.grid.window import PixelWindow

__all__ = ["PIXEL_PLANE", "PixelWindow", "RasterGrid", "footprint_lonlat", "resampled_size"]

_MODULES = {
    "tiling.grid.raster_grid": (
        "PIXEL_PLANE",
        "RasterGrid",
        "resampled_size",
    ),
    "tiling.grid.window": ("PixelWindow",),
    "tiling.grid.footprint": ("footprint_lonlat",),
}

if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
