"""Tests of `tiling.access.unread_formats`: what is not read is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tests.support.samples import write_raster
from tiling.access.unread_formats import unread_format
from tiling.errors import UnreadFormatError
from tiling.raster.raster import open_raster

DIMAP = b'<?xml version="1.0" encoding="UTF-8"?>\n<Dimap_Document><Raster_Data/></Dimap_Document>'
BEGINNINGS = {
    "a.nc": (b"CDF\x01\0\0\0\0", "netCDF"),
    "a.h5": (b"\x89HDF\r\n\x1a\n\0\0", "HDF5 or netCDF-4"),
    "DIM_A.XML": (DIMAP, "DIMAP"),
    "a.TIL": (b'bandId = "Multi"\nnumTiles = 1;\nBEGIN_GROUP = TILE_1', "TIL (DigitalGlobe tiles)"),
    "a.asc": (b"NCOLS 4\nNROWS 3\nxllcorner 500000\n", "ESRI ASCII grid"),
    "a.ers": (b'DatasetHeader Begin\n\tVersion = "6.0"\n', "ERMapper (ERS)"),
    "a.mrf": (b"<MRF_META><Raster/></MRF_META>", "MRF"),
    "a.pix": (b"PCIDSK  SDB 1.0", "PCIDSK"),
    "a.grb": (b"GRIB\0\0\0\2", "GRIB"),
    "MTD_MSIL2A.xml": (
        b'<?xml version="1.0"?><n1:Level-2A_User_Product xmlns:n1="x">',
        "Sentinel product (SAFE)",
    ),
}


@pytest.mark.parametrize("name", list(BEGINNINGS))
def test_a_format_that_is_not_read_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content, wanted = BEGINNINGS[name]
    path.write_bytes(content)
    assert unread_format(path) == wanted
    with pytest.raises(UnreadFormatError, match=r"a format that is not read here; gdal_translate") as caught:
        open_raster(path)
    assert str(caught.value).startswith(f"{path} is {wanted}")


def test_databases_of_tiles(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with rasterio.open(
        path, "w", driver="GPKG", width=20, height=20, count=3, dtype="uint8", crs="EPSG:3857",
        transform=rasterio.Affine(1, 0, 0, 0, -1, 0),
    ) as dataset:  # fmt: skip
        dataset.write(np.zeros((3, 20, 20), "uint8"))
    assert unread_format(path) == "GeoPackage of tiles"
    for name, tables, wanted in (
        ("b.mbtiles", ("tiles", "metadata"), "MBTiles"),
        ("c.db", ("anything",), None),
    ):
        with closing(sqlite3.connect(tmp_path / name)) as database:
            for table in tables:
                database.execute(f"CREATE TABLE {table} (x)")
            database.commit()
        assert unread_format(tmp_path / name) == wanted


def test_other_files_are_none_of_them(tmp_path: Path) -> None:
    assert unread_format(write_raster(tmp_path / "a.tif")) is None
    for name, content in (("a.xml", b"<isd><IMD/></isd>"), ("a.txt", b""), ("b.db", b"SQLite format 3\0cut")):
        (tmp_path / name).write_bytes(content)
        assert unread_format(tmp_path / name) is None
    assert unread_format(tmp_path / "gone") is None
