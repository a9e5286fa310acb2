"""Tests of `tiling.display.undeclared_fill`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tiling.display.statistics import RasterStatistics, compute_statistics, fill_note
from tiling.display.undeclared_fill import UndeclaredFill, find_undeclared_fill
from tiling.raster.raster import open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def found(path: Path) -> UndeclaredFill | None:
    with open_raster(path) as raster:
        return find_undeclared_fill(raster)


def tilted(noise: Noise, value: int, dtype: str = "uint16") -> np.ndarray:
    """A scene that lies askew in its file, filled with `value` around it."""
    pixels = noise(3, 120, 120, dtype) // 2 + 1
    rows, cols = np.mgrid[:120, :120]
    pixels[:, abs(rows - 60) + abs(cols - 60) > 60] = value
    return pixels


@pytest.mark.parametrize("value", [0, 65535])
def test_a_value_that_fills_the_border_is_found_and_left_out(
    make_raster: Make, noise: Noise, value: int
) -> None:
    pixels = tilted(noise, value)
    path = make_raster(pixels)
    fill = found(path)
    assert fill is not None
    assert fill.value == value
    assert fill.share == pytest.approx((pixels[0] == value).mean(), abs=0.01)
    with open_raster(path) as raster:
        statistics = compute_statistics(raster, fill=fill)
    inside = pixels[0][pixels[0] != value]
    assert statistics.bands[0] is not None
    assert (statistics.bands[0].minimum, statistics.bands[0].maximum) == (inside.min(), inside.max())
    assert RasterStatistics.from_json(statistics.to_json()) == statistics
    assert f"The value {value} fills 49 %" in (fill_note(statistics) or "")
    assert fill_note(None) is None


def test_one_side_is_enough_and_few_pixels_are_not(make_raster: Make, noise: Noise) -> None:
    pixels = noise(1, 100, 100, "uint8") // 2 + 1
    pixels[:, :, 60:] = 255
    assert found(make_raster(pixels)) == UndeclaredFill(255.0, 0.4)
    pixels = noise(1, 100, 100, "uint8") // 2 + 1
    pixels[:, :30, 99:] = 0
    assert found(make_raster(pixels)) is None
    # What lies within, such as a lake, does not count.
    pixels = noise(1, 100, 100, "uint8") // 2 + 1
    pixels[:, 20:80, 20:80] = 0
    assert found(make_raster(pixels)) is None


def test_what_is_declared_flat_or_coloured_is_not_looked_at(make_raster: Make, noise: Noise) -> None:
    assert found(make_raster(tilted(noise, 0), nodata=0)) is None
    assert found(make_raster(np.zeros((1, 50, 50), np.uint8))) is None
    assert found(make_raster(noise(3, 60, 60, "uint8"))) is None
    # White in one band alone is a colour.
    pixels = noise(3, 60, 60, "uint8") // 2
    pixels[0, :, 30:] = 255
    assert found(make_raster(pixels)) is None
