"""Tests of `tiling.stretch`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from tiling.errors import StretchError
from tiling.raster import open_raster, read_window
from tiling.stretch import Stretch, apply_stretch, compute_stretch, display_bands
from tiling.window import PixelWindow

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


def test_display_bands(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(4, 8, 8, "uint16"))
    with rasterio.open(path, "r+") as dataset:
        dataset.descriptions = ("Blue", "Green", "Red", "NIR")
    with open_raster(path) as raster:
        assert display_bands(raster) == (3, 2, 1)
    for count, expected in ((1, (1,)), (2, (1,)), (5, (1, 2, 3)), (8, (5, 3, 2))):
        with open_raster(make_raster(noise(count, 8, 8, "uint16"))) as raster:
            assert display_bands(raster) == expected


@given(
    low=st.floats(-1000, 1000),
    span=st.floats(1, 5000),
    gamma=st.floats(0.5, 3),
    dtype=st.sampled_from(["uint8", "uint16"]),
)
def test_the_table_agrees_with_the_arithmetic(low: float, span: float, gamma: float, dtype: str) -> None:
    values = np.arange(0, np.iinfo(dtype).max + 1, 1 if dtype == "uint8" else 97).astype(dtype)[None, None]
    stretch = Stretch((1,), (low,), (low + span,), gamma)
    fast = apply_stretch(values, stretch)
    slow = apply_stretch(values.astype(np.float64), stretch)
    assert (fast == slow).all()
    assert (np.diff(fast[0, 0].astype(int)) >= 0).all()


def test_not_a_number_is_black() -> None:
    shown = apply_stretch(np.array([[[np.nan, np.inf, -np.inf, 5.0]]]), Stretch((1,), (0.0,), (10.0,)))
    assert shown[0, 0].tolist() == [0, 255, 0, 128]


def test_json() -> None:
    stretch = Stretch((3, 2, 1), (1.5, 0.1, 2.0), (9.25, 8.0, 7.0), 1.4)
    assert Stretch.from_json(json.loads(json.dumps(stretch.to_json()))) == stretch
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
