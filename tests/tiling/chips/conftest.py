"""Rasters that are cut into chips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


@pytest.fixture
def chip_scene(make_raster: Make, noise: Noise) -> Path:
    pixels = noise(2, 150, 200, "uint16")
    pixels[:, :64, :64] = 0
    return make_raster(pixels, "my scene.tif", nodata=0)


@pytest.fixture
def wide_scene(make_raster: Make, noise: Noise) -> Path:
    return make_raster(noise(1, 400, 600), "wide.tif")
