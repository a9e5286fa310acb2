"""Pairs of objects of one class that overlap: most often one object that was found twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from geoengine.model import DISTINCT_FROM, QueueItem
from geoengine.store import tables
from geoengine.store.features.feature_query import FeatureQuery

_head = tables.features

OVERLAP = 0.5
"""Intersection over union above which two outlines are a pair."""
INSIDE = 0.8
"""Share of the smaller one in the larger one from which they are a pair too."""


def overlapping_pairs(connection: Connection, query: FeatureQuery) -> list[QueueItem]:
    """Return the pairs among what a query finds, those that overlap most first.

    The surer one of a pair is its first; without scores the larger one. Pairs of which a person said that they are two
    objects are left out, and so are rows whose geometry is damaged.
    """
    columns = (_head.c.uid, _head.c.class_key, _head.c.score, _head.c.geometry, _head.c.attributes)
    rows = connection.execute(sa.select(*columns).where(*query.conditions())).all()
    outlines = shapely.from_wkb([row.geometry for row in rows], on_invalid="ignore")
    sound = shapely.get_dimensions(outlines) == 2  # lines and points overlap nothing
    rows = [row for row, is_sound in zip(rows, sound, strict=True) if is_sound]
    outlines = outlines[sound]
    first, second = _candidates(rows, outlines)
    areas = shapely.area(outlines)
    shared = shapely.area(shapely.intersection(_valid(outlines[first]), _valid(outlines[second])))
    overlap = shared / (areas[first] + areas[second] - shared)
    inside = shared / np.minimum(areas[first], areas[second])
    found = [
        _item(rows, outlines, areas, int(first[at]), int(second[at]), float(overlap[at]), float(inside[at]))
        for at in np.flatnonzero((overlap > OVERLAP) | (inside >= INSIDE))
        if not _are_apart(rows[first[at]], rows[second[at]])
    ]
    return sorted(found, key=lambda item: (-(item.overlap or 0), item.uid, item.other))


def _candidates(rows: Sequence[Any], outlines: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs of one class, by their numbers, whose boxes share as much as a pair must have in common."""
    first, second = shapely.STRtree(outlines).query(outlines)
    classes = np.unique([row.class_key for row in rows], return_inverse=True)[1]
    kept = (first < second) & (classes[first] == classes[second])
    first, second = first[kept], second[kept]
    boxes, areas = shapely.bounds(outlines), shapely.area(outlines)
    low = np.maximum(boxes[first, :2], boxes[second, :2])
    high = np.minimum(boxes[first, 2:], boxes[second, 2:])
    # More than half of the union is more than half of the smaller one.
    kept = np.prod(high - low, axis=1) > OVERLAP * np.minimum(areas[first], areas[second])
    return first[kept], second[kept]


def _valid(outlines: NDArray[Any]) -> NDArray[Any]:
    """Return outlines that can be cut; what an older version stored may cross itself."""
    broken = ~shapely.is_valid(outlines)
    outlines[broken] = shapely.make_valid(outlines[broken])
    return outlines


def _item(
    rows: Sequence[Any],
    outlines: NDArray[Any],
    areas: NDArray[np.float64],
    one: int,
    other: int,
    overlap: float,
    inside: float,
) -> QueueItem:
    def rank(at: int) -> tuple[float, float, str]:
        score = rows[at].score
        return -1.0 if score is None else score, float(areas[at]), rows[at].uid

    surer, other = sorted((one, other), key=rank, reverse=True)
    minx, miny, maxx, maxy = (float(value) for value in shapely.total_bounds(outlines[[one, other, surer]]))
    row = rows[surer]
    return QueueItem(
        row.uid, row.class_key, row.score, (minx, miny, maxx, maxy), rows[other].uid, overlap, inside
    )


def _are_apart(one: Any, other: Any) -> bool:
    return other.uid in _distinct(one.attributes) or one.uid in _distinct(other.attributes)


def _distinct(attributes: str) -> Sequence[str]:
    """Return the uids that an object is not, as its attributes have them."""
    if DISTINCT_FROM not in attributes:
        return ()
    try:
        return str(json.loads(attributes).get(DISTINCT_FROM, "")).split()
    except (ValueError, AttributeError):  # a damaged row says nothing
        return ()
