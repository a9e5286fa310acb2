"""Tests of `tiling.access.side_cars`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiling.access.file_check import hash_raster, hash_raster_with_side_cars
from tiling.access.side_cars import side_car_states, side_cars

PLACE = "1.0\n0.0\n0.0\n-1.0\n500000.5\n4999999.5\n"
STATISTICS = (
    '<PAMDataset><PAMRasterBand band="1"><Histograms><HistItem/></Histograms><Metadata>'
    '<MDI key="STATISTICS_MEAN">7</MDI></Metadata></PAMRasterBand></PAMDataset>'
)
CRS = "<PAMDataset><SRS>EPSG:32633</SRS></PAMDataset>"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"pixels")
    return path


def test_a_raster_without_side_cars_has_the_hash_of_its_bytes(picture: Path) -> None:
    (picture.parent / "a.geojson").write_text("{}")
    (picture.parent / "ab.jgw").write_text(PLACE)
    assert side_cars(picture) == {}
    assert hash_raster_with_side_cars(picture) == hash_raster(picture)


@pytest.mark.parametrize("name", ["a.jgw", "a.JGW", "a.wld", "a.jpgw", "a.jpg.aux.xml", "a.jpg.msk", "a.prj"])
def test_each_side_car_and_each_change_of_it_is_another_raster(picture: Path, name: str) -> None:
    beside = picture.parent / name
    hashes = {hash_raster_with_side_cars(picture)}
    for content in (CRS, CRS.replace("33", "34")):
        beside.write_text(content)
        hashes.add(hash_raster_with_side_cars(picture))
    assert len(hashes) == 3


def test_statistics_are_no_part_of_a_raster(picture: Path) -> None:
    beside = picture.parent / "a.jpg.aux.xml"
    beside.write_text(STATISTICS)
    assert hash_raster_with_side_cars(picture) == hash_raster(picture)
    assert side_car_states(picture) == {}
    beside.write_text(CRS)
    placed = hash_raster_with_side_cars(picture)
    beside.write_text(STATISTICS.replace("<PAMRasterBand", "<SRS>EPSG:32633</SRS><PAMRasterBand"))
    assert hash_raster_with_side_cars(picture) == placed


def test_overviews_are_looked_at_and_are_no_part_of_a_raster(picture: Path) -> None:
    (picture.parent / "a.jpg.ovr").write_bytes(b"small")
    assert hash_raster_with_side_cars(picture) == hash_raster(picture)
    before = side_car_states(picture)
    (picture.parent / "a.jpg.ovr").write_bytes(b"other")
    assert side_car_states(picture) != before
