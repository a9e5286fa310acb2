"""Tracing of masks into outlines."""

from __future__ import annotations

import numpy as np
import shapely

from detectors.outlines.trace import trace

SIDE = 160
ROOF = shapely.box(60, 50, 104, 82)


def iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    shared = one.intersection(other).area
    return float(shared / (one.area + other.area - shared))


def test_tracing_places_cells_by_the_corner_convention() -> None:
    mask = np.zeros((20, 30), bool)
    mask[5:15, 8:24] = True
    outline = trace(mask, (100.0, 200.0), 2.0)
    assert outline is not None
    assert iou(outline, shapely.box(116, 210, 148, 230)) > 0.95
    mask[7:13, 11:20] = False
    holed = trace(mask)
    assert holed is not None
    assert len(holed.interiors) == 1
    assert trace(np.zeros((5, 5), bool)) is None


def test_a_mask_of_less_than_eight_cells_has_no_outline() -> None:
    mask = np.zeros((20, 20), bool)
    mask[3:5, 3:6] = True
    assert trace(mask) is None


def test_small_holes_are_filled_and_large_ones_stay() -> None:
    mask = np.ones((60, 60), bool)
    mask[5:8, 5:8] = False
    mask[20:45, 20:45] = False
    outline = trace(mask)
    assert outline is not None
    [hole] = outline.interiors
    assert shapely.Polygon(hole).contains(shapely.Point(32, 32))
