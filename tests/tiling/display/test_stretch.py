"""Tests of `tiling.display.stretch`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from tiling.display.colormaps import COLORMAPS, colormap_table
from tiling.display.statistics import QUANTILE_PERCENTS, BandStatistics, RasterStatistics, compute_statistics
from tiling.display.stretch import (
    NORMALIZED_DIFFERENCE,
    Stretch,
    apply_stretch,
    choose_stretch,
    compute_stretch,
)
from tiling.errors import StretchError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_eight_bits_are_shown_as_they_are(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 30, 30)
    with open_raster(make_raster(pixels)) as raster:
        stretch = compute_stretch(raster)
    assert stretch == Stretch((1, 2, 3), (0, 0, 0), (255, 255, 255))
    shown = apply_stretch(pixels, stretch)
    assert (shown == pixels).all()
    assert shown is not pixels


def test_only_valid_pixels_count(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 100, 100, "uint16") % 1000 + 2000
    pixels[:, :60] = 65535
    with open_raster(make_raster(pixels, nodata=65535)) as raster:
        stretch = compute_stretch(raster)
    assert stretch.low[0] == pytest.approx(np.percentile(pixels[:, 60:], 2), rel=1e-3)
    assert stretch.high[0] == pytest.approx(np.percentile(pixels[:, 60:], 98), rel=1e-3)


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32"])
def test_a_flat_or_empty_scene_has_a_stretch(make_raster: Make, dtype: str) -> None:
    pixels = np.full((1, 20, 20), 7, dtype=dtype)
    for nodata in (None, 7):
        with open_raster(make_raster(pixels, nodata=nodata)) as raster:
            stretch = compute_stretch(raster)
        assert apply_stretch(pixels, stretch).shape == (3, 20, 20)


def test_few_bits_in_a_byte(tmp_path: Path) -> None:
    path = tmp_path / "four.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8", nbits=4
    ) as dataset:
        dataset.write(np.eye(8, dtype=np.uint8) * 15, 1)
    with open_raster(path) as raster:
        assert raster.bits == 4
        stretch = compute_stretch(raster)
        shown = apply_stretch(read_window(raster, PixelWindow(0, 0, 8, 8)).image, stretch)
    assert set(np.unique(shown)) == {0, 255}


@pytest.mark.real_data
def test_a_16_bit_chip_is_neither_black_nor_white(shared_data: Path) -> None:
    with open_raster(shared_data / "rasters" / "buildings_uint16.tif") as raster:
        stretch = compute_stretch(raster)
        chip = read_window(raster, PixelWindow(0, 0, 900, 900), bands=stretch.bands)
    luminance = apply_stretch(chip.image, stretch).mean(axis=0)[chip.valid].mean()
    assert 60 <= luminance <= 190


def test_not_a_number_is_black() -> None:
    shown = apply_stretch(np.array([[[np.nan, np.inf, -np.inf, 5.0]]]), Stretch((1,), (0.0,), (10.0,)))
    assert shown[0, 0].tolist() == [0, 255, 0, 128]


@pytest.mark.parametrize(
    "stretch",
    [
        Stretch((3, 2, 1), (1.5, 0.1, 2.0), (9.25, 8.0, 7.0), 1.4),
        Stretch((2,), (0.0,), (9.0,), colormap="magma"),
        Stretch((4, 1), (0.0,), (1.0,), 1.0, NORMALIZED_DIFFERENCE, "brbg"),
    ],
)
def test_json(stretch: Stretch) -> None:
    assert Stretch.from_json(json.loads(json.dumps(stretch.to_json()))) == stretch


def test_json_of_older_versions() -> None:
    old = {"bands": [1], "low": [0.0], "high": [9.0], "gamma": 1.0}
    assert Stretch.from_json(old) == Stretch((1,), (0.0,), (9.0,))
    assert Stretch.from_json(old).to_json() == old
    with pytest.raises(StretchError):
        Stretch.from_json({"bands": [1]})


@pytest.mark.parametrize(
    ("bands", "low", "high", "gamma"),
    [
        ((1, 2), (0, 0), (1, 1), 1),
        ((0,), (0,), (1,), 1),
        ((1,), (0, 0), (1,), 1),
        ((1,), (1,), (1,), 1),
        ((1,), (0,), (1,), 0),
        ((1,), (float("nan"),), (1,), 1),
        ((1,), (0,), (float("inf"),), 1),
        ((1, 2), (0,), (1,), 1),
    ],
)
def test_impossible_stretches(
    bands: tuple[int, ...], low: tuple[float, ...], high: tuple[float, ...], gamma: float
) -> None:
    with pytest.raises(StretchError):
        Stretch(bands, low, high, gamma)


def test_bands_must_fit() -> None:
    with pytest.raises(StretchError):
        apply_stretch(np.zeros((3, 4, 4)), Stretch((1,), (0.0,), (1.0,)))


@pytest.mark.parametrize(
    ("bands", "index", "colormap"),
    [
        ((1,), NORMALIZED_DIFFERENCE, None),
        ((1, 2), "ratio", None),
        ((1,), None, "jet"),
        ((1, 2, 3), None, "magma"),
    ],
)
def test_impossible_indices_and_colour_maps(
    bands: tuple[int, ...], index: str | None, colormap: str | None
) -> None:
    channels = 1 if index else len(bands)
    with pytest.raises(StretchError):
        Stretch(bands, (0.0,) * channels, (1.0,) * channels, 1.0, index, colormap)


# --- choosing ---

RGBN = ("red", "green", "blue", "nir")


def uniform(count: int, dtype: str = "uint16", bits: int = 16, top: float = 1000.0) -> RasterStatistics:
    """Statistics of bands whose values are spread evenly from 0 to `top`."""
    band = BandStatistics(0.0, top, top / 2, top / 12**0.5, tuple(top * p / 100 for p in QUANTILE_PERCENTS))
    return RasterStatistics(dtype, bits, (band,) * count)


def test_without_a_wish() -> None:
    assert choose_stretch(uniform(4), RGBN) == Stretch((1, 2, 3), (20.0,) * 3, (980.0,) * 3)
    assert choose_stretch(uniform(1), ("pan",)) == Stretch((1,), (20.0,), (980.0,))
    assert choose_stretch(uniform(3, "uint8", 8), ()).is_identity


def test_what_compute_stretch_gives_is_chosen_from_all_statistics(make_raster: Make, noise: Noise) -> None:
    pixels = noise(8, 60, 50, "uint16")
    with open_raster(make_raster(pixels)) as raster:
        assert compute_stretch(raster) == choose_stretch(compute_statistics(raster), raster.band_names)


def test_dark_middles_are_brightened(make_raster: Make) -> None:
    pixels = (np.random.default_rng(3).gamma(1.0, 90.0, (3, 80, 80)) + 30).astype("uint16")
    with open_raster(make_raster(pixels)) as raster:
        stretch = compute_stretch(raster)
    low, high = np.percentile(pixels.reshape(3, -1), (2, 98), axis=1)
    assert stretch.low == pytest.approx(low)
    assert stretch.high == pytest.approx(high)
    shown = np.clip((pixels.reshape(3, -1) - low[:, None]) / (high - low)[:, None], 0, 1)
    assert stretch.gamma == pytest.approx(np.log(np.median(shown)) / np.log(0.4), abs=0.02)


def test_named_combinations() -> None:
    assert choose_stretch(uniform(4), RGBN, bands="natural").bands == (1, 2, 3)
    assert choose_stretch(uniform(4), RGBN, bands="CIR").bands == (4, 1, 2)
    assert choose_stretch(uniform(4), RGBN, bands="4,3,2").bands == (4, 3, 2)
    ndvi = choose_stretch(uniform(4), RGBN, bands="ndvi")
    assert ndvi == Stretch((4, 1), (0.0,), (1.0,), 1.0, NORMALIZED_DIFFERENCE, "brbg")
    one = choose_stretch(uniform(4), RGBN, bands="4", limits="minmax", colormap="cividis")
    assert one == Stretch((4,), (0.0,), (1000.0,), 1.0, None, "cividis")


@pytest.mark.parametrize(
    ("bands", "limits", "colormap", "says"),
    [
        ("natural", None, None, "it has 1 pan, 2 nir"),
        ("5", None, None, "it has 1 pan, 2 nir"),
        ("1,2", None, None, "one or three numbers"),
        ("purple", None, None, "one or three numbers"),
        ("1", "percentile:98,2", None, "expected percentile:LOW,HIGH"),
        ("1", "range:5,1", None, "must exceed"),
        ("1", None, "jet", "expected one of grey"),
    ],
)
def test_what_a_scene_cannot_do(bands: str, limits: str | None, colormap: str | None, says: str) -> None:
    with pytest.raises(StretchError, match=says):
        choose_stretch(uniform(2), ("pan", "nir"), bands=bands, limits=limits, colormap=colormap)


def test_gamma_is_automatic_only_for_measured_limits() -> None:
    dark = uniform(1, top=1000.0)
    assert choose_stretch(dark, (), limits="percentile:0,100").gamma == 1.0
    assert choose_stretch(dark, (), limits="range:0,5000").gamma == 1.0
    assert choose_stretch(dark, (), limits="range:0,5000", gamma=1.7).gamma == 1.7
    band = BandStatistics(0.0, 1000.0, 20.0, 9.0, tuple(1000 * (p / 100) ** 3 for p in QUANTILE_PERCENTS))
    skewed = RasterStatistics("uint16", 16, (band,))
    assert choose_stretch(skewed, (), limits="minmax").gamma == 2.2
    assert choose_stretch(skewed, (), limits="minmax", colormap="magma").gamma == 1.0
    with pytest.raises(StretchError, match="gamma 0"):
        choose_stretch(skewed, (), gamma=0.0)


# --- applying ---


def test_an_index_is_a_quotient_and_nothing_by_nothing_is_black() -> None:
    nir = np.array([[30, 10, 0, 50]], dtype="uint16")
    red = np.array([[10, 10, 0, 0]], dtype="uint16")
    stretch = Stretch((1, 2), (-1.0,), (1.0,), 1.0, NORMALIZED_DIFFERENCE)
    assert apply_stretch(np.stack([nir, red]), stretch)[0, 0].tolist() == [191, 128, 0, 255]
    coloured = Stretch((1, 2), (-1.0,), (1.0,), 1.0, NORMALIZED_DIFFERENCE, "brbg")
    shown = apply_stretch(np.stack([nir, red]), coloured)
    table = colormap_table("brbg")
    assert (shown[:, 0, 0] == table[:, 191]).all()
    assert (shown[:, 0, 3] == table[:, 255]).all()
    assert shown[:, 0, 2].tolist() == [0, 0, 0]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_colours_of_levels(dtype: str) -> None:
    values = np.arange(256, dtype=dtype)[None, None]
    shown = apply_stretch(values, Stretch((1,), (0.0,), (255.0,), colormap="viridis"))
    assert (shown[:, 0] == colormap_table("viridis")).all()
    grey = apply_stretch(values, Stretch((1,), (0.0,), (255.0,), colormap="grey"))
    assert (grey == values).all()


def test_strips_make_no_difference(noise: Noise) -> None:
    pixels = noise(3, 700, 300, "uint16").astype("float32")
    stretch = Stretch((1, 2, 3), (50.0, 100.0, 150.0), (3000.0, 3500.0, 3900.0), 1.3)
    whole = apply_stretch(pixels, stretch)
    for row in range(0, 700, 175):
        assert (apply_stretch(pixels[:, row : row + 175], stretch) == whole[:, row : row + 175]).all()


DTYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")


@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_whatever_is_chosen_fits_whatever_is_shown(data: st.DataObject, dtype: str) -> None:
    """uint8 RGB, monotone in the input, the low is 0 and the high 255."""
    seed = data.draw(st.integers(0, 2**32 - 1))
    bands = data.draw(st.sampled_from([1, 3, 4]))
    rng = np.random.default_rng(seed)
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else None
    bottom, top = (info.min, info.max) if info else (-30_000, 30_000)
    spread = data.draw(st.floats(0.001, 1.0)) * (top - bottom)
    start = data.draw(st.floats(0.0, 1.0)) * (top - bottom - spread) + bottom
    pixels = (rng.random((bands, 12, 12)) ** 3 * spread + start).astype(dtype)
    measured = []
    for band in pixels.reshape(bands, -1).astype(float):
        quantiles = tuple(np.percentile(band, QUANTILE_PERCENTS).tolist())
        measured.append(BandStatistics(band.min(), band.max(), band.mean(), band.std(), quantiles))
    statistics = RasterStatistics(dtype, np.dtype(dtype).itemsize * 8, tuple(measured))
    limits = data.draw(st.sampled_from([None, "percentile:0.1,99", "minmax", "sigma:2", "range:0,100"]))
    gamma = data.draw(st.none() | st.floats(0.3, 4.0))
    chosen = data.draw(st.sampled_from([None, "1"]))
    stretch = choose_stretch(statistics, (), bands=chosen, limits=limits, gamma=gamma)
    shown = apply_stretch(pixels[[band - 1 for band in stretch.bands]], stretch)
    assert (shown.dtype, shown.shape) == (np.uint8, (3, 12, 12))
    for channel in range(len(stretch.bands)):
        low, high = stretch.low[channel], stretch.high[channel]
        ramp = np.sort(np.append(rng.random(200) * (high - low) * 1.2 + low, [low, high]))
        if info:
            ramp = np.clip(np.rint(ramp), info.min, info.max)
        levels = apply_stretch(
            np.repeat(ramp.astype(dtype)[None, None], len(stretch.bands), axis=0), stretch
        )[channel, 0].astype(int)
        assert (np.diff(levels) >= 0).all()
        native = ramp.astype(dtype).astype(float)
        # Where the type cannot hold the limit itself, its neighbour is not black or white to the last level.
        assert (levels[native <= low] == 0).all()
        assert (levels[native >= high] == 255).all()


@given(seed=st.integers(0, 1000), colormap=st.sampled_from(COLORMAPS))
def test_colour_maps_and_indices_show_anything(seed: int, colormap: str) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.choice([0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 1e38, -1e38, 0.5], (2, 9, 9)).astype(
        "float32"
    )
    index = Stretch((1, 2), (0.0,), (1.0,), 1.3, NORMALIZED_DIFFERENCE, colormap)
    assert apply_stretch(pixels, index).shape == (3, 9, 9)
    assert apply_stretch(pixels[:1], Stretch((1,), (0.0,), (1.0,), 0.7, None, colormap)).dtype == np.uint8
