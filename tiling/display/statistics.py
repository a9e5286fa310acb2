"""What the values of a scene are like, measured once: any stretch can be made from it without reading again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiling.errors import StretchError
from tiling.grid.window import PixelWindow
from tiling.raster.bands import not_nodata
from tiling.raster.raster import Chip, Raster, read_window

# Percent of the valid pixels at or below each of a band's quantiles; in between, linear interpolation does.
QUANTILE_PERCENTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0,
                     55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.75, 99.9,
                     100.0)  # fmt: skip
# A band is looked at with about this many pixels on its longer side, where there are no more than so many bands.
SAMPLE_PX = 2048
_FEW_BANDS = 8
# Many bands are looked at together, with so many bytes of pixels in all.
_SAMPLE_BYTES = 32 * 2**20
# Windows of many bands, read one after the other, are parts of squares that the blocks of a file fit into.
_SQUARE_PX = 512


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
    """Measures a whole raster, read small through its overviews, in less than 100 MB.

    Shrinking averages. A lone bright pixel of a large scene is therefore in the mean but not in the maximum, and
    the standard deviation is that of the averages. What has at most `SAMPLE_PX` pixels on a side is not shrunk,
    and its statistics are exact. More than eight bands are measured together on fewer pixels: every n-th
    row and column of an overview.

    Args:
        raster: the open scene.
        bands: 1-based bands to measure; None for all. Of the others the statistics are None.

    Raises:
        RasterReadError: the file is damaged or truncated.
        WindowError: a band the raster does not have.
    """
    wanted = range(1, raster.count + 1) if bands is None else bands
    measured: list[BandStatistics | None] = [None] * raster.count
    if len(wanted) > _FEW_BANDS:
        image, valid = _read_thinned(raster, wanted)
        for band, pixels in zip(wanted, image, strict=True):
            measured[band - 1] = _measure(pixels[valid], raster.nodatavals[band - 1])
    else:
        for band in wanted:
            chip = _read_small(raster, band)
            measured[band - 1] = _measure(chip.image[0, chip.valid], raster.nodatavals[band - 1])
    return RasterStatistics(raster.dtype, raster.bits, tuple(measured))


def _read_small(raster: Raster, band: int) -> Chip:
    """One band of the whole raster, averaged to `SAMPLE_PX`."""
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / SAMPLE_PX)
    return read_window(
        raster,
        PixelWindow(0, 0, width, height),
        out_height=max(1, round(height / scale)),
        out_width=max(1, round(width / scale)),
        bands=[band],
    )


def _read_thinned(
    raster: Raster, bands: Sequence[int]
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
    """Many bands of the whole raster, thinned to `_SAMPLE_BYTES`: image (C, H, W) and valid (H, W).

    When GDAL averages, it decodes a block that holds 200 bands 200 times; once, when the pixels are read as they
    are, block after block.
    """
    column_bytes = len(bands) * np.dtype(raster.dtype).itemsize
    side = max(1.0, (_SAMPLE_BYTES / column_bytes) ** 0.5)
    index = raster.level_for(max(raster.grid.width, raster.grid.height) / side)
    level = raster.level(index)
    step = max(1, math.ceil(max(level.width, level.height) / side))
    shape = (-(-level.height // step), -(-level.width // step))
    image = np.empty((len(bands), *shape), dtype=raster.dtype)
    valid = np.empty(shape, dtype=np.bool_)
    high = max(1, min(_SQUARE_PX, _SAMPLE_BYTES // (column_bytes * _SQUARE_PX)))
    for window in _parts(level.width, level.height, high):
        rows = slice(-(-window.row // step), -(-window.bottom // step))
        cols = slice(-(-window.col // step), -(-window.right // step))
        place = (window.col, window.row, window.width, window.height)
        part, there = raster.read_level(index, place, window.height, window.width, bands)
        thin = (slice(-window.row % step, None, step), slice(-window.col % step, None, step))
        image[:, rows, cols], valid[rows, cols] = part[:, *thin], there[thin]
    return image, valid


def _parts(width: int, height: int, high: int) -> Iterator[PixelWindow]:
    """Windows of at most `high` rows, square after square."""
    for top in range(0, height, _SQUARE_PX):
        for left in range(0, width, _SQUARE_PX):
            bottom = min(top + _SQUARE_PX, height)
            for row in range(top, bottom, high):
                yield PixelWindow(left, row, min(_SQUARE_PX, width - left), min(high, bottom - row))


def _measure(pixels: npt.NDArray[np.generic], nodata: float | None) -> BandStatistics | None:
    """The statistics of one band's pixels (N,), without its own nodata and what is no number."""
    # Where bands were read together, a pixel is valid if any of them has something.
    values = pixels[not_nodata(pixels[None], [nodata])].astype(np.float64)
    if not len(values):
        return None
    mean = float(values.mean())
    std = float(values.std())
    quantiles = np.percentile(values, QUANTILE_PERCENTS, overwrite_input=True)
    return BandStatistics(
        float(quantiles[0]), float(quantiles[-1]), mean, std, tuple(float(value) for value in quantiles)
    )
