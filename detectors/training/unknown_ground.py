"""Areas of unknown content: blanked, so that they are learnt neither as objects nor as background."""

from __future__ import annotations

import numpy as np
from rasterio.features import rasterize

from tiling.arrays import Bytes, Geometries

# Around the outline, where edges of the object show.
_MARGIN_PX = 2.0


def blank_unknown(pixels: Bytes, unknown: Geometries, labels: Geometries) -> Bytes:
    """Fill unknown ground with the image's mean colour, except where a label lies.

    Args:
        pixels: (H, W, 3) uint8.
        unknown: Polygons in pixels that wait for review, and crowd regions.
        labels: Polygons in pixels of the objects to learn.
    """
    if not len(unknown):
        return pixels
    shape = pixels.shape[:2]
    grown = [polygon.buffer(_MARGIN_PX) for polygon in unknown]
    blank = rasterize(grown, shape, all_touched=True, dtype=np.uint8).astype(bool)
    if len(labels):
        blank &= ~rasterize([p.buffer(_MARGIN_PX) for p in labels], shape, dtype=np.uint8).astype(bool)
    filled = pixels.copy()
    filled[blank] = pixels[~blank].mean(axis=0).astype(np.uint8) if not blank.all() else 0
    return filled
