"""Rasters: reading, contrast stretches, map tiles and chips, on top of GDAL.

The names below are the ones that a user of the library imports. They are loaded on first use (PEP 562), so that
`import tiling` alone loads neither rasterio nor numpy.

>>> import numpy, rasterio, tempfile
>>> from pathlib import Path
>>> from tiling import ChipSpec, PixelWindow, apply_stretch, compute_stretch, open_raster, plan_chips, read_window
>>> folder = tempfile.TemporaryDirectory()
>>> path = Path(folder.name) / "scene.tif"
>>> values = numpy.arange(120 * 80, dtype="uint16").reshape(1, 80, 120)
>>> profile = {"width": 120, "height": 80, "count": 1, "dtype": "uint16", "crs": "EPSG:32645"}
>>> transform = rasterio.Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000)
>>> with rasterio.open(path, "w", transform=transform, **profile) as dataset:
...     dataset.write(values)

A raster is opened read-only. Its windows, chips and stretch are in its own pixels:

>>> with open_raster(path) as raster:
...     stretch = compute_stretch(raster)
...     chip = read_window(raster, PixelWindow(10, 20, 64, 32))
>>> raster.grid.width, raster.grid.height, round(raster.grid.gsd_m, 2)
(120, 80, 0.5)
>>> chip.image.shape, int(chip.image[0, 0, 0]), bool(chip.valid.all())
((1, 32, 64), 2410, True)
>>> apply_stretch(chip.image, stretch).shape
(3, 32, 64)
>>> [(window.col, window.row) for window in plan_chips(120, 80, ChipSpec(64))]
[(0, 0), (56, 0), (0, 16), (56, 16)]
>>> folder.cleanup()
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tiling.lazy_names import lazy_names

# libgeotiff asks a PROJ of its own, without a database, for units that it knows anyway, and PROJ prints that to stderr.
# Read when PROJ is loaded, so it is set before rasterio is imported. What fails is raised as an error all the same.
os.environ.setdefault("PROJ_DEBUG", "0")

if TYPE_CHECKING:
    from tiling.access.policy import ReadPolicy
    from tiling.access.source import RasterSource
    from tiling.chips.options import ChipOptions
    from tiling.chips.report import ChipReport
    from tiling.chips.splits import SplitSpec
    from tiling.chips.write import write_chips
    from tiling.display.statistics import compute_statistics
    from tiling.display.stretch import Stretch, apply_stretch, choose_stretch, compute_stretch
    from tiling.display.stretch_request import StretchRequest
    from tiling.errors import TilingError
    from tiling.grid.plan import ChipSpec, plan_blocks, plan_chips
    from tiling.grid.raster_grid import RasterGrid
    from tiling.grid.window import PixelWindow
    from tiling.ingest.cog import ensure_cog
    from tiling.maptiles.tile_sets import NativeTiles, WebMercatorTiles
    from tiling.raster.facts import RasterFacts, read_facts, read_metadata
    from tiling.raster.raster import Raster, open_raster
    from tiling.raster.reading import Chip, read_resampled, read_window
    from tiling.vectors import read_polygons

__all__ = [
    "Chip",
    "ChipOptions",
    "ChipReport",
    "ChipSpec",
    "NativeTiles",
    "PixelWindow",
    "Raster",
    "RasterFacts",
    "RasterGrid",
    "RasterSource",
    "ReadPolicy",
    "SplitSpec",
    "Stretch",
    "StretchRequest",
    "TilingError",
    "WebMercatorTiles",
    "apply_stretch",
    "choose_stretch",
    "compute_statistics",
    "compute_stretch",
    "ensure_cog",
    "open_raster",
    "plan_blocks",
    "plan_chips",
    "read_facts",
    "read_metadata",
    "read_polygons",
    "read_resampled",
    "read_window",
    "write_chips",
]

_MODULES = {
    "tiling.access.policy": ("ReadPolicy",),
    "tiling.access.source": ("RasterSource",),
    "tiling.chips.options": ("ChipOptions",),
    "tiling.chips.report": ("ChipReport",),
    "tiling.chips.splits": ("SplitSpec",),
    "tiling.chips.write": ("write_chips",),
    "tiling.display.statistics": ("compute_statistics",),
    "tiling.display.stretch": ("Stretch", "apply_stretch", "choose_stretch", "compute_stretch"),
    "tiling.display.stretch_request": ("StretchRequest",),
    "tiling.errors": ("TilingError",),
    "tiling.grid.plan": ("ChipSpec", "plan_blocks", "plan_chips"),
    "tiling.grid.raster_grid": ("RasterGrid",),
    "tiling.grid.window": ("PixelWindow",),
    "tiling.ingest.cog": ("ensure_cog",),
    "tiling.maptiles.tile_sets": ("NativeTiles", "WebMercatorTiles"),
    "tiling.raster.facts": ("RasterFacts", "read_facts", "read_metadata"),
    "tiling.raster.raster": ("Raster", "open_raster"),
    "tiling.raster.reading": ("Chip", "read_resampled", "read_window"),
    "tiling.vectors": ("read_polygons",),
}

if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
