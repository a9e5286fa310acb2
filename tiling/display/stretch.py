"""One contrast stretch per scene: the same for the map and for models that want 8 bits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tiling.display.band_roles import pick_bands
from tiling.display.colormaps import COLORMAPS, colormap_table
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

# Integers for which a table of all values pays; others, and other byte orders, are calculated.
_TABLED = frozenset(np.dtype(name) for name in ("uint8", "int8", "uint16", "int16"))


def normalized_difference(
    first: npt.NDArray[np.generic], second: npt.NDArray[np.generic]
) -> npt.NDArray[np.floating[Any]]:
    """(first - second) / (first + second): -1 to 1 where neither is negative, not a number for 0 by 0."""
    kind = np.result_type(first.dtype, np.float32)
    difference = first.astype(kind)
    with np.errstate(all="ignore"):
        total = difference + second
        difference -= second
        difference /= total
    return difference


def to_levels(
    values: npt.NDArray[np.generic], low: float, high: float, gamma: float, levels: npt.NDArray[np.uint8]
) -> None:
    """Fills `levels` with 0..255: through a table for 8 and 16 bits, which is as fast as the arithmetic at its
    simplest and more than twice as fast with a gamma."""
    if values.dtype in _TABLED:
        codes = values.view(f"u{values.dtype.itemsize}")
        np.take(_table(low, high, gamma, values.dtype.name), codes, out=levels, mode="clip")
    else:
        np.copyto(levels, _scaled(values, low, high, gamma), casting="unsafe")


def _scaled(
    values: npt.NDArray[np.generic], low: float, high: float, gamma: float
) -> npt.NDArray[np.floating[Any]]:
    """Native values -> whole numbers 0..255, as floats; what is not a number becomes 0.

    Single precision where the values have no more: its steps are far finer than a level.
    """
    kind = np.result_type(values.dtype, np.float32).type
    with np.errstate(all="ignore"):
        scaled = values.astype(kind)
        scaled -= kind(low)
        scaled /= kind(high - low)
        np.clip(scaled, 0, 1, out=scaled)
        nothing = np.isnan(scaled)
        if nothing.any():
            scaled[nothing] = 0
        if gamma != 1.0:
            np.power(scaled, kind(1.0 / gamma), out=scaled)
        scaled *= 255
        np.rint(scaled, out=scaled)
    return scaled


@lru_cache(maxsize=64)
def _table(low: float, high: float, gamma: float, dtype: str) -> npt.NDArray[np.uint8]:
    """What every possible integer of a type is shown as, in the order of its bits."""
    bits = np.dtype(dtype).itemsize * 8
    every = np.arange(2**bits).astype(f"u{bits // 8}").view(dtype)
    return _scaled(every.astype(np.float64), low, high, gamma).astype(np.uint8)


NORMALIZED_DIFFERENCE = "normalized_difference"
# Bare soil is near 0.1 and dense forest near 0.9; water, below 0, is as brown as can be.
_NDVI_LIMITS = "range:0,1"
_NDVI_COLORMAP = "brbg"
# Pixels that are worked on at a time: few enough to stay in the processor's cache.
_STRIP_PX = 65536


@dataclass(frozen=True)
class Stretch:
    """Which bands are shown, and which native values become black and white.

    Attributes:
        bands: 1-based, one (grey) or three (red, green, blue), or the two of an index.
        low: per channel (each band, or the one index), the value shown as 0.
        high: per channel, the value shown as 255.
        gamma: above 1 brightens the middle: shown = ((v - low) / (high - low)) ** (1 / gamma).
        index: "normalized_difference" of two bands, (first - second) / (first + second); None for none.
        colormap: what the levels of one channel are coloured with (see `tiling.display.colormaps`); None for grey.

    Raises:
        StretchError: bands, limits, gamma, index or colormap that do not fit each other.
    """

    bands: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    gamma: float = 1.0
    index: str | None = None
    colormap: str | None = None

    def __post_init__(self) -> None:
        if self.index not in (None, NORMALIZED_DIFFERENCE):
            raise StretchError(
                f"A stretch of index {self.index!r} was given; expected {NORMALIZED_DIFFERENCE}."
            )
        counts, expected = ((1, 3), "one or three") if self.index is None else ((2,), "the two of an index")
        if len(self.bands) not in counts or min(self.bands) < 1:
            raise StretchError(
                f"A stretch of bands {self.bands} was given; expected {expected}, counted from 1."
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
        """True where 8-bit pixels are shown as they are."""
        plain = self.index is None and self.colormap is None and self.gamma == 1.0
        return plain and set(self.low) == {0.0} and set(self.high) == {255.0}

    def to_json(self) -> dict[str, Any]:
        """A dict that `json` writes; index and colormap only where there is one, as in older versions."""
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
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stretch:
        """The stretch `to_json` wrote.

        Raises:
            StretchError: a key is missing or has the wrong type.
        """
        try:
            return cls(
                tuple(int(band) for band in data["bands"]),
                tuple(float(value) for value in data["low"]),
                tuple(float(value) for value in data["high"]),
                float(data.get("gamma", 1.0)),
                data.get("index"),
                data.get("colormap"),
            )
        except (KeyError, TypeError) as error:
            raise StretchError(
                f"A stretch needs bands, low and high; {error!r} in {dict(data)!r}."
            ) from error


def compute_stretch(raster: Raster) -> Stretch:
    """The stretch of a scene where nobody says otherwise: `choose_stretch` on the statistics of the shown bands.

    Raises:
        RasterReadError: the file is damaged or truncated.
    """
    # 8-bit scenes are shown as they are, and nothing needs to be read.
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
    """Chooses how a scene is shown, without reading it.

    Where nothing is asked for: natural colour, else the first three bands, else the first. 8-bit scenes are shown
    as they are; others are cut at the percentiles 2 and 98 and brightened where even then their middle is dark,
    as reflectances and radar amplitudes are.

    Args:
        statistics: of the whole raster.
        names: of its bands.
        wavelengths_nm: centres of its bands, nanometres; empty where unknown.
        bands: "natural", "cir" (colour-infrared: NIR, red, green), "ndvi" (the normalized difference of NIR and
            red), or numbers: "4,3,2", "5". Colours are found by name, by wavelength, or by the usual order of bands
            (see `tiling.display.band_roles`).
        limits: "percentile:2,98", "minmax", "sigma:2", "range:0,3000" or "none" (see `stretch_limits`). An index takes
            only the last two.
        gamma: above 1 brightens the middle. None: automatic where limits are measured and shown without a colour
            map, else 1.
        colormap: for one band or an index, one of `tiling.display.colormaps.COLORMAPS`.

    Raises:
        StretchError: what was asked for is unknown, or the scene cannot do it; one sentence says what it has.
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
        )
    if limits is None:
        limits = "none" if statistics.dtype == "uint8" else "percentile:2,98"
    pairs = band_limits(limits, statistics, chosen)
    if gamma is None:
        automatic = colormap is None and parse_limits(limits)[0] in STATISTICAL_KINDS
        gamma = automatic_gamma(statistics, chosen, pairs) if automatic else 1.0
    lows, highs = zip(*pairs, strict=True)
    return Stretch(chosen, lows, highs, gamma, colormap=colormap)


def apply_stretch(image: npt.NDArray[np.generic], stretch: Stretch) -> npt.NDArray[np.uint8]:
    """Native pixels of the stretch's bands (C, H, W) -> RGB (3, H, W) uint8; one channel is shown grey, or coloured.

    What is not a number, as an index of 0 by 0, is black.

    Raises:
        StretchError: `image` does not have as many bands as the stretch.
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
        _shade(image[:, row : row + rows], stretch, rgb[:, row : row + rows])
    return rgb


def _shade(image: npt.NDArray[np.generic], stretch: Stretch, rgb: npt.NDArray[np.uint8]) -> None:
    """Fills `rgb` (3, H, W)."""
    channels = [normalized_difference(*image)] if stretch.index else list(image)
    for values, low, high, levels in zip(channels, stretch.low, stretch.high, rgb, strict=False):
        to_levels(values, low, high, stretch.gamma, levels)
    if len(channels) > 1:
        return
    if stretch.colormap is None:
        rgb[1:] = rgb[0]
        return
    levels = rgb[0].astype(np.intp)  # what numpy would make of it for each channel
    for table, channel in zip(colormap_table(stretch.colormap), rgb, strict=True):
        np.take(table, levels, out=channel, mode="clip")
    if channels[0].dtype.kind == "f":
        rgb[:, np.isnan(channels[0])] = 0
