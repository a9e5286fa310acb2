"""Tests of `tiling.access.images`: files that hold several images."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image

from tiling.access.images import RasterFile
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.pool import RasterPool
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def image_count(path: Path) -> int:
    with RasterFile(path) as file:
        return file.image_count


@pytest.fixture
def two_segments(tmp_path: Path, noise: Noise) -> Path:
    """A NITF of a 60 x 50 px image of 8 bits and one of 30 x 20 px of 16 bits."""
    path = tmp_path / "two.ntf"
    first = {"driver": "NITF", "width": 60, "height": 50, "count": 1, "dtype": "uint8", "NUMI": 2}
    second = {"driver": "NITF", "width": 30, "height": 20, "count": 1, "dtype": "uint16"}
    with rasterio.open(path, "w", **first) as dataset:
        dataset.write(noise(1, 50, 60))
    with rasterio.open(path, "w", **second, APPEND_SUBDATASET="YES") as dataset:
        dataset.write(noise(1, 20, 30, "uint16"))
    return path


def test_each_segment_of_a_nitf(two_segments: Path, noise: Noise) -> None:
    assert image_count(two_segments) == 2
    with open_raster(two_segments) as raster:
        assert (raster.grid.width, raster.dtype) == (60, "uint8")
    with closing(RasterPool()) as pool:
        for image, expected in ((1, noise(1, 50, 60)), (2, noise(1, 20, 30, "uint16"))):
            with pool.open(RasterSource(two_segments, image)) as raster:
                height, width = expected.shape[1:]
                assert (read_window(raster, PixelWindow(0, 0, width, height)).image == expected).all()


def test_pages_of_a_tiff(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    pages = [Image.fromarray(np.full((40, 30), 50 * page, dtype=np.uint8)) for page in (1, 2, 3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert image_count(path) == 3
    for number in (1, 2, 3):
        with open_raster(RasterSource(path, number)) as raster:
            assert read_window(raster, PixelWindow(0, 0, 30, 40)).image.max() == 50 * number


def test_overviews_are_no_images(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 64, 64), overviews=[2, 4], mask=np.ones((64, 64), dtype=bool))
    assert image_count(path) == 1
    with open_raster(RasterSource(path, 1)) as raster:
        assert raster.overviews == (2, 4)
        assert read_window(raster, PixelWindow(0, 0, 64, 64), out_height=16, out_width=16).valid.all()


@pytest.mark.parametrize("image", [3, 99])
def test_a_number_too_large(two_segments: Path, image: int) -> None:
    with pytest.raises(RasterReadError, match=rf"^Image {image} of .*two\.ntf was asked for; .* is 2\.$"):
        open_raster(RasterSource(two_segments, image))


def test_there_is_one_image_at_least(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    path = make_raster(noise(1, 20, 20))
    with pytest.raises(RasterReadError, match="Image 2 of"):
        open_raster(RasterSource(path, 2))
    with pytest.raises(RasterReadError, match="count from 1"):
        RasterSource(path, 0)
    (tmp_path / "notes.tif").write_text("no image")
    with pytest.raises(RasterReadError):
        image_count(tmp_path / "notes.tif")


def test_names_that_lead_elsewhere_are_no_images(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    secret = make_raster(noise(1, 20, 20), "secret.tif")
    path = tmp_path / "trap.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="8" rasterYSize="8"><Metadata domain="SUBDATASETS">'
        f'<MDI key="SUBDATASET_1_NAME">GTIFF_DIR:1:{secret}</MDI><MDI key="SUBDATASET_1_DESC">x</MDI>'
        f'<MDI key="SUBDATASET_2_NAME">GTIFF_DIR:1:{secret}</MDI><MDI key="SUBDATASET_2_DESC">x</MDI>'
        '</Metadata><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>'
    )
    assert image_count(path) == 1
    with pytest.raises(RasterReadError, match="Image 2 of"):
        open_raster(RasterSource(path, 2))
    with rasterio.open(path.with_name("trap.tif"), "w", driver="GTiff", width=8, height=8, count=1,
                       dtype="uint8") as dataset:  # fmt: skip
        dataset.update_tags(ns="SUBDATASETS", SUBDATASET_1_NAME=str(secret), SUBDATASET_2_NAME=str(secret))
    assert image_count(path.with_name("trap.tif")) == 1


def test_the_file_is_opened_once_for_its_only_image(make_raster: Make, noise: Noise) -> None:
    with RasterFile(make_raster(noise(1, 20, 20))) as file:
        first, warnings = file.open_image()
        assert (first.width, warnings) == (20, [])
        first.close()
        again, _ = file.open_image()  # handed over already: opened anew
    assert not again.closed
    again.close()
