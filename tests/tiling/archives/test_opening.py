"""Tests of `tiling.archives.opening`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.map_tiles import painted, write_mbtiles, write_pmtiles, write_tile_folder
from tiling.archives.opening import is_tile_archive, open_tile_archive
from tiling.errors import TileArchiveError


def test_formats_are_told_apart_by_content(tmp_path: Path) -> None:
    tiles = painted((0.0, 0.0), (16,))
    paths = (
        write_mbtiles(tmp_path / "a.pmtiles", tiles),
        write_pmtiles(tmp_path / "b.mbtiles", tiles),
        write_tile_folder(tmp_path / "c", tiles),
    )
    formats = [open_tile_archive(path).facts.format for path in paths]
    assert formats == ["MBTiles", "PMTiles", "folder of tiles"]
    assert all(map(is_tile_archive, paths))
    other = tmp_path / "d.mbtiles"
    other.write_text("words")
    for path in (other, tmp_path / "missing.mbtiles"):
        with pytest.raises(TileArchiveError):
            open_tile_archive(path)
    assert not is_tile_archive(tmp_path / "roads.gpkg")
