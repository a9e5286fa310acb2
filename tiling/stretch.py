"""One contrast stretch per scene: the same for the map and for models that want 8 bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tiling.errors import StretchError
from tiling.raster import Raster, read_window
from tiling.window import PixelWindow

# The scene is looked at with about this many pixels on its longer side.
SAMPLE_PX = 2048


@dataclass(frozen=True)
class Stretch:
    """Which bands are shown, and which native values become black and white.

    Attributes:
        bands: 1-based, one (grey) or three (red, green, blue).
        low: per band, the native value shown as 0.
        high: per band, the native value shown as 255.
        gamma: above 1 brightens the middle: shown = ((v - low) / (high - low)) ** (1 / gamma).

    Raises:
        StretchError: not one or three bands, lengths that differ, high not above low, gamma not positive.
    """

    bands: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    gamma: float = 1.0

    def __post_init__(self) -> None:
        if len(self.bands) not in (1, 3) or min(self.bands) < 1:
            raise StretchError(
                f"A stretch of bands {self.bands} was given; expected one or three, counted from 1."
            )
        if not len(self.bands) == len(self.low) == len(self.high):
            raise StretchError(
                f"A stretch of {len(self.bands)} bands has {len(self.low)} lows and {len(self.high)} highs."
            )
        if not all(low < high for low, high in zip(self.low, self.high, strict=True)):
            raise StretchError(
                f"A stretch from {self.low} to {self.high} was given; each high must exceed its low."
            )
        if not 0 < self.gamma < float("inf"):
            raise StretchError(f"A stretch with gamma {self.gamma} was given; it must be positive.")

    @property
    def is_identity(self) -> bool:
        """True where 8-bit pixels are shown as they are."""
        return set(self.low) == {0.0} and set(self.high) == {255.0} and self.gamma == 1.0

    def to_json(self) -> dict[str, Any]:
        """A dict that `json` writes."""
        return {
            "bands": list(self.bands),
            "low": list(self.low),
            "high": list(self.high),
            "gamma": self.gamma,
        }

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
            )
        except (KeyError, TypeError) as error:
            raise StretchError(
                f"A stretch needs bands, low and high; {error!r} in {dict(data)!r}."
            ) from error


def display_bands(raster: Raster) -> tuple[int, ...]:
    """The bands to show: those named red, green and blue, else the first three, else the first.

    Eight bands without names are taken for the usual coastal, blue, green, yellow, red, … order.
    """
    names = [name.lower() for name in raster.band_names]
    if all(colour in names for colour in ("red", "green", "blue")):
        return tuple(names.index(colour) + 1 for colour in ("red", "green", "blue"))
    if raster.count == 8:
        return (5, 3, 2)
    return (1, 2, 3) if raster.count >= 3 else (1,)


def compute_stretch(raster: Raster, percentiles: tuple[float, float] = (2, 98)) -> Stretch:
    """The stretch of a whole scene, from its valid pixels, read small through its overviews.

    8-bit scenes are shown as they are. Others are cut at the percentiles, and brightened where even then
    their middle is dark, as reflectances and radar amplitudes are.

    Raises:
        RasterReadError: the file is damaged or truncated.
    """
    bands = display_bands(raster)
    if raster.dtype == "uint8" and raster.bits == 8:
        return Stretch(bands, (0.0,) * len(bands), (255.0,) * len(bands))
    if raster.dtype == "uint8":
        return Stretch(bands, (0.0,) * len(bands), (float(2**raster.bits - 1),) * len(bands))
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / SAMPLE_PX)
    chip = read_window(
        raster,
        PixelWindow(0, 0, width, height),
        out_height=max(1, round(height / scale)),
        out_width=max(1, round(width / scale)),
        bands=bands,
    )
    pixels = chip.image[:, chip.valid].astype(np.float64)
    pixels = pixels[:, np.isfinite(pixels).all(axis=0)]
    if pixels.shape[1] == 0:
        return Stretch(bands, (0.0,) * len(bands), (1.0,) * len(bands))
    low, high = np.percentile(pixels, percentiles, axis=1)
    # A flat scene (or a nearly flat one) still needs a black and a white.
    high = np.where(high > low, high, np.nextafter(low, np.inf) + 1.0)
    shown = np.clip((pixels - low[:, None]) / (high - low)[:, None], 0.0, 1.0)
    return Stretch(
        bands, tuple(float(v) for v in low), tuple(float(v) for v in high), _gamma(float(np.median(shown)))
    )


def _gamma(middle: float) -> float:
    """A gamma that lifts a dark median (0..1) to about 0.4, between 1 (none) and 2.2."""
    if not 0.0 < middle < 0.4:
        return 1.0
    return round(float(np.clip(np.log(middle) / np.log(0.4), 1.0, 2.2)), 3)


def apply_stretch(image: npt.NDArray[np.generic], stretch: Stretch) -> npt.NDArray[np.uint8]:
    """Native pixels of the stretch's bands (C, H, W) -> RGB (3, H, W) uint8; one band is shown grey.

    Raises:
        StretchError: `image` does not have as many bands as the stretch.
    """
    if image.ndim != 3 or image.shape[0] != len(stretch.bands):
        raise StretchError(
            f"Pixels of shape {image.shape} were given; expected ({len(stretch.bands)}, H, W)."
        )
    if image.dtype == np.uint8 and stretch.is_identity:
        shown = image.astype(np.uint8, copy=True)
    elif image.dtype in (np.uint8, np.uint16):
        tables = [_table(low, high, stretch.gamma, image.dtype.name) for low, high in _limits(stretch)]
        shown = np.stack([table[band] for table, band in zip(tables, image, strict=True)])
    else:
        shown = np.stack(
            [
                _map(band, low, high, stretch.gamma)
                for band, (low, high) in zip(image, _limits(stretch), strict=True)
            ]
        )
    return np.repeat(shown, 3, axis=0) if len(shown) == 1 else shown


def _limits(stretch: Stretch) -> list[tuple[float, float]]:
    return list(zip(stretch.low, stretch.high, strict=True))


def _map(values: npt.NDArray[np.generic], low: float, high: float, gamma: float) -> npt.NDArray[np.uint8]:
    """Native values -> 0..255; what is not a number becomes 0."""
    scaled = (np.nan_to_num(values.astype(np.float64), nan=low) - low) / (high - low)
    shown: npt.NDArray[np.uint8] = np.rint(np.clip(scaled, 0.0, 1.0) ** (1.0 / gamma) * 255.0).astype(
        np.uint8
    )
    return shown


@lru_cache(maxsize=64)
def _table(low: float, high: float, gamma: float, dtype: str) -> npt.NDArray[np.uint8]:
    """What every possible integer is shown as: a look-up is ten times faster than the arithmetic."""
    return _map(np.arange(np.iinfo(dtype).max + 1), low, high, gamma)
