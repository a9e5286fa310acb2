"""Grid transforms from pixels of one grid to pixels of another: the only place where two CRSs meet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from tiling.errors import GridError
from tiling.grid.footprint import footprint_lonlat
from tiling.grid.raster_grid import RasterGrid
from tiling.grid.window import PixelWindow

# Coordinates are transformed at the corners of cells of so many target pixels and interpolated inside. At
# 300 m per pixel that is off by a hundredth of a pixel; with coarser pixels cells are smaller.
CELL_PX = 32
SMALL_CELL_PX = 8
_COARSE_M = 300.0

# A pixel's corner, and those right of it and below.
_STEPS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))

_TURN_M = 2 * math.pi * 6378137.0


@dataclass(frozen=True)
class SourceLattice:
    """Source pixels of a window's pixels, interpolated between the corners of cells.

    Attributes:
        corners: (rows of corners, columns of corners, 2) column and row in the source, NaN where there is none.
        across: (rows of corners, W, 2), interpolated along rows.
        cell: (H,) the row of corners above each row of pixels.
        along: (H, 1) how far below it the row of pixels is, in cells.
    """

    corners: npt.NDArray[np.float64]
    across: npt.NDArray[np.float64]
    cell: npt.NDArray[np.int64]
    along: npt.NDArray[np.float64]

    def rows(self, start: int, stop: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Columns and rows in the source, each (stop - start, W), of some of the window's rows."""
        cell, along = self.cell[start:stop], self.along[start:stop]
        col, row = (
            np.diff(values, axis=0)[cell] * along + values[cell]
            for values in (self.across[..., 0], self.across[..., 1])
        )
        return col, row

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """(left, top, right, bottom) in the source's pixels around all places; None where there are none."""
        there = self.corners[np.isfinite(self.corners).all(axis=-1)]
        if not len(there):
            return None
        (left, top), (right, bottom) = there.min(axis=0), there.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


class GridTransform:
    """Function from pixels of a target grid to pixels of a source grid.

    Every coordinate depends on the two grids alone, never on the window asked for, to the last bit: cells
    are counted from the target's origin. So windows drawn one by one fit together.

    Raises:
        GridError: One of the grids has a CRS and the other has none, or PROJ cannot link the two.
    """

    def __init__(self, source: RasterGrid, target: RasterGrid) -> None:
        """Prepare the transformation between the CRSs of two grids."""
        self.source = source
        self.target = target
        if (source.crs_wkt is None) != (target.crs_wkt is None):
            raise GridError("A scene with a CRS and one without were given; expected two with one.")
        self._transformer = _transformer(target.crs_wkt, source.crs_wkt)
        self._turn_px, self._middle_px = _turn(source)
        self.scale = self._scale()
        metres = source.gsd_m
        coarse = metres is not None and metres * self.scale > _COARSE_M
        self._cell = SMALL_CELL_PX if coarse else CELL_PX

    @property
    def is_aligned(self) -> bool:
        """True where rows run along rows: a place's column depends on its column alone, and its row on its row."""
        turned = (grid.transform[i] for grid in (self.source, self.target) for i in (1, 3))
        return self._transformer is None and not any(turned)

    def axes(self, window: PixelWindow) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """`source_pixels` of aligned grids: columns (W,) and rows (H,), to the last bit the same."""
        top = PixelWindow(window.col, window.row, window.width, 1)
        left = PixelWindow(window.col, window.row, 1, window.height)
        return self.source_pixels(top)[0][0], self.source_pixels(left)[1][:, 0]

    def source_pixels(self, window: PixelWindow) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Columns and rows (H, W) in the source of the centres of a window's pixels.

        NaN where there are none: beyond a projection's reach, or across the line where its coordinates jump.
        """
        return self.source_lattice(window).rows(0, window.height)

    def source_lattice(self, window: PixelWindow) -> SourceLattice:
        """Return the source pixels of a window as a lattice, for resampling a few rows at a time."""
        cell = self._cell
        first_x, first_y = window.col // cell, window.row // cell
        x = np.arange(first_x, (window.right - 1) // cell + 2)
        y = np.arange(first_y, (window.bottom - 1) // cell + 2)
        corners = (np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2) * cell).astype(np.float64)
        points = self._transform(corners).reshape(len(y), len(x), 2)
        cols = np.arange(window.col, window.right)
        rows = np.arange(window.row, window.bottom)
        cell_x, along_x = cols // cell - first_x, ((cols % cell + 0.5) / cell)[:, None]
        across = points[:, cell_x] + np.diff(points, axis=1)[:, cell_x] * along_x
        return SourceLattice(points, across, rows // cell - first_y, ((rows % cell + 0.5) / cell)[:, None])

    def _transform(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Target pixel coordinates (N, 2) -> source pixel coordinates (N, 2), NaN where there are none."""
        world = self.target.to_world(points)
        if self._transformer is not None:
            world = np.column_stack(self._transformer.transform(world[:, 0], world[:, 1]))
        world[~np.isfinite(world).all(axis=1)] = np.nan
        pixels = self.source.to_pixel(world)
        if self._turn_px is not None:
            # Longitudes are those nearest to the scene: one across the antimeridian is small as well.
            turns = np.round((pixels[:, 0] - self._middle_px) / self._turn_px * (1 - 1e-9))
            pixels[:, 0] -= turns * self._turn_px
        return pixels

    def _scale(self) -> float:
        """Return the width of a target pixel in source pixels, the median over the source."""
        places = self.source.to_world(_sample(self.source))
        if self._transformer is not None:
            places = np.column_stack(
                self._transformer.transform(places[:, 0], places[:, 1], direction="INVERSE")
            )
        places = places[np.isfinite(places).all(axis=1)]
        middles = self.target.to_pixel(places)
        scale = _median_side([self._transform(middles + step) for step in _STEPS])
        if scale is None:
            raise GridError("The scene lies outside of what the other CRS can show.")
        return scale


@lru_cache(maxsize=1024)
def grid_transform(source: RasterGrid, target: RasterGrid) -> GridTransform:
    """Return the transform between two grids, from a cache: making one asks PROJ a lot."""
    return GridTransform(source, target)


@lru_cache(maxsize=4096)
def lonlat_bounds(grid: RasterGrid) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) in degrees, WGS 84; west > east across the antimeridian.

    None where the grid has no CRS, or one without a place on the Earth.
    """
    # The outline, and not the corners: a projection may have no poles, and a corner may be nowhere on the Earth.
    footprint = footprint_lonlat(grid)
    return None if footprint is None else footprint_bounds(footprint)


def footprint_bounds(footprint: BaseGeometry) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of what `footprint_lonlat` returns; west > east across the antimeridian."""
    west, south, east, north = footprint.bounds
    if west > -180.0 or east < 180.0:
        return west, south, east, north
    spans = sorted((part.bounds[0], part.bounds[2]) for part in shapely.get_parts(footprint))
    reached, gap = -180.0, (0.0, 180.0, -180.0)  # width, where it ends, where it starts
    for start, stop in spans:
        gap = max(gap, (start - reached, start, reached))
        reached = max(reached, stop)
    return gap[1], south, gap[2], north


def pixel_size_in(grid: RasterGrid, crs: CRS) -> float | None:
    """Return the side of a pixel in units of another CRS, the median over the grid; None where undefined."""
    if grid.crs is None:
        return None
    transformer = _transformer(grid.crs_wkt, crs.to_wkt())
    sample = _sample(grid)
    world = grid.to_world(np.vstack([sample + step for step in _STEPS]))
    if transformer is not None:
        world = np.column_stack(transformer.transform(world[:, 0], world[:, 1]))
    return _median_side(np.split(world, len(_STEPS)))


def _sample(grid: RasterGrid) -> npt.NDArray[np.float64]:
    """25 places all over a grid, in its pixels: the middle alone may be a pole."""
    parts = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    return np.stack(np.meshgrid(parts * grid.width, parts * grid.height), axis=-1).reshape(-1, 2)


def _median_side(corners: Sequence[npt.NDArray[np.float64]]) -> float | None:
    """Return the side of the median square, of which a corner and the ones right of it and below are given."""
    with np.errstate(invalid="ignore", over="ignore"):
        (dx, dy), (ex, ey) = (corners[1] - corners[0]).T, (corners[2] - corners[0]).T
        sides = np.sqrt(np.abs(dx * ey - dy * ex))
    sides = sides[np.isfinite(sides) & (sides > 0)]
    return float(np.median(sides)) if sides.size else None


@lru_cache(maxsize=1024)
def _transformer(source_wkt: str | None, target_wkt: str | None) -> Transformer | None:
    """Return the transformation, x before y (pyproj keeps one per thread); None where there is nothing to do."""
    if source_wkt is None or target_wkt is None or source_wkt == target_wkt:
        return None
    try:
        source, target = CRS.from_wkt(source_wkt), CRS.from_wkt(target_wkt)
        if source.equals(target, ignore_axis_order=True):
            return None
        return Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise GridError(
            f"The CRS {source_wkt[:60]!r} cannot be brought to {target_wkt[:60]!r} by PROJ."
        ) from error


def _turn(grid: RasterGrid) -> tuple[float | None, float]:
    """Return the Earth's circumference in pixels along a row, where the CRS has one, and the middle column."""
    middle = grid.width / 2
    crs = grid.crs
    if crs is None or not grid.is_north_up_square:
        return None, middle
    if crs.is_geographic and crs.axis_info[0].unit_name == "degree":
        return 360.0 / grid.transform.a, middle
    if crs.to_epsg(min_confidence=70) == 3857:
        return _TURN_M / grid.transform.a, middle
    return None, middle
