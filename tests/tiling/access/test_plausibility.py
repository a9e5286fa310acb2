"""Tests of `tiling.access.plausibility`."""

from __future__ import annotations

from pathlib import Path

import pytest
import rasterio

from tiling.errors import RasterReadError
from tiling.raster.raster import open_raster


def refused(path: Path, match: str) -> None:
    with pytest.raises(RasterReadError, match=match) as caught:
        open_raster(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")


def test_sizes_that_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "huge.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="2000000000" rasterYSize="2000000000"><VRTRasterBand/></VRTDataset>'
    )
    refused(path, "px a side")
    empty = tmp_path / "empty.tif"
    with rasterio.open(
        empty, "w", driver="GTiff", width=400_000, height=400_000, count=3, dtype="uint16", sparse_ok=True,
        tiled=True, blockxsize=16384, blockysize=16384, compress="deflate",
    ):  # fmt: skip
        pass
    refused(empty, "that cannot be an image")
