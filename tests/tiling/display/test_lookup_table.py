"""Tests of `tiling.display.lookup_table`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.display.lookup_table import normalized_difference, scale_to_bytes


def fast(values: np.ndarray, low: float, high: float, gamma: float) -> np.ndarray:
    levels = np.empty(values.shape, dtype=np.uint8)
    scale_to_bytes(values, low, high, gamma, levels)
    return levels


def slow(values: np.ndarray, low: float, high: float, gamma: float) -> list[int]:
    """One pixel after the other, as the definition says."""
    levels = []
    for value in values.astype(float).tolist():
        scaled = min(max((value - low) / (high - low), 0.0), 1.0)
        levels.append(round(scaled ** (1.0 / gamma) * 255.0))
    return levels


@given(
    low=st.floats(-1000, 1000),
    span=st.floats(1, 5000),
    gamma=st.floats(0.5, 3),
    dtype=st.sampled_from(["uint8", "int8", "uint16", "int16", ">u2", ">i2"]),
)
def test_the_table_agrees_with_the_arithmetic(low: float, span: float, gamma: float, dtype: str) -> None:
    info = np.iinfo(dtype)
    values = np.arange(info.min, info.max + 1, 1 if info.bits == 8 else 97).astype(dtype)
    levels = fast(values, low, low + span, gamma)
    assert abs(levels.astype(int) - slow(values, low, low + span, gamma)).max() <= (dtype[0] == ">")
    assert (np.diff(levels.astype(int)) >= 0).all()


@pytest.mark.parametrize("dtype", ["uint32", "int32", "float32", "float64", ">f4"])
def test_the_arithmetic_agrees_with_the_definition(dtype: str) -> None:
    values = np.linspace(0, 70_000, 1001).astype(dtype)
    levels = fast(values, 500.0, 60_000.5, 1.8)
    difference = abs(levels.astype(int) - slow(values, 500.0, 60_000.5, 1.8))
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.01


def test_large_integers_keep_their_small_differences() -> None:
    values = np.arange(4_000_000_000, 4_000_000_256, dtype="uint32")
    assert fast(values, 4e9, 4e9 + 255, 1.0).tolist() == list(range(256))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32"])
def test_the_normalized_difference_agrees_with_the_definition(dtype: str) -> None:
    first, second = np.random.default_rng(5).integers(0, 120, (2, 50)).astype(dtype)
    expected = [
        (a - b) / (a + b) if a + b else float("nan")
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    assert normalized_difference(first, second) == pytest.approx(expected, rel=1e-6, nan_ok=True)
