"""What the values of a scene are like, measured once: any stretch can be made from it without reading again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tiling.errors import StretchError

# Percent of the valid pixels at or below each of a band's quantiles; in between, linear interpolation does.
QUANTILE_PERCENTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0,
                     55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 97.0, 98.0, 99.0, 99.5, 99.75, 99.9,
                     100.0)  # fmt: skip


@dataclass(frozen=True)
class BandStatistics:
    """One band's valid, finite values, in native units.

    Attributes:
        minimum: the smallest.
        maximum: the largest.
        mean: their mean.
        std: their standard deviation.
        quantiles: the values at `QUANTILE_PERCENTS`.
    """

    minimum: float
    maximum: float
    mean: float
    std: float
    quantiles: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.quantiles) != len(QUANTILE_PERCENTS):
            raise StretchError(
                f"{len(self.quantiles)} quantiles of a band were given; expected {len(QUANTILE_PERCENTS)}."
            )


@dataclass(frozen=True)
class RasterStatistics:
    """The statistics of a whole raster.

    Attributes:
        dtype: numpy name of a pixel's type.
        bits: bits of a pixel that are used.
        bands: one per image band; None for a band without a valid pixel.
    """

    dtype: str
    bits: int
    bands: tuple[BandStatistics | None, ...]

    def to_json(self) -> dict[str, Any]:
        """A dict that `json` writes."""
        return {
            "dtype": self.dtype,
            "bits": self.bits,
            "bands": [None if band is None else asdict(band) for band in self.bands],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RasterStatistics:
        """The statistics `to_json` wrote."""
        bands = tuple(
            None if band is None else BandStatistics(**(band | {"quantiles": tuple(band["quantiles"])}))
            for band in data["bands"]
        )
        return cls(str(data["dtype"]), int(data["bits"]), bands)
