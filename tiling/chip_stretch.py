"""The stretch that chips are written through, as a person asks for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from tiling.metadata import read_metadata
from tiling.raster import Raster
from tiling.statistics import compute_statistics
from tiling.stretch import Stretch, choose_stretch, compute_stretch


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
        if self == StretchRequest():
            return compute_stretch(raster)
        wavelengths = read_metadata(raster.source, raster.policy).wavelengths_nm
        return choose_stretch(compute_statistics(raster), raster.band_names, wavelengths, **asdict(self))
