"""Tests of `tiling.display.histogram`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tiling.display.histogram import BINS, view_histograms
from tiling.display.stretch import NORMALIZED_DIFFERENCE, Stretch
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]
GREY = Stretch((1,), (0.0,), (1.0,))


def test_a_part_is_counted_and_its_percentiles_are_numpys(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 80, 90, "uint16")
    window = PixelWindow(10, 20, 50, 40)
    with open_raster(make_raster(pixels)) as raster:
        found = view_histograms(raster, window, Stretch((3, 1, 2), (0.0,) * 3, (1.0,) * 3))
    for histogram, band in zip(found, (2, 0, 1), strict=True):
        values = pixels[band, 20:60, 10:60]
        assert histogram is not None
        assert (histogram.low, histogram.high) == pytest.approx(tuple(np.percentile(values, [2, 98])))
        assert (sum(histogram.counts), len(histogram.counts)) == (values.size, BINS)
        assert histogram.start < histogram.low < histogram.high < histogram.end


def test_nodata_and_fill_are_left_out(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 40, 40, "uint8") // 2 + 20
    pixels[:, :, 20:] = 0
    whole = PixelWindow(0, 0, 40, 40)
    with open_raster(make_raster(pixels)) as raster:
        (left_out,) = view_histograms(raster, whole, GREY, fill=0.0)
        (nothing,) = view_histograms(raster, PixelWindow(20, 0, 20, 40), GREY, fill=0.0)
    with open_raster(make_raster(pixels, "declared.tif", nodata=0)) as raster:
        (declared,) = view_histograms(raster, whole, GREY)
    assert left_out == declared
    assert left_out is not None
    assert sum(left_out.counts) == 800
    assert nothing is None


def test_a_flat_view_has_limits_and_an_index_has_values(make_raster: Make) -> None:
    pixels = np.full((2, 30, 30), 7, np.uint8)
    pixels[1] = 21
    index = Stretch((2, 1), (0.0,), (1.0,), index=NORMALIZED_DIFFERENCE)
    with open_raster(make_raster(pixels)) as raster:
        (flat,) = view_histograms(raster, PixelWindow(0, 0, 30, 30), GREY)
        (ndvi,) = view_histograms(raster, PixelWindow(0, 0, 30, 30), index)
    assert flat is not None
    assert (flat.low, flat.low < flat.high) == (7.0, True)
    assert ndvi is not None
    assert ndvi.low == pytest.approx(0.5)
