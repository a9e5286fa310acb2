"""Tests of `tiling.display.colormaps`."""

from __future__ import annotations

import numpy as np
import pytest

from tiling.display.colormaps import COLORMAPS, colormap_table


def lightness(table: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB (3, N), 0..100."""
    rgb = table / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    y = np.array([0.2126, 0.7152, 0.0722]) @ linear
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


def test_grey_is_grey() -> None:
    assert (colormap_table("grey") == np.arange(256)).all()


@pytest.mark.parametrize("name", COLORMAPS)
def test_a_table_has_256_different_steps(name: str) -> None:
    table = colormap_table(name)
    assert (table.shape, table.dtype) == ((3, 256), np.uint8)
    assert abs(np.diff(table.astype(int), axis=1)).max() <= 9


@pytest.mark.parametrize("name", ["grey", "viridis", "magma", "cividis"])
def test_sequential_maps_get_lighter(name: str) -> None:
    steps = np.diff(lightness(colormap_table(name))[::5])
    assert (steps > 0).all()


def test_the_diverging_map_is_lightest_in_the_middle() -> None:
    light = lightness(colormap_table("brbg"))
    assert abs(int(np.argmax(light)) - 128) <= 5
