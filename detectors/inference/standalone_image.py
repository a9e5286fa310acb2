"""Standalone images: files that belong to no project, with or without a georeference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detectors.detections import Detections, Space
from detectors.errors import DatasetError
from detectors.inference.predictor import Predictor
from detectors.inference.sliced import detect_image
from detectors.merging.merge import DEFAULT_RULES, MergeRules
from tiling.access.source import RasterSource
from tiling.arrays import Bytes
from tiling.display.stretch import apply_stretch, compute_stretch
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster, open_raster
from tiling.raster.reading import read_resampled

_MAX_MEGAPIXELS = 400.0  # 1.2 GB as 8-bit RGB


@dataclass(frozen=True)
class StandaloneImage:
    """Image in memory at a model's ground resolution.

    Attributes:
        pixels: (3, H, W) uint8.
        scale: How many of its pixels one pixel of the file makes (x, y).
        size: (width, height) of the file, in its own pixels.
        gsd_m: Ground metres per pixel of the file, None where nothing tells.
    """

    pixels: Bytes
    scale: tuple[float, float]
    size: PixelSize
    gsd_m: float | None


def read_image(path: Path, gsd_m: float, fallback_gsd_m: float | None = None) -> StandaloneImage:
    """Read a whole image file, in the order its pixels are stored, which labels in pixels refer to.

    Args:
        path: The file.
        gsd_m: The ground resolution wanted.
        fallback_gsd_m: Of a file without georeference; without either it is taken as it is.

    Raises:
        TilingError: It cannot be read.
        DatasetError: At that resolution it is too large to be held in memory.
    """
    with open_raster(path) as raster:
        own = raster.grid.gsd_m or fallback_gsd_m
        if not raster.is_warped:
            return _read(raster, own, gsd_m)
    with Raster(RasterSource(path), as_stored=True) as raster:
        return _read(raster, own, gsd_m)


def _read(raster: Raster, own_gsd_m: float | None, gsd_m: float) -> StandaloneImage:
    grid = raster.grid
    zoom = 1.0 if own_gsd_m is None else own_gsd_m / gsd_m
    size = (max(1, round(grid.width * zoom)), max(1, round(grid.height * zoom)))
    if size[0] * size[1] > _MAX_MEGAPIXELS * 1e6:
        raise DatasetError(
            f"{raster.path} would be {size[0]} x {size[1]} px at {gsd_m:g} m, expected at most "
            f"{_MAX_MEGAPIXELS:g} megapixels for an image that is read whole"
        )
    stretch = compute_stretch(raster)
    chip = read_resampled(raster, PixelWindow(0, 0, *size), size, bands=stretch.bands)
    pixels = apply_stretch(chip.image, stretch)
    return StandaloneImage(pixels, (size[0] / grid.width, size[1] / grid.height), grid.size, own_gsd_m)


def detect_standalone(
    predictor: Predictor, image: StandaloneImage, rules: MergeRules = DEFAULT_RULES
) -> Detections:
    """Detect on a standalone image; the result is in SCENE space, pixels of the file."""
    found = detect_image(predictor, image.pixels, rules=rules)
    scale = (1 / image.scale[0], 1 / image.scale[1])
    return found.moved(scale, (0.0, 0.0), Space.SCENE)
