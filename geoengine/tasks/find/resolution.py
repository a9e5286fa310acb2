"""Resolution at which scenes are searched; it follows from the size of the examples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoengine.model import Scene
from geoengine.tasks.find.examples import SceneExamples
from geoengine.tasks.find.settings import FindError
from tiling.arrays import Floats
from tiling.grid.raster_grid import RasterGrid, resampled_size
from tiling.grid.window import PixelSize

# Examples are seen about 32 to 64 px wide, where the scene is fine enough.
_WIDE_PX = 64.0
# Smaller ones leave no trace in cells of 8 px.
_LEAST_PX = 8.0


@dataclass(frozen=True)
class Resolution:
    """Pixels that all scenes of a search are seen in.

    Attributes:
        gsd_m: Ground metres per pixel; None where the examples lie on scenes of unknown resolution.
        reduction: How many of the examples' scene's own pixels one of these is wide: a power of two.
        side_px: Median width of the examples in these pixels.
    """

    gsd_m: float | None
    reduction: int
    side_px: float

    def size_of(self, scene: Scene) -> PixelSize:
        """Return (width, height) of a scene in these pixels, or in its own where those are larger.

        Raises:
            FindError: The scene's pixels cannot be compared with those of the examples, or are too large.
        """
        grid, own = scene.grid, scene.grid.gsd_m
        if self.gsd_m is None or own is None:
            if own is not None:
                raise FindError(
                    f"{scene.key} has a ground resolution and the scene of the examples none, expected both or neither"
                )
            if self.gsd_m is not None:
                raise FindError(
                    f"{scene.key} has no ground resolution and the scene of the examples one, expected both or neither"
                )
            shape = (max(1, round(side / self.reduction)) for side in grid.size)
            return PixelSize(*shape)
        side = self.side_px * self.gsd_m / max(own, self.gsd_m)
        if side < _LEAST_PX:
            raise FindError(
                f"{scene.key} has {own:.3g} m pixels, in which the examples are {side:.1f} px wide, expected "
                f"{_LEAST_PX:g} or more"
            )
        return grid.size if own >= self.gsd_m else resampled_size(grid, self.gsd_m)

    def per_pixel(self, scene: Scene, size: PixelSize) -> float:
        """Return how many pixels of a scene that is seen in `size` one of these pixels is wide."""
        own = scene.grid.gsd_m
        if self.gsd_m is None or own is None:
            return 1.0
        return self.gsd_m / (own * scene.grid.width / size.width)


def choose_resolution(known: Sequence[SceneExamples]) -> Resolution:
    """Return the resolution for examples: of the scene with most of them, halved while they are wider than 64 px.

    Args:
        known: The examples, the scene with most of them first.

    Raises:
        FindError: They are smaller than 8 px.
    """
    first = known[0]
    side = float(np.median(np.sqrt(sides(first.boxes).prod(axis=1))))
    if side < _LEAST_PX:
        raise FindError(
            f"the examples on {first.scene.key} are {side:.1f} px wide, expected {_LEAST_PX:g} or more"
        )
    reduction = 2 ** max(0, math.ceil(math.log2(side / _WIDE_PX)))
    gsd_m = first.scene.grid.gsd_m
    return Resolution(None if gsd_m is None else gsd_m * reduction, reduction, side / reduction)


def sides(boxes: Floats) -> Floats:
    """Return (N, 2) widths and heights of (N, 4) boxes."""
    return boxes[:, 2:] - boxes[:, :2]


def factors(grid: RasterGrid, size: PixelSize) -> Floats:
    """Return (4,) what the sides of boxes in a scene's pixels are multiplied by, for it seen in that size."""
    return np.array([size.width / grid.width, size.height / grid.height] * 2)
