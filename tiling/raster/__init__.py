"""Rasters: reading windows north up, what the bands mean, and the file's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.lazy_names import lazy_names

if TYPE_CHECKING:
    from tiling.raster.facts import RasterFacts, read_facts
    from tiling.raster.raster import Raster, open_raster
    from tiling.raster.reading import Chip, read_resampled, read_window

__all__ = ["Chip", "Raster", "RasterFacts", "open_raster", "read_facts", "read_resampled", "read_window"]

_MODULES = {
    "tiling.raster.raster": (
        "Raster",
        "open_raster",
    ),
    "tiling.raster.reading": (
        "Chip",
        "read_resampled",
        "read_window",
    ),
    "tiling.raster.facts": (
        "RasterFacts",
        "read_facts",
    ),
}

if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
