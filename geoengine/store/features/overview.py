"""Summaries of features, without reading a geometry: density, scores, and values to filter by.

How many lie in the cells of a coarse grid is kept: triggers change it in the transaction that changes a feature
(migration 0006). Coarser cells are sums of those; finer ones, and filters by more than class and state, are counted
from the features.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from shapely import box
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError
from geoengine.model import (
    EVERYTHING,
    Bounds,
    DensityCell,
    Facets,
    FeatureFilter,
    FeatureState,
    ScoreHistogram,
)
from geoengine.store import scenes, tables
from geoengine.store.features.feature_query import FeatureQuery
from geoengine.store.features.rows import STATES
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader
from tiling.grid.raster_grid import RasterGrid

MAX_CELLS = 65_536
CODED = 2**30
"""Columns, or rows, in a number; what lies beyond them (it is in another CRS, most likely) counts in the last one."""

FARTHEST = 2**32
"""Columns and rows of a request are cut off there, so that they fit 64 bits at the side of the kept cells."""

MOST_HALVINGS = 30
"""From the side of a cell that is asked for to that of the kept ones."""

SWEPT_FROM = 1 / 8
"""Of the scene's area: where a box has more, going through all features is faster than finding each by the R*Tree."""

SEPARATOR = "\x1f"
"""A control character, which no text of a feature has in it."""

_Counts = dict[tuple[int, int], list[int]]
"""By row and column, in the order of `FeatureState`."""

_ORDINALS = {state.value: number for number, state in enumerate(FeatureState)}
_head = tables.features
_kept = tables.density


@dataclass(frozen=True)
class CellRange:
    """Columns and rows of cells, half-open, counted right and down from a scene's upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def covering(cls, bbox: Bounds, grid: RasterGrid, cell: float) -> CellRange:
        """Return the cells that meet `bbox`.

        Raises:
            InvalidValueError: There are more than `MAX_CELLS`.
        """
        x0, y0 = grid.transform.c, grid.transform.f
        minx, miny, maxx, maxy = bbox
        found = cls(
            _cell_number((minx - x0) / cell),
            _cell_number((y0 - maxy) / cell),
            _cell_number((maxx - x0) / cell) + 1,
            _cell_number((y0 - miny) / cell) + 1,
        )
        if (found.right - found.left) * (found.bottom - found.top) > MAX_CELLS:
            smallest = smallest_cell(maxx - minx, maxy - miny)
            raise InvalidValueError(
                f"cell is {cell:g}, which makes more than {MAX_CELLS} cells, expected {smallest:g} or more",
                "cell",
            )
        return found


def _cell_number(quotient: float) -> int:
    """Return the whole number at or below `quotient`, kept within what SQLite can halve `MOST_HALVINGS` times."""
    return math.floor(min(max(quotient, -float(FARTHEST)), float(FARTHEST)))


def smallest_cell(width: float, height: float) -> float:
    """Return the smallest side, to three digits, of which `MAX_CELLS` cells cover `width` x `height`."""
    # At most (width / c + 2) (height / c + 2) cells; where that is MAX_CELLS, solved for c.
    a, b = MAX_CELLS - 4, width + height
    exact = (b + math.sqrt(b * b + a * width * height)) / a
    unit = 10.0 ** (math.floor(math.log10(exact)) - 2) if exact > 0 else 1.0
    return float(f"{(math.floor(exact / unit) + 1) * unit:.3g}")


class OverviewReader(Reader):
    """The reads of many features at once: density, scores, and the values to filter by."""

    def density(
        self, scene_id: int, cell: float, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING
    ) -> list[DensityCell]:
        """Count features in square cells that are numbered from the scene's upper left corner.

        Args:
            scene_id: The scene.
            cell: Side of a cell, in units of the scene's CRS.
            bbox: Only cells that meet it, each of them counted whole; None for all.
            keep: The filter.

        Returns:
            The cells that have any, by row, then column.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The bbox is no box, or the cells are so small that there would be too many.
        """
        query = FeatureQuery(scene_id, bbox, keep)
        if not (math.isfinite(cell) and cell > 0):
            raise InvalidValueError(f"cell is {cell!r}, expected a length above 0", "cell")
        grid = SceneReader(self._connection).scene(scene_id).grid
        wanted = CellRange.covering(bbox or grid.bounds, grid, cell)
        halvings = _halvings(self._connection, query, cell)
        counts = (
            _counted(self._connection, query, grid, cell, wanted)
            if halvings is None
            else _summed(self._connection, query, halvings, wanted)
        )
        return [DensityCell(col, row, tuple(of_cell)) for (row, col), of_cell in sorted(counts.items())]

    def scores(
        self, scene_id: int, bins: int, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING
    ) -> ScoreHistogram:
        """Return a histogram of the scores of a scene's features for each state.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The bbox is no box, or `bins` is below 1.
        """
        query = FeatureQuery(scene_id, bbox, keep)
        if bins < 1:
            raise InvalidValueError(f"bins is {bins}, expected 1 or more", "bins")
        grid = SceneReader(self._connection).scene(scene_id).grid
        # Multiplying may land a score that is an edge on the wrong side of it; the edges themselves decide.
        near = sa.cast(_head.c.score * bins, sa.Integer)
        above = sa.cast(_head.c.score >= (near + 1) * 1.0 / bins, sa.Integer)
        below = sa.cast(_head.c.score < near * 1.0 / bins, sa.Integer)
        bin_ = sa.func.min(near + above - below, bins - 1).label("bin")
        # Without a box there is an index with state and score in it, which is smaller than the table.
        conditions = (query if bbox is None else _swept(query, grid)).conditions()
        statement = sa.select(_head.c.state, bin_, sa.func.count()).where(*conditions)
        counts = {state: [0] * bins for state in FeatureState}
        unscored = dict.fromkeys(FeatureState, 0)
        for text, index, count in self._connection.execute(statement.group_by("state", "bin")):
            state = STATES.get(text)
            if state is None:
                continue  # damaged
            if index is None:
                unscored[state] = count
            else:
                counts[state][index] = count
        edges = tuple(edge / bins for edge in range(bins + 1))
        return ScoreHistogram(edges, {state: tuple(found) for state, found in counts.items()}, unscored)

    def facets(self, scene_id: int) -> Facets:
        """Return the values by which a scene's live features can be filtered, each with a count.

        Raises:
            NotFoundError: There is no such scene.
        """
        scenes.check_scene(self._connection, scene_id)
        columns = (_head.c.class_key, _head.c.state, _head.c.model, _head.c.author)
        span = (sa.func.min(_head.c.time), sa.func.max(_head.c.time))
        conditions = FeatureQuery(scene_id, sweeps=True).conditions()
        statement = sa.select(*map(_joined, columns), *span).where(*conditions)
        *texts, earliest, latest = self._connection.execute(statement).one()
        classes, states, models, authors = (
            dict(sorted(Counter(text.split(SEPARATOR) if text else ()).items())) for text in texts
        )
        states = {state: count for state, count in states.items() if state in STATES}
        return Facets(classes, states, models, authors, earliest, latest)


def _halvings(connection: Connection, query: FeatureQuery, cell: float) -> int | None:
    """Return how often `cell` is halved to be the side of the stored cells; None where those cannot answer."""
    if query.keep != FeatureFilter(states=query.keep.states, classes=query.keep.classes):
        return None
    grids = tables.density_grids
    side = connection.execute(sa.select(grids.c.side).where(grids.c.scene_id == query.scene_id)).scalar_one()
    ratio = cell / side
    if not 0 < ratio < math.inf:  # float64 runs out long before cells make sense
        return None
    halvings = round(math.log2(ratio))
    # Powers of two alone leave the digits of a quotient as they are, so that both ways agree on every edge.
    return halvings if 0 <= halvings <= MOST_HALVINGS and math.ldexp(side, halvings) == cell else None


def _summed(connection: Connection, query: FeatureQuery, halvings: int, wanted: CellRange) -> _Counts:
    """Sum the stored counts."""
    row, col = _near(_kept.c.row.op(">>")(halvings)), _near(_kept.c.col.op(">>")(halvings))
    conditions = [_kept.c.scene_id == query.scene_id, _kept.c.number > 0]
    if query.bbox is not None:
        conditions.append(_kept.c.row.between(wanted.top << halvings, (wanted.bottom << halvings) - 1))
        conditions.append(_kept.c.col.between(wanted.left << halvings, (wanted.right << halvings) - 1))
    for column, keys in ((_kept.c.state, query.keep.states), (_kept.c.class_key, query.keep.classes)):
        if keys is not None:
            conditions.append(column.in_(keys))
    statement = sa.select(row, col, _kept.c.state, sa.func.sum(_kept.c.number)).where(*conditions)
    counts: _Counts = {}
    for down, right, state, number in connection.execute(statement.group_by(row, col, _kept.c.state)):
        if state in _ORDINALS:  # else damaged
            counts.setdefault((down, right), [0] * len(FeatureState))[_ORDINALS[state]] = number
    return counts


def _counted(
    connection: Connection, query: FeatureQuery, grid: RasterGrid, cell: float, wanted: CellRange
) -> _Counts:
    """Count the features themselves."""
    x0, y0 = grid.transform.c, grid.transform.f
    col = _floor(((_head.c.minx + _head.c.maxx) / 2 - x0) / cell)
    row = _floor((y0 - (_head.c.miny + _head.c.maxy) / 2) / cell)
    inside: list[sa.ColumnElement[bool]] = []
    if query.bbox is not None:
        query = replace(query, bbox=_bounds(wanted, grid, cell))
        inside = [col.between(wanted.left, wanted.right - 1), row.between(wanted.top, wanted.bottom - 1)]
    code = (_near(row) * CODED + _near(col)) * len(FeatureState) + sa.case(_ORDINALS, value=_head.c.state)
    statement = sa.select(_joined(code, ",")).where(*_swept(query, grid).conditions(), *inside)
    text = connection.execute(statement).scalar_one() or ""
    codes, numbers = np.unique(np.fromstring(text, np.int64, sep=","), return_counts=True)
    counts: _Counts = {}
    for found, number in zip(codes.tolist(), numbers.tolist(), strict=True):
        cell_number, ordinal = divmod(found, len(FeatureState))
        down, right = divmod(cell_number + CODED // 2, CODED)
        counts.setdefault((down, right - CODED // 2), [0] * len(FeatureState))[ordinal] = number
    return counts


def _swept(query: FeatureQuery, grid: RasterGrid) -> FeatureQuery:
    """Return the query with `sweeps` set where its box covers much of the scene, which is faster."""
    if query.bbox is None:
        return replace(query, sweeps=True)
    covered = box(*query.bbox).intersection(box(*grid.bounds)).area
    return replace(query, sweeps=covered > SWEPT_FROM * box(*grid.bounds).area)


def _near(offset: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.min(sa.func.max(offset, 1 - CODED // 2), CODED // 2 - 1)


def _joined(column: sa.ColumnElement[Any], separator: str = SEPARATOR) -> sa.ColumnElement[str]:
    """Join all values in one text, NULL left out: a million rows reach Python several times faster so."""
    return sa.func.group_concat(column, separator)


def _floor(value: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """Return the whole number at or below `value`; SQLite's own floor() is not in every build of it."""
    whole = sa.cast(value, sa.Integer)  # cuts towards zero
    return whole - sa.cast(value < whole, sa.Integer)


def _bounds(cells: CellRange, grid: RasterGrid, cell: float) -> Bounds:
    """Return the bounds of `cells`, with one more on each side so that no rounding loses any."""
    x0, y0 = grid.transform.c, grid.transform.f
    return (
        x0 + (cells.left - 1) * cell,
        y0 - (cells.bottom + 1) * cell,
        x0 + (cells.right + 1) * cell,
        y0 - (cells.top - 1) * cell,
    )
