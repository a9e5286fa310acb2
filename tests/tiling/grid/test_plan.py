"""Tests of `tiling.grid.plan`."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.errors import WindowError
from tiling.grid.plan import ChipSpec, plan_blocks, plan_chips
from tiling.grid.window import PixelWindow

sides = st.integers(1, 70)


@st.composite
def specs(draw: st.DrawFn) -> ChipSpec:
    align = draw(st.integers(1, 8))
    stride, overlap = align * draw(st.integers(1, 60 // align)), draw(st.integers(0, 59))
    return ChipSpec(stride + overlap, overlap, align_px=align)


@given(sides, sides, specs())
def test_chips_cover_every_pixel_with_full_chips(width: int, height: int, spec: ChipSpec) -> None:
    scene = PixelWindow(0, 0, width, height)
    seen = np.zeros((height, width), dtype=int)
    chips = plan_chips(width, height, spec)
    for chip in chips:
        assert scene.contains(chip)
        for start, extent, length in ((chip.col, chip.width, width), (chip.row, chip.height, height)):
            assert start % spec.align_px == 0
            assert extent <= min(spec.size_px, length)
            assert extent > min(spec.size_px, length) - spec.align_px
        seen[chip.slices] += 1
    assert seen.min() >= 1
    assert len(set(chips)) == len(chips)
    assert chips == sorted(chips, key=lambda chip: (chip.row, chip.col))


@given(sides, specs())
def test_neighbours_share_at_least_the_overlap(width: int, spec: ChipSpec) -> None:
    chips = plan_chips(width, 10, spec)
    row = [chip for chip in chips if chip.row == 0]
    for left, right in itertools.pairwise(row):
        assert left.right - right.col >= spec.overlap_px
        assert right.col > left.col


def test_a_known_plan() -> None:
    assert [chip.col for chip in plan_chips(1000, 512, ChipSpec(512, 64))] == [0, 448, 488]
    assert plan_chips(300, 200, ChipSpec(512, 64)) == [PixelWindow(0, 0, 300, 200)]
    aligned = [(chip.col, chip.width) for chip in plan_chips(1000, 512, ChipSpec(512, 64, align_px=32))]
    assert aligned == [(0, 512), (448, 512), (512, 488)]


@given(sides, sides, st.integers(1, 60), st.integers(0, 20))
def test_cores_tile_the_raster_once(width: int, height: int, block_px: int, halo_px: int) -> None:
    scene = PixelWindow(0, 0, width, height)
    seen = np.zeros((height, width), dtype=int)
    for block in plan_blocks(width, height, block_px, halo_px):
        seen[block.core.slices] += 1
        assert block.window == block.core.expand(halo_px).intersect(scene)
    assert (seen == 1).all()


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (10, 10), (10, -1)])
def test_impossible_specs(size: int, overlap: int) -> None:
    with pytest.raises(WindowError):
        ChipSpec(size, overlap)


@pytest.mark.parametrize("align", [0, 3])
def test_impossible_alignment(align: int) -> None:
    with pytest.raises(WindowError, match=r"start 10 px apart"):
        ChipSpec(20, 10, align_px=align)


def test_impossible_plans() -> None:
    with pytest.raises(WindowError):
        plan_chips(0, 10, ChipSpec(5))
    with pytest.raises(WindowError):
        plan_blocks(10, 10, 0, 0)
