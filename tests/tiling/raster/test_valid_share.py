"""Share of valid pixels in cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from tiling.ingest.cog import ensure_cog
from tiling.raster.raster import open_raster
from tiling.raster.valid_share import valid_shares


def test_valid_shares_are_those_of_the_pixels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(1, 255, (1, 330, 500), dtype=np.uint8)
    pixels[:, :, 200:300] = 0
    pixels[:, 310:] = 0
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "width": 500, "height": 330, "count": 1, "dtype": "uint8", "nodata": 0}
    with rasterio.open(
        path, "w", **profile, crs="EPSG:32645", transform=Affine(1, 0, 3e5, 0, -1, 3e6)
    ) as out:
        out.write(pixels)
    with open_raster(path) as raster:
        shares = valid_shares(raster, 16)
    assert shares.shape == (21, 32)
    padded = np.zeros((336, 512))
    padded[:330, :500] = pixels[0] > 0
    there = padded.reshape(21, 16, 32, 16).any(axis=(1, 3))
    assert ((shares > 0) == there).all()
    copy = ensure_cog(path, tmp_path / "b.tif")
    with open_raster(copy) as raster:
        assert (valid_shares(raster, 16) > 0).sum() >= there.sum()
