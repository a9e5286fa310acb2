"""Reads of features: by bounding box and filter, as a stream, as a review queue, as counts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import (
    EVERYTHING,
    Bounds,
    Feature,
    FeatureColumns,
    FeatureCount,
    FeatureFilter,
    FeaturePage,
    FeatureState,
    QueueItem,
    QueueOrder,
    Snapshot,
)
from geoengine.model.damage import DamagedFeature
from geoengine.model.geometry import FEATURE_TYPES
from geoengine.store import scenes, tables
from geoengine.store.features.changesets import ChangesetReader
from geoengine.store.features.feature_query import FeatureQuery
from geoengine.store.features.overlaps import overlapping_pairs
from geoengine.store.features.queue_order import order_by
from geoengine.store.features.rows import HEAD_COLUMNS, STATES, features_from_rows
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader

_log = logging.getLogger(__name__)

_head = tables.features
_CHUNK = 2000
_SOUND = sa.func.coalesce(sa.func.json_valid(_head.c.attributes), 0).label("sound")
_SAID = sa.case(
    (
        _head.c.unsure.is_(True) | (_head.c.note != "") | (_head.c.confidence != ""),
        sa.func.json_object("unsure", _head.c.unsure, "note", _head.c.note, "confidence", _head.c.confidence),
    )
).label("said")
_NOT_COLUMNS = ("scene_id", "deleted", "unsure", "note", "confidence")
_COLUMNS = (*(column for column in HEAD_COLUMNS if column.name not in _NOT_COLUMNS), _SAID)


class FeatureReader(Reader):
    """The reads of features: pages, columns, streams, the review queue and counts."""

    def features(
        self,
        scene_id: int,
        bbox: Bounds | None = None,
        keep: FeatureFilter = EVERYTHING,
        limit: int | None = None,
        include_deleted: bool = False,
    ) -> FeaturePage:
        """Return the features of a scene in the order they were created.

        Args:
            scene_id: The scene.
            bbox: Minx, miny, maxx, maxy in the scene's CRS; features whose bounding box meets it (edges count).
            keep: The filter.
            limit: The most features to return; `total` still counts all.
            include_deleted: Whether to return deleted features too, as they last were.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The bbox is no box, or the limit is negative.
        """
        query = FeatureQuery(scene_id, bbox, keep, include_deleted)
        rows = self._rows(HEAD_COLUMNS, query, limit)
        if limit is None or len(rows) <= limit:
            return FeaturePage(tuple(features_from_rows(rows, [])), len(rows), False)
        return FeaturePage(tuple(features_from_rows(rows[:limit], [])), self._count(query), True)

    def columns(
        self, scene_id: int, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING, limit: int = 20_000
    ) -> FeatureColumns:
        """Return what `features` returns, as columns: several times faster for many features."""
        query = FeatureQuery(scene_id, bbox, keep)
        rows = self._rows((*_COLUMNS, _SOUND), query, limit)
        total = len(rows) if len(rows) <= limit else self._count(query)
        rows = _readable(rows)
        names = [column.name for column in _COLUMNS]
        columns: dict[str, Any] = dict.fromkeys(names, ())
        columns |= zip(names, zip(*rows[:limit], strict=True), strict=False)  # nothing to unpack without rows
        columns["geometry"] = np.array(shapely.from_wkb(columns["geometry"]), dtype=object)
        return FeatureColumns(**columns, total=total)

    def snapshot(
        self, scene_id: int, keep: FeatureFilter = EVERYTHING, include_deleted: bool = False
    ) -> Snapshot:
        """Return a scene, the number of its last changeset and its features, streamed in bounded memory.

        The features can be read once, and only while the view is open.

        Raises:
            NotFoundError: There is no such scene.
        """
        scene = SceneReader(self._connection).scene(scene_id)
        query = FeatureQuery(scene_id, None, keep, include_deleted)
        statement = sa.select(*HEAD_COLUMNS).where(*query.conditions()).order_by(_head.c.id)

        damaged: list[DamagedFeature] = []

        def stream() -> Iterator[Feature]:
            result = self._connection.execute(statement, execution_options={"yield_per": _CHUNK})
            for rows in result.partitions():
                yield from features_from_rows(rows, damaged)
            if keep.states is not None:  # a damaged state is none of them, and is named all the same
                stray = FeatureQuery(scene_id, None, replace(keep, states=None), include_deleted).conditions()
                lost = sa.select(*HEAD_COLUMNS).where(*stray, _head.c.state.not_in(STATES))
                features_from_rows(self._connection.execute(lost).all(), damaged)

        return Snapshot(scene, ChangesetReader(self._connection).last_changeset(scene_id), stream(), damaged)

    def label_rows(
        self, scene_id: int, after: int = 0
    ) -> Iterator[tuple[list[tuple[int, Feature]], list[tuple[int, DamagedFeature]]]]:
        """Yield features with the numbers of their rows, in the order they were created, some thousand at a time.

        Args:
            scene_id: The scene.
            after: A changeset; only features that later ones changed, deleted ones among them. 0 for all that live.

        Yields:
            The features, and those that cannot be read.
        """
        statement = sa.select(_head.c.id, *HEAD_COLUMNS).where(_head.c.scene_id == scene_id)
        live = _head.c.deleted.is_(False)
        statement = statement.where(_head.c.changeset_id > after if after else live).order_by(_head.c.id)
        result = self._connection.execute(statement, execution_options={"yield_per": _CHUNK})
        for rows in result.partitions():
            numbers = {uid: number for number, uid, *_ in rows}
            damaged: list[DamagedFeature] = []
            features = features_from_rows(rows, damaged)
            yield (
                [(numbers[feature.uid], feature) for feature in features],
                [(numbers[one.uid], one) for one in damaged],
            )

    def feature(self, uid: str) -> Feature:
        """Return the current revision of one feature, deleted or not.

        Raises:
            NotFoundError: There is no such feature.
        """
        rows = self._connection.execute(sa.select(*HEAD_COLUMNS).where(_head.c.uid == uid)).all()
        if not rows:
            raise NotFoundError(f"feature {uid!r} does not exist in this project")
        return features_from_rows(rows)[0]

    def queue(
        self,
        scene_id: int,
        keep: FeatureFilter = EVERYTHING,
        limit: int = 10_000,
        order: QueueOrder = QueueOrder.SUREST,
    ) -> tuple[list[QueueItem], int]:
        """Return features, or pairs of them, in the order of their review; ties by uid.

        Args:
            scene_id: The scene.
            keep: The filter; only proposed features where it names no states.
            limit: The most items to return.
            order: What comes first.

        Returns:
            The items, and how many there would be without a limit.

        Raises:
            NotFoundError: There is no such scene.
        """
        _check_limit(limit)
        scenes.check_scene(self._connection, scene_id)
        if keep.states is None:
            keep = replace(keep, states=(FeatureState.PROPOSED,))
        query = FeatureQuery(scene_id, None, keep)
        if order is QueueOrder.OVERLAPS:
            pairs = overlapping_pairs(self._connection, query)
            return pairs[:limit], len(pairs)
        box = (_head.c.minx, _head.c.miny, _head.c.maxx, _head.c.maxy)
        statement = (
            sa.select(_head.c.uid, _head.c.class_key, _head.c.score, *box)
            .where(*query.conditions())
            .order_by(*order_by(self._connection, order, query))
            .limit(limit)
        )
        items = [
            QueueItem(uid, class_key, score, (minx, miny, maxx, maxy))
            for uid, class_key, score, minx, miny, maxx, maxy in self._connection.execute(statement)
        ]
        return items, self._count(query)

    def uids(
        self, scene_id: int, bbox: Bounds | None = None, keep: FeatureFilter = EVERYTHING, limit: int = 5000
    ) -> tuple[list[str], dict[FeatureState, int]]:
        """Return the uids of live features in the order they were created, and how many there are of each state.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The bbox is no box, or the limit is negative.
        """
        query = FeatureQuery(scene_id, bbox, keep)
        rows = self._rows([_head.c.uid], query, limit)
        numbers = sa.select(_head.c.state, sa.func.count()).where(*query.conditions()).group_by(_head.c.state)
        found = self._connection.execute(numbers)
        counts = {STATES[state]: count for state, count in found if state in STATES}
        return [row.uid for row in rows[:limit]], counts

    def counts(self, scene_id: int | None = None) -> list[FeatureCount]:
        """Return counts of live features by scene, class and state (in that order), without zeros and damage."""
        key = (_head.c.scene_id, _head.c.class_key, _head.c.state)
        statement = sa.select(*key, sa.func.count().label("count")).where(_head.c.deleted.is_(False))
        if scene_id is not None:
            scenes.check_scene(self._connection, scene_id)
            statement = statement.where(_head.c.scene_id == scene_id)
        rows = self._connection.execute(statement.group_by(*key).order_by(*key)).all()
        return [
            FeatureCount(scene, class_key, STATES[state], count)
            for scene, class_key, state, count in rows
            if state in STATES
        ]

    def _rows(
        self, columns: Sequence[sa.ColumnElement[Any]], query: FeatureQuery, limit: int | None
    ) -> Sequence[sa.Row[Any]]:
        """Return the rows that a query finds, one more than `limit` where there are more."""
        _check_limit(limit)
        scenes.check_scene(self._connection, query.scene_id)
        statement = sa.select(*columns).where(*query.conditions()).order_by(_head.c.id)
        return self._connection.execute(statement.limit(None if limit is None else limit + 1)).all()

    def _count(self, query: FeatureQuery) -> int:
        count = sa.select(sa.func.count()).select_from(_head).where(*query.conditions())
        return int(self._connection.execute(count).scalar_one())


def _readable(rows: Sequence[sa.Row[Any]]) -> Sequence[sa.Row[Any]]:
    """Return the rows without those whose geometry or attributes are damaged."""
    geometries = shapely.from_wkb([row.geometry for row in rows], on_invalid="ignore")
    damaged = ~np.isin(shapely.get_type_id(geometries), FEATURE_TYPES)
    damaged |= np.array([not row.sound for row in rows], bool)
    if not damaged.any():
        return rows
    uids = [row.uid for row, is_damaged in zip(rows, damaged, strict=True) if is_damaged]
    _log.warning(
        "left out, for their rows are damaged (see `geoengine check`): features %s", ", ".join(uids[:20])
    )
    return [row for row, is_damaged in zip(rows, damaged, strict=True) if not is_damaged]


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise InvalidValueError(f"limit is {limit}, expected 0 or more", "limit")
