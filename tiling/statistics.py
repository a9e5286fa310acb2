"""What the values of a scene are like, measured once: any stretch can be made from it without reading again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiling.bands import not_nodata
from tiling.errors import StretchError
from tiling.raster import Raster, read_window
from tiling.window import PixelWindow

# Percent of the valid pixels at or below each of a band's quantiles; in between, linear interpolation does.
QUANTILE_PERCENTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0,
                     55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.75, 99.9,
                     100.0)  # fmt: skip
# A scene is looked at with about this many pixels on its longer side, with fewer where it has many bands:
SAMPLE_PX = 2048
# no more values than this in all, …
SAMPLE_VALUES = 8 * SAMPLE_PX**2
# … of which so many bytes are read at a time.
_READ_BYTES = 32 * 2**20


@dataclass(frozen=True)
class BandStatistics:
    """One band's valid, finite values, in native units.

    Attributes:
        minimum: the smallest.
        maximum: the largest.
        mean: their mean.
        std: their standard deviation.
        quantiles: the values at `QUANTILE_PERCENTS`.
    """

    minimum: float
    maximum: float
    mean: float
    std: float
    quantiles: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.quantiles) != len(QUANTILE_PERCENTS):
            raise StretchError(
                f"{len(self.quantiles)} quantiles of a band were given; expected {len(QUANTILE_PERCENTS)}."
            )


@dataclass(frozen=True)
class RasterStatistics:
    """The statistics of a whole raster.

    Attributes:
        dtype: numpy name of a pixel's type.
        bits: bits of a pixel that are used.
        bands: one per image band; None for a band without a valid pixel.
    """

    dtype: str
    bits: int
    bands: tuple[BandStatistics | None, ...]

    def to_json(self) -> dict[str, Any]:
        """A dict that `json` writes."""
        return {
            "dtype": self.dtype,
            "bits": self.bits,
            "bands": [None if band is None else asdict(band) for band in self.bands],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RasterStatistics:
        """The statistics `to_json` wrote."""
        bands = tuple(
            None if band is None else BandStatistics(**(band | {"quantiles": tuple(band["quantiles"])}))
            for band in data["bands"]
        )
        return cls(str(data["dtype"]), int(data["bits"]), bands)


def compute_statistics(raster: Raster, bands: Sequence[int] | None = None) -> RasterStatistics:
    """Measures a whole raster through its overviews, a few bands at a time, in less than 100 MB.

    Shrinking averages. A lone bright pixel of a large scene is therefore in the mean but not in the maximum, and
    the standard deviation is that of the averages. What has at most `SAMPLE_PX` pixels on a side (fewer beyond
    eight bands) is not shrunk, and its statistics are exact.

    Args:
        raster: the open scene.
        bands: 1-based bands to measure; None for all. Of the others the statistics are None.

    Raises:
        RasterReadError: the file is damaged or truncated.
        WindowError: a band the raster does not have.
    """
    wanted = list(range(1, raster.count + 1)) if bands is None else list(bands)
    height, width = _sample_shape(raster)
    group = max(1, _READ_BYTES // (height * width * np.dtype(raster.dtype).itemsize))
    whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
    measured: list[BandStatistics | None] = [None] * raster.count
    for start in range(0, len(wanted), group):
        part = wanted[start : start + group]
        chip = read_window(raster, whole, out_height=height, out_width=width, bands=part)
        for band, pixels in zip(part, chip.image, strict=True):
            measured[band - 1] = _measure(pixels[chip.valid], raster.nodatavals[band - 1])
    return RasterStatistics(raster.dtype, raster.bits, tuple(measured))


def _sample_shape(raster: Raster) -> tuple[int, int]:
    """(height, width) the whole raster is read at."""
    side = min(SAMPLE_PX, int((SAMPLE_VALUES / raster.count) ** 0.5))
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / side)
    return max(1, round(height / scale)), max(1, round(width / scale))


def _measure(pixels: npt.NDArray[np.generic], nodata: float | None) -> BandStatistics | None:
    """The statistics of one band's pixels (N,), without its own nodata and what is no number."""
    # A pixel was valid where any of the bands read together has something.
    values = pixels[not_nodata(pixels[None], [nodata])].astype(np.float64)
    if not len(values):
        return None
    mean = float(values.mean())
    std = float(values.std())
    quantiles = np.percentile(values, QUANTILE_PERCENTS, overwrite_input=True)
    return BandStatistics(
        float(quantiles[0]), float(quantiles[-1]), mean, std, tuple(float(value) for value in quantiles)
    )
