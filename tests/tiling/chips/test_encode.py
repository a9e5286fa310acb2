"""Tests of `tiling.chips.encode`."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from tiling.chips.encode import check_format, encode_chip
from tiling.errors import RasterWriteError
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

PLACED = RasterGrid(
    rasterio.CRS.from_epsg(32645).to_wkt(version="WKT2_2019"), Affine(0.5, 0, 1e5, 0, -0.5, 3e6), 40, 30
)
RNG = np.random.default_rng(1)


def half() -> np.ndarray:
    valid = np.ones((30, 40), dtype=bool)
    valid[:, :20] = False
    return valid


def write(files: dict[str, bytes], folder: Path) -> Path:
    """Writes the files of a chip; returns the first."""
    for suffix, content in files.items():
        (folder / f"chip{suffix}").write_bytes(content)
    return folder / f"chip{next(iter(files))}"


@pytest.mark.parametrize(("chip_format", "bands", "dtype"), [
    ("tif", 1, "float32"), ("tif", 5, "int16"), ("tif", 3, "uint8"), ("png", 1, "uint16"), ("png", 3, "uint16"),
    ("png", 3, "uint8"), ("jpg", 3, "uint8"), ("jpg", 1, "uint8"),
])  # fmt: skip
@pytest.mark.parametrize("nodata", [None, 0.0])
def test_gdal_reads_pixels_place_and_what_is_valid(
    chip_format: str, bands: int, dtype: str, nodata: float | None, tmp_path: Path
) -> None:
    pixels = RNG.integers(1, 120, (bands, 30, 40)).astype(dtype)
    if chip_format == "jpg":
        pixels[:] = 77
    pixels[:, ~half()] = 0
    path = write(encode_chip(chip_format, pixels, half(), PLACED, nodata), tmp_path)  # type: ignore[arg-type]
    with rasterio.open(path) as dataset:
        read = dataset.read().astype(float)
        assert dataset.dtypes[0] == dtype
        if chip_format == "jpg":
            assert np.abs(read - pixels)[:, half()].mean() < 1
        else:
            assert (read == pixels).all()
            assert (dataset.dataset_mask() > 0).tolist() == half().tolist()
        assert dataset.nodata == nodata
        assert dataset.crs.to_epsg() == 32645
        assert dataset.transform.almost_equals(PLACED.transform, 1e-9)


@pytest.mark.parametrize("compression", ["deflate", "zstd", "none"])
def test_compression_loses_nothing(compression: str, tmp_path: Path) -> None:
    pixels = RNG.random((2, 30, 40)).astype(np.float32)
    files = encode_chip("tif", pixels, half(), PLACED, None, compression)  # type: ignore[arg-type]
    with rasterio.open(write(files, tmp_path)) as dataset:
        assert (dataset.read() == pixels).all()
        assert (dataset.compression.value.lower() if dataset.compression else "none") == compression


def test_an_array_and_its_mask() -> None:
    pixels = RNG.random((4, 30, 40))
    files = encode_chip("npy", pixels, half(), PLACED, None)
    assert (np.load(io.BytesIO(files[".npy"]), allow_pickle=False) == pixels).all()
    assert (np.load(io.BytesIO(files[".valid.npy"])) == half()).all()


def test_an_image_without_a_place_has_no_world_file(tmp_path: Path) -> None:
    grid = RasterGrid(None, PIXEL_PLANE, 40, 30)
    pixels = np.ones((3, 30, 40), dtype=np.uint8)
    assert list(encode_chip("png", pixels, half() | True, grid, None)) == [".png"]
    with rasterio.open(write(encode_chip("tif", pixels, half() | True, grid, None), tmp_path)) as dataset:
        assert dataset.transform.is_identity


@pytest.mark.parametrize(
    ("chip_format", "dtype", "count"),
    [("jpg", "uint16", 3), ("png", "float32", 1), ("png", "uint8", 4), ("jpg", "uint8", 2)],
)
def test_what_a_format_cannot_hold(chip_format: str, dtype: str, count: int) -> None:
    with pytest.raises(RasterWriteError, match="tif has"):
        check_format(chip_format, dtype, count, "a.tif")  # type: ignore[arg-type]
    check_format("tif", dtype, count, "a.tif")
    check_format("npy", dtype, count, "a.tif")
