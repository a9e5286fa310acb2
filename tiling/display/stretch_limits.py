"""Limits of a stretch: the native values that become black and white, and an automatic gamma."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tiling.display.statistics import QUANTILE_PERCENTS, BandStatistics, RasterStatistics
from tiling.errors import StretchError

ValueRanges = list[tuple[float, float]]

LIMITS_SYNTAX = "percentile:LOW,HIGH, minmax, sigma:K, range:LOW,HIGH (once, or once per band) or none"
# Kinds of limits that come from statistics; the others are given as numbers.
STATISTICAL_KINDS = ("percentile", "minmax", "sigma")


def band_limits(limits: str, statistics: RasterStatistics, bands: Sequence[int]) -> ValueRanges:
    """Return the (low, high) of each band.

    Args:
        limits: "percentile:2,98"; "minmax"; "sigma:2", the mean ± so many standard deviations;
            "range:0,3000", in the quantity that the raster's scale and offset say, one pair for all bands or one
            for each; "none", the range of the data type.
        statistics: Statistics of the whole raster. A band without a valid pixel gets 0 and 1.
        bands: 1-based.

    Raises:
        StretchError: Unknown limits, or "none" of floats.
    """
    kind, values = parse_limits(limits)
    if kind == "none":
        return [_full_range(statistics)] * len(bands)
    if kind == "range":
        pairs = _ranges(limits, values, len(bands))
        return [_stored(pair, *statistics.units_of(band)) for pair, band in zip(pairs, bands, strict=True)]
    measured = [statistics.bands[band - 1] for band in bands]
    return [(0.0, 1.0) if band is None else _from_statistics(kind, values, band) for band in measured]


def index_limits(limits: str) -> tuple[float, float]:
    """Return the (low, high) of a normalized difference, which lies between -1 and 1.

    Raises:
        StretchError: Limits that need statistics: there are none of an index, only of its bands.
    """
    kind, values = parse_limits(limits)
    if kind in STATISTICAL_KINDS:
        raise StretchError(
            f"Limits {limits!r} were asked for a normalized difference; expected range:LOW,HIGH or none."
        )
    return (-1.0, 1.0) if kind == "none" else _ranges(limits, values, 1)[0]


def parse_limits(limits: str) -> tuple[str, list[float]]:
    """Parse limits into their kind and its numbers.

    >>> parse_limits("percentile:2,98")
    ('percentile', [2.0, 98.0])

    Raises:
        StretchError: An unknown kind, or numbers that do not fit it.
    """
    kind, _, text = limits.strip().lower().partition(":")
    try:
        values = [float(part) for part in text.split(",")] if text else []
    except ValueError:
        values = [math.nan]
    fits = {
        "percentile": len(values) == 2 and 0 <= values[0] < values[1] <= 100,
        "minmax": not values,
        "sigma": len(values) == 1 and values[0] > 0,
        "range": len(values) >= 2 and len(values) % 2 == 0,
        "none": not values,
    }.get(kind, False)
    if not fits or not all(map(math.isfinite, values)):
        raise StretchError(f"Limits {limits!r} were given; expected {LIMITS_SYNTAX}.")
    return kind, values


def _stored(pair: tuple[float, float], scale: float, offset: float) -> tuple[float, float]:
    """Return limits of a quantity as stored numbers."""
    if (scale, offset) == (1.0, 0.0):
        return pair
    low, high = sorted((value - offset) / scale for value in pair)
    return low, high


def _full_range(statistics: RasterStatistics) -> tuple[float, float]:
    kind = np.dtype(statistics.dtype).kind
    if kind not in "iu":
        raise StretchError(
            f"Limits 'none' were asked for {statistics.dtype} pixels; expected integers, whose range has ends."
        )
    if kind == "u":
        return 0.0, float(2**statistics.bits - 1)
    half = float(2 ** (statistics.bits - 1))
    return -half, half - 1


def _ranges(limits: str, values: Sequence[float], count: int) -> ValueRanges:
    pairs = list(zip(values[::2], values[1::2], strict=True))
    if len(pairs) == 1:
        pairs *= count
    if len(pairs) != count:
        raise StretchError(f"Limits {limits!r} give {len(pairs)} ranges; expected one, or {count}.")
    return pairs


def _from_statistics(kind: str, values: Sequence[float], band: BandStatistics) -> tuple[float, float]:
    if kind == "minmax":
        low, high = band.minimum, band.maximum
    elif kind == "sigma":
        low, high = band.mean - values[0] * band.std, band.mean + values[0] * band.std
    else:
        low, high = (float(v) for v in np.interp(values, QUANTILE_PERCENTS, band.quantiles))
    # A flat scene (or a nearly flat one) still needs a black and a white.
    return low, high if high > low else float(np.nextafter(low, np.inf)) + 1.0


def automatic_gamma(statistics: RasterStatistics, bands: Sequence[int], pairs: ValueRanges) -> float:
    """Return the gamma, from 1 (none) to 2.2, that lifts a dark median of all scaled values to about 0.4."""
    percents = np.linspace(0.0, 100.0, 2001)
    scaled = []
    for band, (low, high) in zip(bands, pairs, strict=True):
        measured = statistics.bands[band - 1]
        if measured is not None:
            values = np.interp(percents, QUANTILE_PERCENTS, measured.quantiles)
            scaled.append(np.clip((values - low) / (high - low), 0.0, 1.0))
    middle = float(np.median(scaled)) if scaled else 0.0
    if not 0.0 < middle < 0.4:
        return 1.0
    return round(float(np.clip(np.log(middle) / np.log(0.4), 1.0, 2.2)), 3)
