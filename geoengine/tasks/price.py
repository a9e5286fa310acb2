"""Price of a detection on ground that a model was not trained for, told before the work."""

from __future__ import annotations

import math
from collections.abc import Iterable

from detectors.inference.sizes import BLOCK_PX
from detectors.model_package.card import ModelCard
from geoengine.errors import InvalidValueError
from geoengine.model import Scene
from tiling.access.source import RasterSource
from tiling.grid.window import PixelSize
from tiling.raster.raster import open_raster

_FAR = 4.0


def check_range(
    card: ModelCard, name: str, gsd_m: float | None, size: PixelSize, *, accepted: bool
) -> str | None:
    """Return a warning where a raster's ground resolution is outside a model's range, with the price of the work.

    Args:
        card: The model.
        name: Of the raster.
        gsd_m: Its ground metres per pixel; None where nobody knows.
        size: Its width and height in its own pixels.
        accepted: Whether the user said that it is to be done nevertheless.

    Raises:
        InvalidValueError: It is further than four times outside the range, and not accepted.
    """
    low, high = card.gsd_range_m
    if gsd_m is None or low <= gsd_m <= high:
        return None
    columns, rows = (math.ceil(side * gsd_m / card.gsd_m / BLOCK_PX) for side in size)
    blocks = max(1, columns) * max(1, rows)
    text = (
        f"{name} has {gsd_m:.3g} m pixels, but {card.name} was trained for {low:g} to {high:g} m: {blocks:,} "
        f"block{'' if blocks == 1 else 's'} of {BLOCK_PX} x {BLOCK_PX} px, and poor proposals"
    )
    if not accepted and is_far(card, gsd_m):
        raise InvalidValueError(f"{text}; nothing was done, --yes does it nevertheless", "gsd")
    return text


def is_far(card: ModelCard, gsd_m: float | None) -> bool:
    """Return whether a ground resolution is so far outside a model's range that somebody has to say yes to it."""
    low, high = card.gsd_range_m
    return gsd_m is not None and not low / _FAR <= gsd_m <= high * _FAR


def check_scenes(card: ModelCard, scenes: Iterable[Scene], *, accepted: bool) -> list[str]:
    """Return the warnings of `check_range` for scenes.

    Raises:
        InvalidValueError: As `check_range`.
    """
    warnings = (
        check_range(card, scene.key, scene.grid.gsd_m, scene.grid.size, accepted=accepted) for scene in scenes
    )
    return [warning for warning in warnings if warning]


def check_raster(card: ModelCard, source: RasterSource, gsd_m: float | None, *, accepted: bool) -> str | None:
    """Return what `check_range` does for a file.

    Args:
        card: The model.
        source: The raster.
        gsd_m: Its ground metres per pixel, where it has no georeference.
        accepted: Whether the user said that it is to be done nevertheless.

    Raises:
        TilingError: The raster cannot be read.
        InvalidValueError: As `check_range`.
    """
    with open_raster(source) as raster:
        grid = raster.grid
    return check_range(card, source.path.name, grid.gsd_m or gsd_m, grid.size, accepted=accepted)
