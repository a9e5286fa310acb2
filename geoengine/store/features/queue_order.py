"""Orders of the review queue as ORDER BY clauses."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import QueueOrder
from geoengine.store import tables
from geoengine.store.features.feature_query import FeatureQuery

_head, _grids, _classes = tables.features, tables.density_grids, tables.classes
_CELL_PX = 512
"""Side of a cell of the density grid, in pixels of the scene."""
_LEAST_PX = 32
"""Lowest strip of a serpentine, in pixels of the scene."""


def order_by(
    connection: Connection, order: QueueOrder, query: FeatureQuery
) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the ORDER BY clause that puts what a query finds into an order; ties are broken by uid.

    Raises:
        ValueError: The order is one of pairs.
    """
    score = _head.c.score.desc()  # SQLite sorts NULL last in descending order
    match order:
        case QueueOrder.SUREST:
            return score, _head.c.uid
        case QueueOrder.LEAST_SURE:
            return _head.c.score.is_(None), _head.c.score, _head.c.uid
        case QueueOrder.NEAREST:
            return *_serpentine(connection, query), _head.c.uid
        case QueueOrder.SIZE:
            width, height = _head.c.maxx - _head.c.minx, _head.c.maxy - _head.c.miny
            # Lines along an axis have boxes without an area.
            return (width * height).desc(), sa.func.max(width, height).desc(), _head.c.uid
        case QueueOrder.CLASS:
            position = sa.select(_classes.c.position).where(_classes.c.key == _head.c.class_key)
            return position.scalar_subquery(), _head.c.class_key, score, _head.c.uid
        case QueueOrder.OVERLAPS:
            raise ValueError("pairs have no ORDER BY clause, expected overlapping_pairs")


def strip_height(count: int, width: float, height: float, least: float) -> float:
    """Return the height of the strips in which a path through `count` points of a box is short.

    It is the height of the strip method for the travelling salesman's tour, sqrt(3 A / n) (Daganzo, 1984), made a power
    of two times `least`, so that it stays the same while a few of the points go.
    """
    wanted = math.sqrt(3 * width * height / max(count, 1))
    return float(least * 2 ** max(0, round(math.log2(max(wanted, least) / least))))


def _serpentine(connection: Connection, query: FeatureQuery) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the clause for strips from the top down, every other one from right to left."""
    grid = connection.execute(
        sa.select(_grids.c.y0, _grids.c.side).where(_grids.c.scene_id == query.scene_id)
    ).one()
    box = (
        sa.func.min(_head.c.minx),
        sa.func.min(_head.c.miny),
        sa.func.max(_head.c.maxx),
        sa.func.max(_head.c.maxy),
    )
    count, *bounds = connection.execute(sa.select(sa.func.count(), *box).where(*query.conditions())).one()
    minx, miny, maxx, maxy = (value or 0.0 for value in bounds)  # None where nothing is found
    strip = strip_height(count, maxx - minx, maxy - miny, grid.side * _LEAST_PX / _CELL_PX)
    x, y = (_head.c.minx + _head.c.maxx) / 2, (_head.c.miny + _head.c.maxy) / 2
    row = sa.cast((grid.y0 - y) / strip, sa.Integer)
    return row, sa.case((row % 2 == 0, x), else_=-x)
