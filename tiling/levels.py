"""Native values become 0..255: the arithmetic of a stretch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

# Integers for which a table of all values pays; others, and other byte orders, are calculated.
_TABLED = frozenset(np.dtype(name) for name in ("uint8", "int8", "uint16", "int16"))


def normalized_difference(
    first: npt.NDArray[np.generic], second: npt.NDArray[np.generic]
) -> npt.NDArray[np.floating[Any]]:
    """(first - second) / (first + second): -1 to 1 where neither is negative, not a number for 0 by 0."""
    kind = np.result_type(first.dtype, np.float32)
    difference = first.astype(kind)
    with np.errstate(all="ignore"):
        total = difference + second
        difference -= second
        difference /= total
    return difference


def to_levels(
    values: npt.NDArray[np.generic], low: float, high: float, gamma: float, levels: npt.NDArray[np.uint8]
) -> None:
    """Fills `levels` with 0..255: through a table for 8 and 16 bits, which is as fast as the arithmetic at its
    simplest and three times as fast with a gamma."""
    if values.dtype in _TABLED:
        codes = values.view(f"u{values.dtype.itemsize}")
        np.take(_table(low, high, gamma, values.dtype.name), codes, out=levels, mode="clip")
    else:
        np.copyto(levels, _scaled(values, low, high, gamma), casting="unsafe")


def _scaled(
    values: npt.NDArray[np.generic], low: float, high: float, gamma: float
) -> npt.NDArray[np.floating[Any]]:
    """Native values -> whole numbers 0..255, as floats; what is not a number becomes 0.

    Single precision where the values have no more: its steps are far finer than a level.
    """
    kind = np.result_type(values.dtype, np.float32).type
    with np.errstate(all="ignore"):
        scaled = values.astype(kind)
        scaled -= kind(low)
        scaled /= kind(high - low)
        np.fmax(scaled, 0, out=scaled)  # passes over what is not a number
        np.fmin(scaled, 1, out=scaled)
        if gamma != 1.0:
            np.power(scaled, kind(1.0 / gamma), out=scaled)
        scaled *= 255
        np.rint(scaled, out=scaled)
    return scaled


@lru_cache(maxsize=64)
def _table(low: float, high: float, gamma: float, dtype: str) -> npt.NDArray[np.uint8]:
    """What every possible integer of a type is shown as, in the order of its bits."""
    bits = np.dtype(dtype).itemsize * 8
    every = np.arange(2**bits).astype(f"u{bits // 8}").view(dtype)
    return _scaled(every.astype(np.float64), low, high, gamma).astype(np.uint8)
