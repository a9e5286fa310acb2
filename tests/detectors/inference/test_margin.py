"""The rim: what a chip leaves to its neighbour is there for the neighbour to find, and somebody finds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from detectors.inference.sliced import in_margin, inner_borders
from tests.support.detection_strategies import quick
from tiling.grid.plan import ChipSpec, plan_chips
from tiling.grid.window import PixelWindow

WHOLE = PixelWindow(0, 0, 200, 160)
specs = st.builds(ChipSpec, st.integers(41, 210), st.integers(0, 40))
places = st.tuples(st.integers(0, 199), st.integers(0, 159), st.integers(1, 60), st.integers(1, 60))


@quick
@given(specs, places)
def test_a_chip_leaves_out_only_detections_that_a_neighbour_sees_as_well(
    spec: ChipSpec, place: tuple[int, int, int, int]
) -> None:
    x, y, width, height = place
    thing = box(x, y, min(x + width, 200), min(y + height, 160))
    answering = []
    for window in plan_chips(200, 160, spec):
        part = thing.intersection(box(window.col, window.row, window.right, window.bottom))
        if part.area:
            bounds = np.array([part.bounds])
            left_out = in_margin(bounds, inner_borders(window, WHOLE), spec.overlap_px)[0]
            answering.append((part, not left_out))
    kept = [part for part, keeps in answering if keeps]
    for part, keeps in answering:
        assert keeps or any(other.covers(part) for other in kept)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((70, 10, 90, 30), False),  # the centre is nearer to the neighbour's border
        ((80, 10, 95, 30), True),
        ((50, 10, 99, 30), False),  # the neighbour begins at 60
        ((80, 10, 100, 30), True),  # cut, but what there is of it the neighbour sees too
        ((0, 10, 10, 30), False),  # nothing goes on there
    ],
)
def test_the_outer_half_of_the_overlap_is_the_margin(bounds: tuple[int, ...], expected: bool) -> None:
    sides = inner_borders(PixelWindow(0, 0, 100, 160), WHOLE)
    assert sides.tolist() == [-np.inf, -np.inf, 100, np.inf]
    assert in_margin(np.array([bounds], float), sides, 40).tolist() == [expected]
