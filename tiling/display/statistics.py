"""Statistics of a raster's values, measured once, from which any stretch can be made without reading again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from tiling.arrays import Mask, Pixels
from tiling.display.undeclared_fill import UndeclaredFill
from tiling.errors import StretchError
from tiling.grid.window import PixelWindow
from tiling.raster.bands import not_nodata
from tiling.raster.raster import Raster
from tiling.raster.reading import Chip, read_window

# Percent of the valid pixels at or below each of a band's quantiles; between them, interpolate linearly.
QUANTILE_PERCENTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0,
                     55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.75, 99.9,
                     100.0)  # fmt: skip
# Longer side of the sample of one band, pixels, for rasters of at most `_FEW_BANDS` bands.
SAMPLE_PX = 2048
_FEW_BANDS = 8
# Bytes of the sample of many bands together.
_SAMPLE_BYTES = 32 * 2**20
# Side of the squares, a multiple of usual block sizes, in which many bands are read.
_SQUARE_PX = 512


@dataclass(frozen=True)
class BandStatistics:
    """Statistics of one band's valid, finite values, in native units.

    Attributes:
        minimum: The smallest.
        maximum: The largest.
        mean: Their mean.
        std: Their standard deviation.
        quantiles: The values at `QUANTILE_PERCENTS`.
    """

    minimum: float
    maximum: float
    mean: float
    std: float
    quantiles: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the number of quantiles."""
        if len(self.quantiles) != len(QUANTILE_PERCENTS):
            raise StretchError(
                f"{len(self.quantiles)} quantiles of a band were given; expected {len(QUANTILE_PERCENTS)}."
            )


@dataclass(frozen=True)
class RasterStatistics:
    """Statistics of a whole raster.

    Attributes:
        dtype: Numpy name of a pixel's type.
        bits: Bits of a pixel that are used.
        bands: One per image band, of the stored numbers; None for a band without a valid pixel.
        scales: Factor of each band from stored numbers to the quantity that they mean; empty where that is 1.
        offsets: What is added to that; empty as `scales`.
        fill: A value that fills the border without being declared as nodata, or None; the statistics leave it out.
        fill_share: Of all pixels, those that have it there, 0 to 1.
    """

    dtype: str
    bits: int
    bands: tuple[BandStatistics | None, ...]
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()
    fill: float | None = None
    fill_share: float = 0.0

    def units_of(self, band: int) -> tuple[float, float]:
        """Return (scale, offset) of a band counted from 1: quantity = stored number * scale + offset."""
        return (self.scales[band - 1], self.offsets[band - 1]) if self.scales else (1.0, 0.0)

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as JSON values."""
        values = {
            "dtype": self.dtype,
            "bits": self.bits,
            "bands": [None if band is None else asdict(band) for band in self.bands],
        }
        units = {"scales": list(self.scales), "offsets": list(self.offsets)} if self.scales else {}
        fill = {} if self.fill is None else {"fill": self.fill, "fill_share": self.fill_share}
        return values | units | fill

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RasterStatistics:
        """Return the statistics that `to_json` wrote."""
        bands = tuple(
            None if band is None else BandStatistics(**(band | {"quantiles": tuple(band["quantiles"])}))
            for band in data["bands"]
        )
        scales, offsets = (tuple(map(float, data.get(name, ()))) for name in ("scales", "offsets"))
        fill = None if data.get("fill") is None else float(data["fill"])
        share = float(data.get("fill_share", 0.0))
        return cls(str(data["dtype"]), int(data["bits"]), bands, scales, offsets, fill, share)


def fill_note(statistics: RasterStatistics | None) -> str | None:
    """Return one sentence on a value that fills the border undeclared, or None where there is none."""
    if statistics is None or statistics.fill is None:
        return None
    return (
        f"The value {statistics.fill:g} fills {100 * statistics.fill_share:.0f} % of the scene from its border on "
        "and is not declared as nodata: statistics leave it out."
    )


def compute_statistics(
    raster: Raster, bands: Sequence[int] | None = None, fill: UndeclaredFill | None = None
) -> RasterStatistics:
    """Measure a whole raster, reduced through its overviews, in less than 100 MB.

    Reducing averages. A single bright pixel of a large scene is therefore in the mean but not in the maximum, and
    the standard deviation is that of the averages. A raster of at most `SAMPLE_PX` pixels a side is not reduced,
    and its statistics are exact. More than eight bands are measured together on fewer pixels: every n-th
    row and column of an overview.

    Args:
        raster: The open raster.
        bands: 1-based bands to measure; None for all. The statistics of the others are None.
        fill: A value that fills the border, undeclared (see `find_undeclared_fill`): left out of each band.

    Raises:
        RasterReadError: The file is damaged or truncated.
        WindowError: A band that the raster does not have.
    """
    wanted = range(1, raster.count + 1) if bands is None else bands
    measured: list[BandStatistics | None] = [None] * raster.count
    left_out = None if fill is None else fill.value
    if len(wanted) > _FEW_BANDS:
        image, valid = _read_subsampled(raster, wanted)
        for band, pixels in zip(wanted, image, strict=True):
            measured[band - 1] = _measure(pixels[valid], raster.nodatavals[band - 1], left_out)
    else:
        for band in wanted:
            chip = _read_reduced(raster, band)
            measured[band - 1] = _measure(chip.image[0, chip.valid], raster.nodatavals[band - 1], left_out)
    found = RasterStatistics(raster.dtype, raster.bits, tuple(measured), raster.scales, raster.offsets)
    return found if fill is None else replace(found, fill=fill.value, fill_share=round(fill.share, 4))


def _read_reduced(raster: Raster, band: int) -> Chip:
    """Read one band of the whole raster, averaged to `SAMPLE_PX`."""
    width, height = raster.grid.width, raster.grid.height
    scale = max(1.0, max(width, height) / SAMPLE_PX)
    return read_window(
        raster,
        PixelWindow(0, 0, width, height),
        out_height=max(1, round(height / scale)),
        out_width=max(1, round(width / scale)),
        bands=[band],
    )


def _read_subsampled(raster: Raster, bands: Sequence[int]) -> tuple[Pixels, Mask]:
    """Read many bands of the whole raster, subsampled to `_SAMPLE_BYTES`: image (C, H, W) and valid (H, W).

    When GDAL averages, it decodes a block of 200 interleaved bands 200 times; when pixels are read unreduced, block
    after block, once.
    """
    column_bytes = len(bands) * np.dtype(raster.dtype).itemsize
    side = max(1.0, (_SAMPLE_BYTES / column_bytes) ** 0.5)
    index = raster.level_for(max(raster.grid.width, raster.grid.height) / side)
    level = raster.level(index)
    step = max(1, math.ceil(max(level.width, level.height) / side))
    shape = (-(-level.height // step), -(-level.width // step))
    image = np.empty((len(bands), *shape), dtype=raster.dtype)
    valid = np.empty(shape, dtype=np.bool_)
    max_rows = max(1, min(_SQUARE_PX, _SAMPLE_BYTES // (column_bytes * _SQUARE_PX)))
    for window in _windows(level.width, level.height, max_rows):
        rows = slice(-(-window.row // step), -(-window.bottom // step))
        cols = slice(-(-window.col // step), -(-window.right // step))
        extent = (window.col, window.row, window.width, window.height)
        pixels, is_valid = raster.read_level(index, extent, window.height, window.width, bands)
        every_nth = (slice(-window.row % step, None, step), slice(-window.col % step, None, step))
        image[:, rows, cols], valid[rows, cols] = pixels[:, *every_nth], is_valid[every_nth]
    return image, valid


def _windows(width: int, height: int, max_rows: int) -> Iterator[PixelWindow]:
    """Yield windows of at most `max_rows` rows, square after square."""
    for top in range(0, height, _SQUARE_PX):
        for left in range(0, width, _SQUARE_PX):
            bottom = min(top + _SQUARE_PX, height)
            for row in range(top, bottom, max_rows):
                yield PixelWindow(left, row, min(_SQUARE_PX, width - left), min(max_rows, bottom - row))


def _measure(pixels: Pixels, nodata: float | None, fill: float | None = None) -> BandStatistics | None:
    """Measure one band's pixels (N,), without its own nodata, NaN and undeclared fill."""
    # Of bands read together, a pixel is valid if it is in any of them.
    values = pixels[not_nodata(pixels[None], [nodata])].astype(np.float64)
    if fill is not None:
        values = values[values != fill]
    if not len(values):
        return None
    mean = float(values.mean())
    std = float(values.std())
    quantiles = np.percentile(values, QUANTILE_PERCENTS, overwrite_input=True)
    return BandStatistics(
        float(quantiles[0]), float(quantiles[-1]), mean, std, tuple(float(value) for value in quantiles)
    )
