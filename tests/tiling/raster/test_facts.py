"""Tests of `tiling.raster.facts`: one opening tells all that registering needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tiling.errors import RasterReadError
from tiling.raster.facts import read_facts
from tiling.raster.raster import open_raster

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_facts_are_those_of_the_open_raster(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(2, 40, 60, "uint16"), nodata=7, nbits=11, descriptions=("near", "far"))
    facts = read_facts(path)
    with open_raster(path) as raster:
        assert facts.grid == raster.grid
        assert (facts.count, facts.dtype, facts.nodata) == (raster.count, raster.dtype, raster.nodata)
        assert facts.band_names == raster.band_names == facts.metadata.band_names
    assert (facts.path, facts.driver, facts.bits, facts.is_warped) == (path, "GTiff", 11, False)


@pytest.mark.parametrize(
    ("size", "options", "expected"),
    [
        ((400, 500), {}, True),  # small
        ((700, 900), {"tiled": True, "blockxsize": 256, "blockysize": 256, "overviews": [2]}, True),
        ((700, 900), {"tiled": True, "blockxsize": 256, "blockysize": 256}, False),
        ((2100, 600), {"tiled": True, "blockxsize": 256, "blockysize": 256}, False),  # no overviews
        ((2100, 600), {"overviews": [2, 4]}, False),  # strips
        ((2100, 600), {"tiled": True, "blockxsize": 256, "blockysize": 256, "overviews": [8]}, False),
    ],
)
def test_a_raster_is_tile_ready_when_it_is_small_or_tiled_with_overviews(
    make_raster: Make, noise: Noise, size: tuple[int, int], options: dict[str, object], expected: bool
) -> None:
    assert read_facts(make_raster(noise(1, *size), **options)).is_tile_ready is expected


def test_a_truncated_file_has_no_facts(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(3, 200, 200))
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(RasterReadError, match="truncated"):
        read_facts(path)
