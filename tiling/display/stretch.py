"""Contrast stretch of a scene, one for the map and for models that take 8 bits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tiling.arrays import Bytes, Pixels
from tiling.display.band_roles import pick_bands
from tiling.display.colormaps import COLORMAPS, colormap_table
from tiling.display.lookup_table import normalized_difference, scale_to_bytes
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch_limits import (
    STATISTICAL_KINDS,
    automatic_gamma,
    band_limits,
    index_limits,
    parse_limits,
)
from tiling.errors import StretchError
from tiling.raster.raster import Raster

NORMALIZED_DIFFERENCE = "normalized_difference"
# Bare soil is near 0.1 and dense forest near 0.9; water, below 0, has the brownest colour.
_NDVI_LIMITS = "range:0,1"
_NDVI_COLORMAP = "brbg"
# Pixels that are stretched at a time: few enough to stay in the processor's cache.
_STRIP_PX = 65536


@dataclass(frozen=True)
class Stretch:
    """Mapping of a scene's native values to 0-255: bands, limits, gamma and colormap.

    Attributes:
        bands: 1-based, one (grey) or three (red, green, blue), or the two of an index.
        low: For each band, or for the one index, the value that becomes 0.
        high: For each band, or for the one index, the value that becomes 255.
        gamma: Above 1 brightens the middle: display value = ((v - low) / (high - low)) ** (1 / gamma).
        index: "normalized_difference" of two bands, (first - second) / (first + second); None for none.
        colormap: The colormap of one band or index (see `tiling.display.colormaps`); None for grey.
        scales: Of an index, the factor of each band from stored numbers to the quantity; empty for 1.
        offsets: Of an index, what is added to that; empty as `scales`.

    Raises:
        StretchError: Bands, limits, gamma, index or colormap that do not fit each other.
    """

    bands: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    gamma: float = 1.0
    index: str | None = None
    colormap: str | None = None
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check that the members fit each other."""
        if self.index not in (None, NORMALIZED_DIFFERENCE):
            raise StretchError(
                f"A stretch of index {self.index!r} was given; expected {NORMALIZED_DIFFERENCE}."
            )
        counts, expected = ((1, 3), "one or three") if self.index is None else ((2,), "the two of an index")
        if len(self.bands) not in counts or min(self.bands) < 1:
            raise StretchError(
                f"A stretch of bands {self.bands} was given; expected {expected}, counted from 1."
            )
        if len(self.scales) != len(self.offsets) or len(self.scales) not in (0, 2 if self.index else 0):
            raise StretchError(
                f"A stretch with scales {self.scales} and offsets {self.offsets} was given; expected those of the two "
                "bands of an index."
            )
        channels = 1 if self.index else len(self.bands)
        if not channels == len(self.low) == len(self.high):
            raise StretchError(
                f"A stretch of {channels} channels has {len(self.low)} lows and {len(self.high)} highs."
            )
        if not all(0 < high - low < math.inf for low, high in zip(self.low, self.high, strict=True)):
            raise StretchError(
                f"A stretch from {self.low} to {self.high} was given; each high must exceed its low."
            )
        if not 0 < self.gamma < math.inf:
            raise StretchError(f"A stretch with gamma {self.gamma} was given; it must be positive.")
        if self.colormap is not None and self.colormap not in COLORMAPS:
            raise StretchError(
                f"Colour map {self.colormap!r} was given; expected one of {', '.join(COLORMAPS)}."
            )
        if self.colormap is not None and channels != 1:
            raise StretchError(
                f"Colour map {self.colormap!r} was given for {channels} bands; expected one band or an index."
            )

    @property
    def is_identity(self) -> bool:
        """True where 8-bit pixels are displayed unchanged."""
        plain = self.index is None and self.colormap is None and self.gamma == 1.0
        return plain and set(self.low) == {0.0} and set(self.high) == {255.0}

    def to_json(self) -> dict[str, Any]:
        """Return the stretch as JSON values; index and colormap only where there is one, as in older versions."""
        values: dict[str, Any] = {
            "bands": list(self.bands),
            "low": list(self.low),
            "high": list(self.high),
            "gamma": self.gamma,
        }
        if self.index is not None:
            values["index"] = self.index
        if self.colormap is not None:
            values["colormap"] = self.colormap
        if self.scales:
            values |= {"scales": list(self.scales), "offsets": list(self.offsets)}
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stretch:
        """Return the stretch that `to_json` wrote.

        Raises:
            StretchError: A key is missing or has the wrong type.
        """
        try:
            return cls(
                tuple(int(band) for band in data["bands"]),
                tuple(float(value) for value in data["low"]),
                tuple(float(value) for value in data["high"]),
                float(data.get("gamma", 1.0)),
                data.get("index"),
                data.get("colormap"),
                tuple(float(value) for value in data.get("scales", ())),
                tuple(float(value) for value in data.get("offsets", ())),
            )
        except (KeyError, TypeError) as error:
            raise StretchError(
                f"A stretch needs bands, low and high; {error!r} in {dict(data)!r}."
            ) from error


def compute_stretch(raster: Raster) -> Stretch:
    """Compute the default stretch of a raster: `choose_stretch` on statistics of the bands it shows.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    # 8-bit scenes are displayed unchanged, so that nothing needs to be read.
    shown = () if raster.dtype == "uint8" else pick_bands(None, raster.band_names, (), raster.count)
    return choose_stretch(compute_statistics(raster, shown), raster.band_names)


def choose_stretch(
    statistics: RasterStatistics,
    names: Sequence[str],
    wavelengths_nm: Sequence[float] = (),
    *,
    bands: str | None = None,
    limits: str | None = None,
    gamma: float | None = None,
    colormap: str | None = None,
) -> Stretch:
    """Choose a stretch from statistics, without reading the raster.

    By default: natural colour, else the first three bands, else the first. 8-bit scenes are displayed unchanged;
    others have their limits at the percentiles 2 and 98 and are brightened where their median is still dark, as
    that of reflectances and radar amplitudes is.

    Args:
        statistics: Statistics of the whole raster.
        names: Names of its bands.
        wavelengths_nm: Centres of its bands, nanometres; empty where unknown.
        bands: "natural", "cir" (colour-infrared: NIR, red, green), "ndvi" (the normalized difference of NIR and
            red), or numbers: "4,3,2", "5". Colours are found by name, by wavelength, or by the usual order of bands
            (see `tiling.display.band_roles`).
        limits: "percentile:2,98", "minmax", "sigma:2", "range:0,3000" or "none" (see `stretch_limits`). An index takes
            only the last two.
        gamma: Above 1 brightens the middle. None: automatic where limits come from statistics and there is no
            colormap, else 1.
        colormap: For one band or an index, one of `tiling.display.colormaps.COLORMAPS`.

    Raises:
        StretchError: A value is unknown or does not fit the raster.
    """
    wanted = None if bands is None else bands.strip().lower()
    chosen = pick_bands(wanted, names, wavelengths_nm, len(statistics.bands))
    if wanted == "ndvi":
        low, high = index_limits(limits or _NDVI_LIMITS)
        return Stretch(
            chosen,
            (low,),
            (high,),
            1.0 if gamma is None else gamma,
            NORMALIZED_DIFFERENCE,
            colormap or _NDVI_COLORMAP,
            *_units(statistics, chosen),
        )
    if limits is None:
        limits = "none" if statistics.dtype == "uint8" else "percentile:2,98"
    pairs = band_limits(limits, statistics, chosen)
    if gamma is None:
        automatic = colormap is None and parse_limits(limits)[0] in STATISTICAL_KINDS
        gamma = automatic_gamma(statistics, chosen, pairs) if automatic else 1.0
    lows, highs = zip(*pairs, strict=True)
    return Stretch(chosen, lows, highs, gamma, colormap=colormap)


def quantities(
    stretch: Stretch, statistics: RasterStatistics | None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the low and the high limits in the quantity that the raster's scale and offset say."""
    if statistics is None or stretch.index is not None or not statistics.scales:
        return stretch.low, stretch.high
    units = [statistics.units_of(band) for band in stretch.bands]
    low, high = (
        tuple(value * scale + offset for value, (scale, offset) in zip(values, units, strict=True))
        for values in (stretch.low, stretch.high)
    )
    return low, high


def _units(statistics: RasterStatistics, bands: Sequence[int]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return scales and offsets of bands; both empty where an index of stored numbers is that of the quantities."""
    units = [statistics.units_of(band) for band in bands]
    # A common factor cancels out of an index.
    if len(set(units)) == 1 and units[0][1] == 0:
        return (), ()
    return tuple(scale for scale, _ in units), tuple(offset for _, offset in units)


def apply_stretch(image: Pixels, stretch: Stretch) -> Bytes:
    """Stretch native pixels (C, H, W) of the stretch's bands to RGB (3, H, W) uint8.

    One band or index becomes grey, or coloured by the colormap. NaN, as an index of 0 / 0, becomes black.

    Raises:
        StretchError: `image` does not have as many bands as the stretch.

    >>> values = np.array([[[200, 1100, 2000]]], dtype=np.uint16)
    >>> apply_stretch(values, Stretch((1,), (200.0,), (2000.0,)))[0].tolist()
    [[0, 128, 255]]
    """
    if image.ndim != 3 or image.shape[0] != len(stretch.bands):
        raise StretchError(
            f"Pixels of shape {image.shape} were given; expected ({len(stretch.bands)}, H, W)."
        )
    rgb = np.empty((3, *image.shape[1:]), dtype=np.uint8)
    if image.dtype == np.uint8 and stretch.is_identity:
        rgb[:] = image
        return rgb
    height, width = image.shape[1:]
    rows = max(1, _STRIP_PX // max(1, width))
    for row in range(0, height, rows):
        _render_strip(image[:, row : row + rows], stretch, rgb[:, row : row + rows])
    return rgb


def quantities_of(image: Pixels, stretch: Stretch) -> list[Pixels]:
    """Return bands (C, …) of stored numbers as the quantities that they mean, for an index."""
    if not stretch.scales:
        return list(image)
    kind = np.result_type(image.dtype, np.float32).type
    return [
        band * kind(scale) + kind(offset)
        for band, scale, offset in zip(image, stretch.scales, stretch.offsets, strict=True)
    ]


def _render_strip(image: Pixels, stretch: Stretch, rgb: Bytes) -> None:
    """Stretch some rows of an image into `rgb` (3, H, W)."""
    channels = [normalized_difference(*quantities_of(image, stretch))] if stretch.index else list(image)
    for values, low, high, out in zip(channels, stretch.low, stretch.high, rgb, strict=False):
        scale_to_bytes(values, low, high, stretch.gamma, out)
    if len(channels) > 1:
        return
    if stretch.colormap is None:
        rgb[1:] = rgb[0]
        return
    indices = rgb[0].astype(np.intp)  # once: `np.take` converts other types for each channel
    for table, channel in zip(colormap_table(stretch.colormap), rgb, strict=True):
        np.take(table, indices, out=channel, mode="clip")
    if channels[0].dtype.kind == "f":
        rgb[:, np.isnan(channels[0])] = 0
