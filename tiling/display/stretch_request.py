"""Stretch that a person asked for, before a raster's own values decide the rest."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from tiling.display.statistics import compute_statistics
from tiling.display.stretch import Stretch, choose_stretch, compute_stretch
from tiling.raster.facts import raster_metadata
from tiling.raster.raster import Raster


@dataclass(frozen=True)
class StretchRequest:
    """Request for a stretch to 8 bits; None where the raster's statistics decide.

    Attributes:
        bands: A named combination, or bands counted from 1, such as `4,3,2`.
        limits: Values that become black and white, such as `percentile:2,98`.
        gamma: Above 1 brightens the middle.
        colormap: The name of a colormap, for one band.
    """

    bands: str | None = None
    limits: str | None = None
    gamma: float | None = None
    colormap: str | None = None

    def resolve(self, raster: Raster) -> Stretch:
        """Compute the stretch of one raster from statistics of the whole of it.

        Raises:
            StretchError: The raster has no such bands, or the text of a member has no meaning.
            RasterReadError: The file is damaged or truncated.
        """
        if self == StretchRequest():
            return compute_stretch(raster)
        wavelengths = raster_metadata(raster).wavelengths_nm
        return choose_stretch(compute_statistics(raster), raster.band_names, wavelengths, **asdict(self))
