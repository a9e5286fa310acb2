"""Tests of `tiling.vectors.arrow`."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from tiling.errors import VectorReadError
from tiling.vectors.arrow import GdalFile, GeoParquetFile


def frame() -> gpd.GeoDataFrame:
    boxes = [shapely.box(0, 0, 1, 1), None]
    return gpd.GeoDataFrame({"tags": [[1, 2], None], "class": ["a", "b"]}, geometry=boxes)


@pytest.mark.parametrize(("crs", "epsg"), [(None, None), (32633, 32633)])
def test_geoparquet(tmp_path: Path, crs: int | None, epsg: int | None) -> None:
    path = tmp_path / "a.parquet"
    (frame() if crs is None else frame().set_crs(crs)).to_parquet(path)
    file = GeoParquetFile.open(path)
    assert (file.fields, file.count) == (("tags", "class"), 2)
    assert (file.crs and file.crs.to_epsg()) == epsg
    [batch] = file.batches()
    assert batch.properties[0] == {"tags": [1, 2], "class": "a"}
    assert batch.geometries[1] is None


def test_parquet_without_geometry_and_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(VectorReadError, match="without geometries"):
        GeoParquetFile.open(path)
    frame().to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    with pytest.raises(VectorReadError, match="encoded as 'polygon', expected 'WKB'"):
        GeoParquetFile.open(path)


def test_a_shapefile_without_its_table(tmp_path: Path) -> None:
    frame().drop(columns="tags").set_crs(32633).to_file(tmp_path / "a.shp")
    assert not GdalFile.open(tmp_path / "a.shp", "Shapefile").typed
    (tmp_path / "a.shx").unlink()
    with pytest.raises(VectorReadError, match="cannot be read as Shapefile"):
        GdalFile.open(tmp_path / "a.shp", "Shapefile")
