"""Tests of `tiling.chip_places`."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from tiling.chip_places import ground_boxes
from tiling.footprint import footprint_lonlat
from tiling.grid import PIXEL_PLANE, RasterGrid


def grid(epsg: int | None, x: float, y: float, size: float, side: int = 100) -> RasterGrid:
    wkt = None if epsg is None else CRS.from_epsg(epsg).to_wkt()
    return RasterGrid(wkt, Affine(size, 0, x, 0, -size, y), side, side)


WHOLE = np.array([[0, 0, 100, 100]])


def test_one_crs_is_the_plane_in_the_largest_pixels() -> None:
    grids = [grid(32616, 500_000, 4_000_000, 0.5), grid(32616, 500_010, 4_000_000, 1.0)]
    boxes, planes = ground_boxes(grids, np.array([0, 1]), np.concatenate([WHOLE, WHOLE]))
    assert planes.tolist() == [0, 0]
    assert boxes - boxes[0, [0, 1, 0, 1]] == pytest.approx(np.array([[0, 0, 50, 50], [10, -50, 110, 50]]))


def test_two_crs_meet_on_one_plane() -> None:
    # The same ground in two zones.
    first = grid(32616, 733_601, 3_725_139, 0.5)
    x, y = shapely.bounds(footprint_lonlat(first))[[0, 3]]
    second = grid(4326, x, y, 5e-6)
    boxes, planes = ground_boxes([first, second], np.array([0, 1]), np.concatenate([WHOLE, WHOLE]))
    assert planes.tolist() == [0, 0]
    assert boxes[0, [0, 3]] == pytest.approx(boxes[1, [0, 3]], abs=10)


def test_images_without_a_place_lie_on_planes_of_their_own() -> None:
    plain, placed = RasterGrid(None, PIXEL_PLANE, 100, 100), grid(None, 5, 5, 2.0)
    sources = np.arange(4)
    boxes, planes = ground_boxes([plain, plain, placed, placed], sources, np.repeat(WHOLE, 4, axis=0))
    assert len(set(planes.tolist())) == 3
    assert planes[2] == planes[3]
    assert boxes[0].tolist() == [0, 0, 100, 100]
    assert boxes[2, 2] - boxes[2, 0] == 100
