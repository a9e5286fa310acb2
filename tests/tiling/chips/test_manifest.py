"""Tests of `tiling.chips.manifest`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import rasterio.warp
import shapely
import shapely.affinity
from pyproj import CRS

from tests.support.chip_runs import chip_options, read_manifest
from tiling.chips.manifest import crs_text
from tiling.chips.write import write_chips

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_geoparquet_says_the_same_with_footprints(chip_scene: Path, tmp_path: Path) -> None:
    write_chips([chip_scene], tmp_path / "out", chip_options(64, 16))
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")
    lines = read_manifest(tmp_path / "out")
    assert table.crs.to_epsg() == 4326
    assert table["sha256"].tolist() == [line["sha256"] for line in lines]
    assert table["window"].tolist() == [line["window"] for line in lines]
    on_ground = table.geometry.to_crs(32616)
    for shape, line in zip(on_ground, lines, strict=True):
        frame = shapely.box(0, 0, line["window"]["width"], line["window"]["height"])
        wanted = shapely.affinity.affine_transform(frame, [line["transform"][i] for i in (0, 1, 3, 4, 2, 5)])
        assert shape.symmetric_difference(wanted).area < 0.01 * wanted.area
    left, bottom, right, top = table.geometry.iloc[0].bounds
    near = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet", bbox=(left, bottom, right, top))
    assert 0 < len(near) < len(table)


def test_no_georeference_stays_none(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    source = make_raster(noise(3, 60, 60), crs=None, transform=None)
    report = write_chips([source], tmp_path / "out", chip_options(40))
    for path in (report.directory / "chips").glob("*.tif"):
        with rasterio.open(path) as dataset:
            assert dataset.crs is None
            assert dataset.transform.is_identity
    table = geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")
    assert table.geometry.isna().all()


def test_a_crs_is_an_epsg_code_where_that_says_all_of_it() -> None:
    utm = CRS.from_epsg(32645)
    assert crs_text(utm) == "EPSG:32645"
    assert crs_text(None) is None
    local = crs_text(CRS.from_proj4("+proj=laea +lat_0=27 +lon_0=85 +datum=WGS84 +units=m"))
    assert local is not None
    assert local.startswith("PROJCRS[")
