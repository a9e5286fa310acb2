"""Tests of `tiling.raster.vrt`: GDAL reads what is written."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp

from tiling.errors import RasterWriteError
from tiling.grid.window import PixelSize
from tiling.raster.vrt import GDAL_TYPES, add_band, add_mask, add_source, new_vrt, write_vrt

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_gdal_reads_bands_sources_and_the_mask(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(1, 30, 40, "uint16") // 2 + 8  # 11 bits, without the nodata value
    path = make_raster(pixels)
    size = PixelSize(40, 30)
    transform = Affine(0.5, 0, 733601, 0, -0.5, 3725139)
    root = new_vrt(PixelSize(50, 30), "EPSG:32616", transform)
    band = add_band(root, GDAL_TYPES["uint16"], number=1, nodata=7, name="near", colour="red", bits="11")
    add_source(band, path.name, "1", size=size, target=(10, 0, 40, 30), relative=True)
    mask = make_raster(np.full((1, 30, 40), 255, dtype=np.uint8), "mask.tif")
    add_source(
        add_mask(root),
        mask,
        "1",
        size=size,
        target=(10, 0, 40, 30),
        block=size,
        data_type="Byte",
        shared=False,
    )
    write_vrt(root, tmp_path / "made.vrt")
    with rasterio.open(tmp_path / "made.vrt") as dataset:
        assert (dataset.width, dataset.height, dataset.crs.to_epsg(), dataset.transform) == (
            50,
            30,
            32616,
            transform,
        )
        assert (dataset.descriptions, dataset.nodata, dataset.dtypes) == (("near",), 7.0, ("uint16",))
        assert dataset.colorinterp == (ColorInterp.red,)
        assert dataset.tags(1, ns="IMAGE_STRUCTURE")["NBITS"] == "11"
        values = dataset.read(1)
    assert (values[:, 10:] == pixels[0]).all()
    assert (values[:, :10] == 7).all()


def test_options_make_a_complex_source_and_gaps_of_a_colour_table_are_black() -> None:
    size = PixelSize(4, 3)
    root = new_vrt(size)
    assert root.find("SRS") is root.find("GeoTransform") is None
    band = add_band(root, "Byte", colours=((0, (1, 2, 3, 255)), (2, (4, 5, 6, 0))))
    add_source(band, "/a.tif", "mask,1", size=size, options={"NODATA": "0"}, resampling="bilinear")
    entries = [tuple(entry.attrib.values()) for entry in band.iter("Entry")]
    assert entries == [("1", "2", "3", "255"), ("0", "0", "0", "255"), ("4", "5", "6", "0")]
    source = band.find("ComplexSource")
    assert source is not None
    assert (source.get("resampling"), source.findtext("NODATA")) == ("bilinear", "0")
    assert ET.tostring(source).count(b'xSize="4"') == 2


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RasterWriteError, match="could not be written"):
        write_vrt(new_vrt(PixelSize(1, 1)), tmp_path / "gone" / "a.vrt")
