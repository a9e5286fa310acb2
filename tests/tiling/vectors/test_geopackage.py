"""Tests of `tiling.vectors.geopackage`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tiling.errors import VectorReadError
from tiling.vectors.geopackage import GeoPackageFile, pick_layer

GEOMETRIES = [shapely.box(0, 0, 1, 1), None, shapely.Point(1, 2), shapely.box(2, 2, 3, 3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / 'a "b" #1?.gpkg'
    frame = gpd.GeoDataFrame({"class": list("abcd")}, geometry=GEOMETRIES, crs=25833)
    frame.to_file(path, layer='odd "name"')
    return path


def test_features_without_geometry_and_of_other_types(path: Path) -> None:
    file = GeoPackageFile.open(path, None)
    assert file.crs is not None
    assert (file.crs.to_epsg(), file.fields, file.count) == (25833, ("class",), 4)
    [batch] = file.batches()
    assert [geometry and geometry.geom_type for geometry in batch.geometries] == [
        "Polygon", None, "Point", "Polygon",
    ]  # fmt: skip
    assert batch.faults == [None] * 4


def test_a_damaged_geometry_is_a_fault_of_its_feature(path: Path) -> None:
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name.replace(chr(34), chr(34) * 2)}"')
        database.execute('UPDATE "odd ""name""" SET geom = ? WHERE class = ?', (b"GP\0\1junk", "a"))
        database.execute('UPDATE "odd ""name""" SET geom = ? WHERE class = ?', (b"xx", "d"))
    [batch] = GeoPackageFile.open(path, None).batches()
    assert ["cannot be read" in str(fault) for fault in batch.faults] == [True, False, False, True]


def test_a_folder_that_cannot_be_written(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    path.parent.chmod(0o500)
    try:
        assert GeoPackageFile.open(path, None).count == 4
    finally:
        path.parent.chmod(0o700)


def test_pick_layer() -> None:
    assert pick_layer(Path("a"), ["x"], None) == "x"
    with pytest.raises(VectorReadError, match="no layer of features"):
        pick_layer(Path("a"), [], None)
