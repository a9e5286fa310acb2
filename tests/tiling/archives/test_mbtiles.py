"""Tests of `tiling.archives.mbtiles`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.support.map_tiles import painted, write_mbtiles
from tiling.archives.archive import WORLD, decoded
from tiling.archives.mbtiles import MBTiles
from tiling.errors import TileArchiveError

CORNER = (1_000_000.0, 5_000_000.0)


def test_tiles_are_found_by_row_from_the_north(tmp_path: Path) -> None:
    tiles = painted(CORNER, (16, 17))
    archive = MBTiles(write_mbtiles(tmp_path / "a b#?.mbtiles", tiles, bounds="8.9,40,9,41"))
    facts = archive.facts
    assert (facts.side, facts.min_zoom, facts.max_zoom, facts.bounds) == (256, 16, 17, (8.9, 40, 9, 41))
    assert all(archive.tile(*tile) == data for tile, data in tiles.items())
    assert archive.tile(17, 0, 0) is None
    archive.close()


def test_a_file_that_gdal_wrote_is_read(tmp_path: Path) -> None:
    """An independent writer: the place of a mark tells whether rows count the right way."""
    path = tmp_path / "gdal.mbtiles"
    metre = 2 * 20037508.342789244 / (256 << 17)
    image = np.full((4, 512, 512), 255, np.uint8)
    image[:3] = 100
    image[0, :256, 256:] = 250
    west = np.floor((CORNER[0] + 20037508.342789244) / metre / 256) * 256 * metre - 20037508.342789244
    north = 20037508.342789244 - np.floor((20037508.342789244 - CORNER[1]) / metre / 256) * 256 * metre
    profile = {"driver": "MBTiles", "width": 512, "height": 512, "count": 4, "dtype": "uint8"}
    grid = Affine(metre, 0, west, 0, -metre, north)
    with rasterio.open(path, "w", crs="EPSG:3857", transform=grid, TILE_FORMAT="PNG", **profile) as raster:
        raster.write(image)
    archive = MBTiles(path)
    assert archive.facts.max_zoom == 17
    x, y = round((west + 20037508.342789244) / metre / 256), round((20037508.342789244 - north) / metre / 256)
    reds = [
        [decoded(archive.tile(17, x + i, y + j) or b"", "gdal")[128, 128, 0] for i in (0, 1)] for j in (0, 1)
    ]
    assert reds == [[100, 250], [100, 100]]


def test_bounds_that_cannot_be_are_those_of_the_world(tmp_path: Path) -> None:
    tiles = painted(CORNER, (16,))
    for number, text in enumerate(("", "1,2,3", "9,41,8,40", "a,b,c,d")):
        archive = MBTiles(write_mbtiles(tmp_path / f"{number}.mbtiles", tiles, bounds=text))
        assert archive.facts.bounds == WORLD


def test_what_is_no_archive_of_images_is_refused(tmp_path: Path) -> None:
    empty = write_mbtiles(tmp_path / "empty.mbtiles", {})
    vectors = write_mbtiles(tmp_path / "vectors.mbtiles", {(1, 0, 0): b"\x1f\x8b\x08"})
    text = write_mbtiles(tmp_path / "text.mbtiles", {(1, 0, 0): "words"})  # type: ignore[dict-item]
    other = tmp_path / "other.mbtiles"
    other.write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    for path, words in (
        (empty, "no tiles"),
        (vectors, "vector tiles"),
        (text, "no image"),
        (other, "cannot be read"),
        (tmp_path / "missing.mbtiles", "cannot be"),
    ):
        with pytest.raises(TileArchiveError, match=words):
            MBTiles(path)
    assert not (tmp_path / "missing.mbtiles").exists()
