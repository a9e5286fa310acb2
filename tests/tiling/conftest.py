"""Small seeded rasters for the tests of `tiling`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

UTM = Affine(0.5, 0, 733601, 0, -0.5, 3725139)

MakeRaster = Callable[..., Path]


@pytest.fixture
def make_raster(tmp_path: Path) -> MakeRaster:
    """Writes `pixels` (C, H, W) as a GeoTIFF and returns its path; keywords go to rasterio."""

    def make(
        pixels: np.ndarray,
        name: str = "scene.tif",
        *,
        crs: str | None = "EPSG:32616",
        transform: Affine | None = UTM,
        mask: np.ndarray | None = None,
        overviews: list[int] | None = None,
        **profile: Any,
    ) -> Path:
        path = tmp_path / name
        count, height, width = pixels.shape
        if crs is not None:
            profile["crs"] = crs
        if transform is not None:
            profile["transform"] = transform
        options = {
            "driver": "GTiff",
            "count": count,
            "height": height,
            "width": width,
            "dtype": pixels.dtype.name,
        }
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
            with rasterio.open(path, "w", **(options | profile)) as dataset:
                dataset.write(pixels)
                if mask is not None:
                    dataset.write_mask(mask)
            if overviews:
                with rasterio.open(path, "r+") as dataset:
                    dataset.build_overviews(overviews, rasterio.enums.Resampling.average)
        return path

    return make


@pytest.fixture
def noise() -> Callable[..., np.ndarray]:
    """Smooth seeded pixels: noise alone would hide shifts of a pixel in averages."""

    def make(bands: int, height: int, width: int, dtype: str = "uint8", seed: int = 7) -> np.ndarray:
        rng = np.random.default_rng(seed)
        rows, cols = np.mgrid[0:height, 0:width]
        high = 255 if dtype == "uint8" else 4000
        base = (np.sin(cols / 9.0) + np.cos(rows / 7.0) + 2) / 4
        pixels = base * 0.7 + rng.random((bands, height, width)) * 0.3
        return (pixels * (high - 2) + 1).astype(dtype)

    return make
