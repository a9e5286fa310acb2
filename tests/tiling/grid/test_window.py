"""Tests of `tiling.grid.window`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.errors import WindowError
from tiling.grid.window import PixelWindow

windows = st.builds(
    PixelWindow, st.integers(0, 30), st.integers(0, 30), st.integers(1, 20), st.integers(1, 20)
)


def painted(window: PixelWindow) -> np.ndarray:
    canvas = np.zeros((60, 60), dtype=bool)
    canvas[window.slices] = True
    return canvas


@given(windows, windows)
def test_intersect_is_the_common_pixels(one: PixelWindow, other: PixelWindow) -> None:
    common = painted(one) & painted(other)
    both = one.intersect(other)
    if both is None:
        assert not common.any()
    else:
        assert (painted(both) == common).all()
        assert one.contains(both)
        assert other.contains(both)


@given(windows, st.integers(0, 5))
def test_expand_and_shift(window: PixelWindow, px: int) -> None:
    grown = window.expand(px)
    assert grown.contains(window)
    assert (grown.width, grown.height) == (window.width + 2 * px, window.height + 2 * px)
    assert window.shift(px, -px).shift(-px, px) == window
    assert (grown.right, grown.bottom) == (window.right + px, window.bottom + px)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (-1, 5)])
def test_never_empty(width: int, height: int) -> None:
    with pytest.raises(WindowError, match="expected 1 x 1"):
        PixelWindow(0, 0, width, height)
