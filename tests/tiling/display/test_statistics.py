"""Tests of `tiling.display.statistics`."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tiling.display.statistics import QUANTILE_PERCENTS, BandStatistics, RasterStatistics, compute_statistics
from tiling.errors import StretchError
from tiling.raster.raster import open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def check(band: BandStatistics | None, values: np.ndarray) -> None:
    """A band's statistics are numpy's of these values."""
    assert band is not None
    values = values.astype(float)
    assert (band.minimum, band.maximum) == (values.min(), values.max())
    assert (band.mean, band.std) == pytest.approx((values.mean(), values.std()))
    assert band.quantiles == pytest.approx(np.percentile(values, QUANTILE_PERCENTS))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "float32", "float64"])
def test_statistics_are_numpys(make_raster: Make, noise: Noise, dtype: str) -> None:
    pixels = noise(2, 60, 90, dtype)
    with open_raster(make_raster(pixels)) as raster:
        statistics = compute_statistics(raster)
    assert (statistics.dtype, statistics.bits) == (dtype, np.dtype(dtype).itemsize * 8)
    for band, values in zip(statistics.bands, pixels, strict=True):
        check(band, values)


def test_nodata_counts_in_no_band(make_raster: Make, noise: Noise) -> None:
    pixels = noise(2, 40, 40, "int16")
    pixels[:, :10] = -9999
    pixels[1, 10:20] = -9999  # the other band has something there
    with open_raster(make_raster(pixels, nodata=-9999)) as raster:
        first, second = compute_statistics(raster).bands
    check(first, pixels[0, 10:])
    check(second, pixels[1, 20:])


def test_what_is_no_number_counts_nowhere(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 40, 40, "float32")
    pixels[0, :5] = np.nan
    pixels[0, 5:7] = np.inf
    with open_raster(make_raster(pixels)) as raster:
        check(compute_statistics(raster).bands[0], pixels[0, 7:])


def test_masked_pixels_do_not_count(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 40, 40, "uint16")
    mask = np.full((40, 40), 255, dtype=np.uint8)
    mask[:, 15:] = 0
    with open_raster(make_raster(pixels, mask=mask)) as raster:
        check(compute_statistics(raster).bands[0], pixels[0, :, :15])


def test_an_empty_band_has_none(make_raster: Make) -> None:
    pixels = np.zeros((2, 20, 20), dtype="uint16")
    pixels[0] = 5
    with open_raster(make_raster(pixels, nodata=0)) as raster:
        first, second = compute_statistics(raster).bands
    assert (first is not None, second) == (True, None)


def test_bands_that_are_not_asked_for(make_raster: Make, noise: Noise) -> None:
    pixels = noise(4, 30, 30, "uint16")
    with open_raster(make_raster(pixels)) as raster:
        statistics = compute_statistics(raster, (4, 2))
        assert compute_statistics(raster, ()).bands == (None,) * 4
    assert statistics.bands[0] is None
    check(statistics.bands[1], pixels[1])
    check(statistics.bands[3], pixels[3])


def test_a_palette_is_measured_as_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "palette.tif"
    with rasterio.open(path, "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8") as dataset:
        dataset.write(np.eye(8, dtype=np.uint8), 1)
        dataset.write_colormap(1, {0: (10, 20, 30, 255), 1: (200, 100, 50, 255)})
    with open_raster(path) as raster:
        bands = compute_statistics(raster).bands
    assert [(band.minimum, band.maximum) for band in bands if band] == [(10, 200), (20, 100), (30, 50)]


def test_a_large_scene_is_measured_through_its_overviews(
    make_raster: Make, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiling.display.statistics.SAMPLE_PX", 512)
    pixels = noise(1, 650, 650, "uint16")
    with open_raster(make_raster(pixels, overviews=[2], tiled=True)) as raster:
        band = compute_statistics(raster).bands[0]
    assert band is not None
    assert band.mean == pytest.approx(pixels.mean(), rel=0.01)
    # Averages hide extremes.
    assert pixels.min() <= band.minimum
    assert band.maximum <= pixels.max()
    assert band.std < pixels.std()


@pytest.mark.parametrize("interleave", ["pixel", "band"])
def test_two_hundred_bands_need_little_memory(
    make_raster: Make, interleave: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A quarter of the sample, and of the raster that it is taken of: 36 MB.
    monkeypatch.setattr("tiling.display.statistics._SAMPLE_BYTES", 8 * 2**20)
    pixels = np.broadcast_to(np.arange(300, dtype="uint16"), (200, 300, 300))
    path = make_raster(pixels, compress="deflate", tiled=True, interleave=interleave, zlevel=1)
    with open_raster(path) as raster:
        tracemalloc.start()
        statistics = compute_statistics(raster)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 25e6
    band = statistics.bands[199]
    assert band is not None
    assert band.mean == pytest.approx(149.5, abs=2)


def test_many_bands_are_thinned_alike(
    make_raster: Make, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = noise(9, 130, 170, "int16")
    pixels[3, :20] = -9999
    with open_raster(make_raster(pixels, nodata=-9999)) as raster:
        for values, band in zip(pixels, compute_statistics(raster).bands, strict=True):
            check(band, values[values != -9999])
        # Small squares and few bytes: what is taken does not depend on how it is read.
        monkeypatch.setattr("tiling.display.statistics._SAMPLE_BYTES", 2 * 9 * 50 * 50)
        for square in (32, 50, 512):
            monkeypatch.setattr("tiling.display.statistics._SQUARE_PX", square)
            for values, band in zip(pixels[:, ::4, ::4], compute_statistics(raster).bands, strict=True):
                check(band, values[values != -9999])


def test_json(make_raster: Make, noise: Noise) -> None:
    pixels = noise(2, 20, 20, "uint16")
    pixels[1] = 0
    with open_raster(make_raster(pixels, nodata=0)) as raster:
        statistics = compute_statistics(raster)
    assert RasterStatistics.from_json(json.loads(json.dumps(statistics.to_json()))) == statistics
    with pytest.raises(StretchError, match="3 quantiles"):
        BandStatistics(0.0, 1.0, 0.5, 0.1, (0.0, 0.5, 1.0))
