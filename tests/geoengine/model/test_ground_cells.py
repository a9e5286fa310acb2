"""Cells of a scene's ground."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.errors import InvalidValueError
from geoengine.model import GroundCells
from geoengine.model.ground_cells import MAX_CELLS, boxes_of, run_lengths
from tiling.grid.window import PixelWindow

sizes = st.integers(1, 300)


@pytest.mark.parametrize(
    ("size", "side"), [((1, 1), 16), ((16_384, 16_384), 16), ((16_385, 16_384), 32), ((100_000, 90_000), 128)]
)
def test_a_scene_has_a_million_cells_at_most(size: tuple[int, int], side: int) -> None:
    cells = GroundCells(*size)
    assert cells.side_px == side
    assert cells.shape[0] * cells.shape[1] <= MAX_CELLS


def test_a_cell_is_seen_where_it_lies_wholly_in_one_window() -> None:
    cells = GroundCells(100, 40)  # 7 columns, the last one 4 px wide; 3 rows, the last one 8 px high
    assert not cells.within([PixelWindow(1, 0, 16, 40)]).any()
    seen = cells.within([PixelWindow(1, 0, 32, 32), PixelWindow(90, 20, 500, 500)])
    assert np.argwhere(seen).tolist() == [[0, 1], [1, 1], [2, 6]]
    assert cells.within([PixelWindow(-50, -50, 1000, 1000)]).all()
    assert not cells.within([PixelWindow(-50, -50, 20, 20), PixelWindow(200, 200, 20, 20)]).any()


@given(width=sizes, height=sizes, seed=st.integers(0, 99))
def test_masks_come_back(width: int, height: int, seed: int) -> None:
    cells = GroundCells(width, height)
    seen = np.random.default_rng(seed).random(cells.shape) < 0.5
    assert (cells.unpack(cells.pack(seen)) == seen).all()
    runs = run_lengths(seen)
    flat = np.concatenate([np.full(n, index % 2 == 1) for index, n in enumerate(runs)])
    assert (flat.reshape(seen.shape) == seen).all()
    drawn = np.zeros(seen.shape, int)
    for left, top, right, bottom in boxes_of(seen):
        drawn[top:bottom, left:right] += 1
    assert (drawn == seen).all()


@given(seed=st.integers(0, 99), box=st.tuples(*[st.integers(0, 49)] * 2, *[st.integers(1, 50)] * 2))
def test_covered_is_the_share_of_pixels(seed: int, box: tuple[int, int, int, int]) -> None:
    cells = GroundCells(100, 100)
    seen = np.random.default_rng(seed).random(cells.shape) < 0.5
    left, top, width, height = box
    pixels = np.kron(seen, np.ones((16, 16)))[top : top + height, left : left + width]
    covered = cells.covered(seen, np.array([[left, top, left + width, top + height]], float))
    assert covered == pytest.approx([pixels.mean()])


def test_share_counts_valid_pixels_only() -> None:
    cells = GroundCells(40, 16)  # cells of 16, 16 and 8 columns
    opacity = np.array([[255, 0, 255]], np.uint8)
    assert cells.share(np.array([[True, True, False]]), opacity) == pytest.approx(16 / 24)
    assert cells.share(np.array([[False, False, False]]), np.zeros((1, 3), np.uint8)) == 1


@given(width=sizes, height=sizes, box=st.tuples(*[st.integers(-50, 320)] * 2, *[st.integers(1, 400)] * 2))
def test_whole_cells_around_a_window_are_the_least(
    width: int, height: int, box: tuple[int, int, int, int]
) -> None:
    cells, window = GroundCells(width, height), PixelWindow(*box)
    inside = window.intersect(PixelWindow(0, 0, width, height))
    around = cells.around(window)
    assert (around is None) == (inside is None)
    if around is None or inside is None:
        return
    assert around.contains(inside)
    touched = np.zeros(cells.shape, bool)
    side = cells.side_px
    touched[inside.row // side : -(-inside.bottom // side), inside.col // side : -(-inside.right // side)] = (
        True
    )
    assert (cells.within([around]) == touched).all()


def test_share_of_an_area() -> None:
    cells = GroundCells(40, 16)
    opacity = np.array([[255, 0, 255]], np.uint8)
    seen = np.array([[False, False, True]])
    assert cells.share(seen, opacity, PixelWindow(32, 0, 8, 16)) == 1
    assert cells.share(seen, opacity, PixelWindow(0, 0, 16, 16)) == 0
    assert cells.share(seen, opacity, PixelWindow(16, 0, 16, 16)) == 1  # nothing valid there


def test_damaged_bitmaps_are_named() -> None:
    cells = GroundCells(100, 100)
    with pytest.raises(InvalidValueError, match="is damaged"):
        cells.unpack(b"nothing")
    with pytest.raises(InvalidValueError, match="expected 7 x 7"):
        cells.unpack(GroundCells(50, 50).pack(np.zeros((4, 4), bool)))
