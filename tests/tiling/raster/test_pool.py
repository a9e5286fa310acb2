"""Tests of `tiling.raster.pool`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.pool import RasterPool
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_a_raster_stays_open(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 20))
    pool = RasterPool()
    with pool.open(path) as first:
        pass
    with pool.open(path) as second:
        assert second is first
        with pool.open(path) as nested:
            assert nested is not second
    pool.close()


def test_the_least_recently_used_is_closed(make_raster: Make, noise: Noise) -> None:
    paths = [make_raster(noise(1, 20, 20), f"{i}.tif") for i in range(3)]
    pool = RasterPool(max_open=2)
    rasters = []
    for path in paths:
        with pool.open(path) as raster:
            rasters.append(raster)
    assert [raster.level(0).closed for raster in rasters] == [True, False, False]
    pool.close()
    assert all(raster.level(0).closed for raster in rasters)


def test_a_replaced_file_is_opened_anew(make_raster: Make, noise: Noise) -> None:
    pool = RasterPool()
    one = PixelWindow(0, 0, 1, 1)
    with pool.open(make_raster(np.full((1, 20, 20), 1, dtype=np.uint8))) as raster:
        assert read_window(raster, one).image.item() == 1
    path = make_raster(np.full((1, 30, 30), 2, dtype=np.uint8))
    with pool.open(path) as raster:
        assert read_window(raster, one).image.item() == 2
    pool.close()


def test_threads_do_not_share(make_raster: Make, noise: Noise) -> None:
    pixels = noise(3, 256, 256)
    path = make_raster(pixels, tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    pool = RasterPool()
    users: dict[int, set[int]] = {}
    lock = threading.Lock()

    def work(index: int) -> bool:
        rng = np.random.default_rng(index)
        for _ in range(20):
            col, row = (int(value) for value in rng.integers(0, 200, 2))
            with pool.open(path) as raster:
                with lock:
                    users.setdefault(id(raster), set()).add(threading.get_ident())
                image = read_window(raster, PixelWindow(col, row, 50, 50)).image
            if not (image == pixels[:, row : row + 50, col : col + 50]).all():
                return False
        return True

    with ThreadPoolExecutor(4) as executor:
        assert all(executor.map(work, range(16)))
        pool.close()
    assert all(len(threads) == 1 for threads in users.values())


def test_a_failing_raster_is_not_kept(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 20))
    pool = RasterPool()
    with pytest.raises(RuntimeError), pool.open(path) as first:
        raise RuntimeError
    with pool.open(path) as second:
        assert second is not first
    pool.close()


def test_missing_files_and_sizes(tmp_path: Path) -> None:
    with pytest.raises(RasterReadError, match="gone"), RasterPool().open(tmp_path / "gone.tif"):
        pass
    with pytest.raises(ValueError, match="at least 1"):
        RasterPool(0)
