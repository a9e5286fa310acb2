"""Tests of `tiling.archives.rendering`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS, Transformer

from tests.support.map_tiles import color_at, painted, write_mbtiles
from tiling.archives.mbtiles import MBTiles
from tiling.archives.rendering import MOST_HALVINGS, coarsest_level, render_archive
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow
from tiling.maptiles.tile_sets import NativeTiles

# A scene in UTM, turned a little, within the painted square.
TURNED = Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000) @ Affine.rotation(7)
GRID = RasterGrid(CRS.from_epsg(32645).to_wkt(), TURNED, 500, 420)
TO_WEB = Transformer.from_crs(32645, 3857, always_xy=True)
_X, _Y = TO_WEB.transform(300_000, 3_050_000)
CORNER = (_X - 60, _Y + 60)
TOP = NativeTiles(GRID).max_zoom


def archive(tmp_path: Path, zooms: tuple[int, ...], side: int = 256) -> MBTiles:
    return MBTiles(write_mbtiles(tmp_path / "a.mbtiles", painted(CORNER, zooms, side)))


def expected(z: int, window: PixelWindow) -> tuple[np.ndarray, np.ndarray]:
    """Red and green where each pixel of a level is."""
    grid = NativeTiles(GRID).level_grid(z)
    cols, rows = np.meshgrid(
        np.arange(window.col, window.right) + 0.5, np.arange(window.row, window.bottom) + 0.5
    )
    world = grid.to_world(np.stack([cols, rows], axis=-1).reshape(-1, 2))
    x, y = TO_WEB.transform(world[:, 0], world[:, 1])
    red, green = color_at(x, y, *CORNER)
    return np.asarray(red).reshape(cols.shape), np.asarray(green).reshape(cols.shape)


@pytest.mark.parametrize(
    ("zooms", "side"), [((16, 17, 18, 19), 256), ((17, 18), 512), ((19,), 256), ((15,), 256)]
)
@pytest.mark.parametrize("z", [TOP, TOP - 1])
def test_each_pixel_shows_the_place_it_is_at(
    tmp_path: Path, zooms: tuple[int, ...], side: int, z: int
) -> None:
    width, height = NativeTiles(GRID).level_size(z)
    window = PixelWindow(10, 20, min(150, width - 10), min(130, height - 20))
    rgba, fault = render_archive(archive(tmp_path, zooms, side), GRID, z, window)
    assert fault == ""
    assert rgba[..., 3].min() == 255
    assert set(np.unique(rgba[..., 2])) == {77}
    for channel, values in enumerate(expected(z, window)):
        # A level of the sea has pixels of several metres: within half of one, and the rounding of a colour.
        assert np.abs(rgba[..., channel] - values).max() < 2.0


def test_windows_put_together_are_the_window_around_them(tmp_path: Path) -> None:
    tiles = archive(tmp_path, (18,))
    whole, _ = render_archive(tiles, GRID, TOP, PixelWindow(0, 0, 300, 200))
    left, _ = render_archive(tiles, GRID, TOP, PixelWindow(0, 0, 123, 200))
    right, _ = render_archive(tiles, GRID, TOP, PixelWindow(123, 0, 177, 200))
    assert np.array_equal(whole, np.concatenate([left, right], axis=1))


def test_there_is_nothing_where_the_archive_has_nothing(tmp_path: Path) -> None:
    tiles = painted(CORNER, (18,))
    gone = sorted(tiles)[len(tiles) // 2]
    kept = {tile: data for tile, data in tiles.items() if tile != gone}
    rgba, fault = render_archive(
        MBTiles(write_mbtiles(tmp_path / "a.mbtiles", kept)), GRID, TOP - 1, PixelWindow(0, 0, 250, 210)
    )
    assert fault == ""
    assert 0 < (rgba[..., 3] == 0).mean() < 1
    # No dark seam along the gap: what is seen has the colour of the place.
    red, _ = expected(TOP - 1, PixelWindow(0, 0, 250, 210))
    seen = rgba[..., 3] > 100  # below, eight bits weighted by it say little
    assert np.abs(rgba[..., 0].astype(float) - red)[seen].max() < 4


def test_a_tile_that_cannot_be_read_is_hatched(tmp_path: Path) -> None:
    tiles = painted(CORNER, (17, 18))
    damaged = {tile: data[:40] if tile[0] == 17 else data for tile, data in tiles.items()}
    broken = MBTiles(write_mbtiles(tmp_path / "a.mbtiles", damaged))
    rgba, fault = render_archive(broken, GRID, TOP - 1, PixelWindow(0, 0, 120, 100))
    assert "no image" in fault
    assert len(np.unique(rgba.reshape(-1, 4), axis=0)) >= 2
    assert render_archive(broken, GRID, TOP, PixelWindow(0, 0, 120, 100))[1] == ""


def test_where_an_archive_is_shown(tmp_path: Path) -> None:
    """Pixels of 0.5 m are those of level 18; a level that is more than three finer is not read."""

    def level(z: int, **said: str) -> int | None:
        path = write_mbtiles(tmp_path / f"{z}{len(said)}.mbtiles", painted(CORNER, (z,)), **said)
        return coarsest_level(MBTiles(path), GRID)

    assert [level(z) for z in (12, 20, 18 + MOST_HALVINGS, 19 + MOST_HALVINGS)] == [0, 0, TOP, None]
    assert level(16, bounds="0,0,1,1") is None


def test_a_scene_without_a_place_has_no_layer(tmp_path: Path) -> None:
    assert coarsest_level(archive(tmp_path, (16,)), RasterGrid(None, Affine.identity(), 300, 300)) is None
