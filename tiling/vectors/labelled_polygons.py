"""Polygons in a raster's pixel space, as labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tiling.arrays import Geometries, Mask


@dataclass(frozen=True)
class LabelledPolygons:
    """Polygons in a raster's pixel space with their classes, in the file's order.

    Attributes:
        polygons: (N,) shapely Polygons in pixel space, valid, not empty; MultiPolygons where they were read whole.
        classes: N names, None where the file names no class.
        skipped: Features left out, because they hold no area (no geometry, points, lines, not finite).
        waiting: (N,) whether each is a proposal that waits for review; None where none does.
        rejected: Features left out because they are rejected.
        class_field: The property that the classes are from; None where the file has none.
    """

    polygons: Geometries
    classes: list[str | None]
    skipped: int = 0
    waiting: Mask | None = None
    rejected: int = 0
    class_field: str | None = None

    def unknown(self) -> Mask:
        """Return (N,) where polygons are unknown ground and no labels."""
        return np.zeros(len(self.polygons), bool) if self.waiting is None else self.waiting
