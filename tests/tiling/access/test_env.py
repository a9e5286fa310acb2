"""Tests of `tiling.access.env`."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from tiling.access.env import CACHE_MB, gdal_env


def test_the_block_cache_is_as_large_as_meant() -> None:
    """As an option of a context, 256 are bytes, and were once: GDAL decoded every block over and over."""
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("this system does not tell which library GDAL is in")
    library = next(line.split()[-1] for line in maps.read_text().splitlines() if "libgdal" in line)
    cache_max = ctypes.CDLL(library).GDALGetCacheMax64
    cache_max.restype = ctypes.c_longlong
    for _ in range(2):
        assert cache_max() == CACHE_MB * 1024**2
        with gdal_env():
            assert cache_max() == CACHE_MB * 1024**2
