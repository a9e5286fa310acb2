"""Tests of `tiling.archives.pmtiles`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.map_tiles import Tiles, painted, write_pmtiles
from tiling.archives.pmtiles import PMTiles, tile_id
from tiling.errors import TileArchiveError

CORNER = (1_000_000.0, 5_000_000.0)


@pytest.mark.parametrize("leaves", [False, True])
def test_tiles_are_found(tmp_path: Path, leaves: bool) -> None:
    tiles = painted(CORNER, (15, 16, 17))
    archive = PMTiles(write_pmtiles(tmp_path / "a.pmtiles", tiles, leaves=leaves))
    assert (archive.facts.side, archive.facts.min_zoom, archive.facts.max_zoom) == (256, 15, 17)
    assert all(archive.tile(*tile) == data for tile, data in tiles.items())
    assert archive.tile(17, 0, 0) is None
    assert archive.tile(0, 0, 0) is None
    archive.close()


# Of the specification's table, and counted by its reference reader.
@pytest.mark.parametrize(
    ("tile", "number"), [((0, 0, 0), 0), ((1, 1, 0), 4), ((2, 0, 0), 5), ((12, 3423, 1763), 19078479)]
)
def test_numbers_are_those_of_the_specification(tile: tuple[int, int, int], number: int) -> None:
    assert tile_id(*tile) == number


@given(st.integers(0, 8).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2)))
def test_neighbours_in_number_are_neighbours_in_place(tile: tuple[int, int, int]) -> None:
    z, x, y = tile
    numbers = {tile_id(z, i, j) for i, j in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))
               if 0 <= i < 1 << z and 0 <= j < 1 << z}  # fmt: skip
    first, last = ((1 << 2 * z) - 1) // 3, ((1 << 2 * z + 2) - 1) // 3 - 1
    own = tile_id(z, x, y)
    assert first <= own <= last
    assert {number for number in (own - 1, own + 1) if first <= number <= last} <= numbers


def read_all(path: Path, tiles: Tiles) -> None:
    archive = PMTiles(path)
    for tile in tiles:
        archive.tile(*tile)


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    tiles = painted(CORNER, (16,))
    good = write_pmtiles(tmp_path / "good.pmtiles", tiles).read_bytes()
    vectors = write_pmtiles(tmp_path / "vectors.pmtiles", tiles, kind=1)
    for name, data, words in (
        ("version", good[:7] + b"\x04" + good[8:], "version 3"),
        ("head", good[:90], "truncated"),
        ("directory", good[:130] + b"\xff" * 8 + good[138:], "damaged directory"),
        ("vast", good[:16] + b"\xff" * 7 + b"\0" + good[24:], "bytes"),
        ("far", good[:8] + b"\xff" * 8 + good[16:], "cannot be read"),
        ("short", good[:-50], "truncated"),
    ):
        path = tmp_path / f"{name}.pmtiles"
        path.write_bytes(data)
        with pytest.raises(TileArchiveError, match=words):
            read_all(path, tiles)
    with pytest.raises(TileArchiveError, match="vector tiles"):
        PMTiles(vectors)
