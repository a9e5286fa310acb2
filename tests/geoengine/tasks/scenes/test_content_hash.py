"""Tests of `geoengine.tasks.scenes.content_hash`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geoengine.tasks.scenes.content_hash import content_hash, mosaic_hash
from tests.support.samples import write_raster
from tiling.access.file_check import hash_raster
from tiling.access.source import RasterSource
from tiling.errors import MosaicError


def test_what_is_declared_makes_another_raster(tmp_path: Path) -> None:
    source = RasterSource(write_raster(tmp_path / "a.tif"))
    plain = content_hash(source)
    assert plain == hash_raster(source.path)
    others = [replace(source, crs="EPSG:32644"), replace(source, no_alpha=True), replace(source, image=2)]
    assert len({plain, *map(content_hash, others)}) == 4
    # What changes no pixel and no place is not part of it.
    assert content_hash(replace(source, force=True, allow=(tmp_path,))) == plain


def test_side_cars_count_unless_they_shall_not(tmp_path: Path) -> None:
    source = RasterSource(write_raster(tmp_path / "a.tif"))
    source.path.with_suffix(".tfw").write_text("1\n0\n0\n-1\n0\n0\n")
    assert content_hash(source) != hash_raster(source.path)
    assert content_hash(source, with_side_cars=False) == hash_raster(source.path)


def test_a_mosaic_has_each_content_once(tmp_path: Path) -> None:
    one, other = (RasterSource(write_raster(tmp_path / f"{seed}.tif", seed)) for seed in (1, 2))
    assert mosaic_hash([one, other]) != mosaic_hash([other, one])
    again = RasterSource(write_raster(tmp_path / "again.tif", 1))
    with pytest.raises(MosaicError, match=r"again.tif has the same content as 1.tif"):
        mosaic_hash([one, again])
