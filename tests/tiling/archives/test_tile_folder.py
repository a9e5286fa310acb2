"""Tests of `tiling.archives.tile_folder`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.map_tiles import painted, write_tile_folder
from tiling.archives.tile_folder import TileFolder
from tiling.errors import TileArchiveError
from tiling.maptiles.web_mercator import HALF_WORLD_M

CORNER = (1_000_000.0, 5_000_000.0)


@pytest.mark.parametrize("from_south", [False, True])
def test_tiles_are_found_whichever_way_rows_count(tmp_path: Path, from_south: bool) -> None:
    tiles = painted(CORNER, (16, 17))
    archive = TileFolder(write_tile_folder(tmp_path / "map", tiles, from_south=from_south))
    assert (archive.facts.side, archive.facts.min_zoom, archive.facts.max_zoom) == (256, 16, 17)
    assert all(archive.tile(*tile) == data for tile, data in tiles.items())
    assert archive.tile(17, 0, 0) is None
    west, south, east, north = archive.facts.bounds
    lon = CORNER[0] / HALF_WORLD_M * 180
    assert west <= lon < east < lon + 0.02
    assert south < 40.92 < north + 0.1
    assert north - south < 0.02


def test_other_endings_and_larger_tiles(tmp_path: Path) -> None:
    tiles = painted(CORNER, (15,), side=512, suffix="WEBP")
    archive = TileFolder(write_tile_folder(tmp_path / "map", tiles, ".webp"))
    assert archive.facts.side == 512
    assert all(archive.tile(*tile) == data for tile, data in tiles.items())


def test_what_is_no_folder_of_tiles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "names" / "scenes").mkdir(parents=True)
    (tmp_path / "bare" / "3" / "1").mkdir(parents=True)
    vectors = write_tile_folder(tmp_path / "vectors", {(3, 1, 1): b"\x1f\x8b"}, ".pbf")
    degrees = write_tile_folder(tmp_path / "degrees", painted(CORNER, (16,)), from_south=True)
    (degrees / "tilemapresource.xml").write_text(
        '<TileMap><TileSets profile="geodetic"></TileSets></TileMap>'
    )
    for path, words in (
        (tmp_path / "empty", "no folders of zoom levels"),
        (tmp_path / "names", "no folders of zoom levels"),
        (tmp_path / "bare", "no tiles"),
        (vectors, "no tiles"),
        (degrees, "geodetic"),
        (tmp_path / "missing", "cannot be read"),
    ):
        with pytest.raises(TileArchiveError, match=words):
            TileFolder(path)
