"""Tests of `tiling.display.stretch_limits`."""

from __future__ import annotations

import pytest

from tiling.display.statistics import QUANTILE_PERCENTS, BandStatistics, RasterStatistics
from tiling.display.stretch_limits import band_limits, index_limits
from tiling.errors import StretchError

BAND = BandStatistics(5.0, 105.0, 40.0, 10.0, tuple(5 + p for p in QUANTILE_PERCENTS))


def statistics(dtype: str = "uint16", bits: int = 16) -> RasterStatistics:
    return RasterStatistics(dtype, bits, (BAND, None))


@pytest.mark.parametrize(
    ("limits", "pair"),
    [
        ("percentile:2,98", (7.0, 103.0)),
        ("Percentile: 4, 60", (9.0, 65.0)),  # between two quantiles
        ("minmax", (5.0, 105.0)),
        ("sigma:2.5", (15.0, 65.0)),
        ("range:0,3000", (0.0, 3000.0)),
        ("range:-1.5,3e3", (-1.5, 3000.0)),
        ("none", (0.0, 65535.0)),
    ],
)
def test_kinds_of_limits(limits: str, pair: tuple[float, float]) -> None:
    assert band_limits(limits, statistics(), [1]) == [pytest.approx(pair)]


def test_one_range_for_each_band() -> None:
    assert band_limits("range:0,3000,0,2500", statistics(), [1, 2]) == [(0, 3000), (0, 2500)]
    with pytest.raises(StretchError, match="2 ranges; expected one, or 1"):
        band_limits("range:0,3000,0,2500", statistics(), [1])


def test_a_band_without_pixels_has_limits() -> None:
    assert band_limits("minmax", statistics(), [2]) == [(0.0, 1.0)]


@pytest.mark.parametrize(
    ("dtype", "bits", "pair"),
    [("uint16", 11, (0, 2047)), ("uint8", 8, (0, 255)), ("int16", 16, (-32768, 32767))],
)
def test_the_full_range(dtype: str, bits: int, pair: tuple[float, float]) -> None:
    assert band_limits("none", statistics(dtype, bits), [1]) == [pair]


def test_floats_have_no_full_range() -> None:
    with pytest.raises(StretchError, match="float32 pixels; expected integers"):
        band_limits("none", statistics("float32", 32), [1])


@pytest.mark.parametrize(
    "limits",
    ["", "best", "percentile", "percentile:2", "percentile:2,101", "percentile:2,x", "sigma:0", "sigma:-1", "minmax:1",
     "range:1", "range:1,2,3", "range:0,inf", "range:nan,1", "none:1"],
)  # fmt: skip
def test_no_limits_at_all(limits: str) -> None:
    with pytest.raises(StretchError, match="expected percentile:LOW,HIGH, minmax"):
        band_limits(limits, statistics(), [1])


def test_limits_of_an_index() -> None:
    assert index_limits("none") == (-1.0, 1.0)
    assert index_limits("range:0.1,0.8") == (0.1, 0.8)
    for limits in ("minmax", "percentile:2,98", "sigma:1"):
        with pytest.raises(StretchError, match="normalized difference; expected range"):
            index_limits(limits)
