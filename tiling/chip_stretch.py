"""The stretch that chips are written through, as a person asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from tiling.errors import StretchError
from tiling.raster import Raster
from tiling.stretch import Stretch, compute_stretch


@dataclass(frozen=True)
class StretchRequest:
    """How native values become 8 bits; None where the raster itself decides.

    Attributes:
        bands: a named combination, or bands counted from 1, such as `4,3,2`.
        limits: what becomes black and white, such as `percentile:2,98`.
        gamma: above 1 brightens the middle.
        colormap: the name of a colour map, for one band.
    """

    bands: str | None = None
    limits: str | None = None
    gamma: float | None = None
    colormap: str | None = None

    def resolve(self, raster: Raster) -> Stretch:
        """The stretch for one raster, from its whole.

        Raises:
            StretchError: the raster has no such bands, or a text that means nothing.
            RasterReadError: the file is damaged or truncated.
        """
        if self != StretchRequest():
            raise StretchError(f"{self} was asked for; expected none of its parts.")
        return compute_stretch(raster)
