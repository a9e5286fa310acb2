"""Tests of `tiling.grid.ground_boxes`."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from tiling.grid.footprint import footprint_lonlat
from tiling.grid.ground_boxes import ground_boxes, outlines_lonlat
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.grid.window import PixelWindow


def grid(epsg: int | None, x: float, y: float, size: float, side: int = 100) -> RasterGrid:
    wkt = None if epsg is None else CRS.from_epsg(epsg).to_wkt()
    return RasterGrid(wkt, Affine(size, 0, x, 0, -size, y), side, side)


WHOLE = np.array([[0, 0, 100, 100]])


@pytest.mark.parametrize(
    ("epsg", "x", "y", "size"),
    [
        (32645, 300_000, 3_000_000, 0.5),
        (4326, 10, 50, 0.01),
        (32601, 200_000, 7_000_000, 2_000),  # across the antimeridian
        (3413, -1_000_000, 1_000_000, 20_000),  # around a pole
        (None, 0, 0, 1),
    ],
)
def test_outlines_are_the_footprints(epsg: int | None, x: float, y: float, size: float) -> None:
    scene = grid(epsg, x, y, size)
    windows = [PixelWindow(0, 0, 100, 100), PixelWindow(10, 20, 30, 40), PixelWindow(90, 0, 10, 10)]
    found = outlines_lonlat(scene, np.array([[w.col, w.row, w.width, w.height] for w in windows]))
    for shape, window in zip(found, windows, strict=True):
        slow = footprint_lonlat(scene.windowed(window))
        assert (shape is None) == (slow is None) == (epsg is None)
        if slow is not None:
            assert shape.geom_type == slow.geom_type
            assert shape.symmetric_difference(slow).area < 1e-3 * slow.area
            assert shapely.get_parts(shape)[0].exterior.is_ccw


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


def test_images_without_georeference_have_planes_of_their_own() -> None:
    plain, placed = RasterGrid(None, PIXEL_PLANE, 100, 100), grid(None, 5, 5, 2.0)
    sources = np.arange(4)
    boxes, planes = ground_boxes([plain, plain, placed, placed], sources, np.repeat(WHOLE, 4, axis=0))
    assert len(set(planes.tolist())) == 3
    assert planes[2] == planes[3]
    assert boxes[0].tolist() == [0, 0, 100, 100]
    assert boxes[2, 2] - boxes[2, 0] == 100


def test_a_raster_without_windows_changes_nothing() -> None:
    here, elsewhere = grid(32645, 300_000, 3_000_000, 0.5), grid(32645, 400_000, 3_000_000, 2.0)
    windows, sources = np.array([[0, 0, 10, 10], [20, 0, 10, 10]]), np.zeros(2, np.int64)
    alone, both = ground_boxes([here], sources, windows), ground_boxes([here, elsewhere], sources, windows)
    assert np.array_equal(alone[0], both[0])
    assert np.array_equal(alone[1], both[1])
