"""Histograms of what is in view, from which limits of a stretch are chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiling.display.lookup_table import normalized_difference
from tiling.display.stretch import Stretch, quantities_of
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window

BINS = 64
# Longer side of the pixels that are counted: more say no more about the percentiles of a view.
VIEW_PX = 768
_LOW_PERCENT, _HIGH_PERCENT = 2.0, 98.0
# Values beyond these percentiles are counted in the outermost bins.
_SHOWN_PERCENTS = (0.1, 99.9)


@dataclass(frozen=True)
class ViewHistogram:
    """Values of one channel in a part of a raster, in the quantity that its scale and offset say.

    Attributes:
        counts: Pixels in each of `BINS` bins of one width.
        start: Lower end of the first bin; what is below is counted in it.
        end: Upper end of the last bin; what is above is counted in it.
        low: The 2nd percentile.
        high: The 98th percentile, above `low`.
    """

    counts: tuple[int, ...]
    start: float
    end: float
    low: float
    high: float


def view_histograms(
    raster: Raster, window: PixelWindow, stretch: Stretch, fill: float | None = None
) -> list[ViewHistogram | None]:
    """Count the values of a window, one histogram for each channel of a stretch; None where nothing is valid.

    Args:
        raster: The open raster.
        window: Its part, in its own pixels; larger ones are read reduced, which averages.
        stretch: Its bands, or its index; its limits do not matter.
        fill: A value that is left out, because it fills the border and is not declared as nodata.

    Raises:
        WindowError: The window is not wholly inside.
        RasterReadError: The file is damaged or truncated.
    """
    scale = max(1.0, max(window.width, window.height) / VIEW_PX)
    chip = read_window(
        raster,
        window,
        out_height=max(1, round(window.height / scale)),
        out_width=max(1, round(window.width / scale)),
        bands=stretch.bands,
    )
    valid = chip.valid if fill is None else chip.valid & ~(chip.image == fill).all(axis=0)
    image = chip.image[:, valid]
    channels = (
        [normalized_difference(*quantities_of(image, stretch)).astype(np.float64)]
        if stretch.index is not None
        else [
            values.astype(np.float64) * scale + offset
            for values, (scale, offset) in zip(image, _units(raster, stretch), strict=True)
        ]
    )
    return [_histogram(values[np.isfinite(values)]) for values in channels]


def _units(raster: Raster, stretch: Stretch) -> list[tuple[float, float]]:
    if not raster.scales:
        return [(1.0, 0.0)] * len(stretch.bands)
    return [(raster.scales[band - 1], raster.offsets[band - 1]) for band in stretch.bands]


def _histogram(values: npt.NDArray[np.float64]) -> ViewHistogram | None:
    """Count the values (N,) of one channel."""
    if not values.size:
        return None
    start, low, high, end = (
        float(value)
        for value in np.percentile(
            values, (_SHOWN_PERCENTS[0], _LOW_PERCENT, _HIGH_PERCENT, _SHOWN_PERCENTS[1])
        )
    )
    # A flat view still needs a black and a white.
    high = high if high > low else math.nextafter(low, math.inf) + 1.0
    end = max(end, high)
    margin = 0.05 * (end - start)
    start, end = start - margin, end + margin
    counts, _ = np.histogram(np.clip(values, start, end), BINS, (start, end))
    return ViewHistogram(tuple(int(count) for count in counts), start, end, low, high)
