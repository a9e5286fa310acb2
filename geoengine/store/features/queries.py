"""Reading features: by box, one after the other, as a review queue, with their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

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
    Snapshot,
)
from geoengine.model.checks import check_bbox
from geoengine.store import scenes, tables
from geoengine.store.features import changesets
from geoengine.store.features.rows import HEAD_COLUMNS, features_from_rows

_head = tables.features
_index = tables.spatial_index
_CHUNK = 2000
_COLUMNS = tuple(column for column in HEAD_COLUMNS if column.name not in ("scene_id", "deleted"))


@dataclass(frozen=True)
class FeatureQuery:
    """Which features of a scene; a bbox of None means all of it.

    `sweeps` goes through all live features of the scene and not through the R*Tree, which is faster for a bbox with
    much of it.
    """

    scene_id: int
    bbox: Bounds | None = None
    keep: FeatureFilter = EVERYTHING
    include_deleted: bool = False
    sweeps: bool = False

    def __post_init__(self) -> None:
        if self.bbox is not None:
            check_bbox(self.bbox)

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The WHERE of it."""
        scene_id: sa.ColumnElement[int] = _head.c.scene_id
        if self.bbox is not None and not self.sweeps:
            # The R*Tree knows the scene. With `+ 0` SQLite cannot pick the scene's own index in its place and
            # go through all of the scene.
            scene_id = scene_id + 0
        found: list[sa.ColumnElement[bool]] = [scene_id == self.scene_id]
        if self.sweeps:
            # By the order of changes, nearly that of the table. SQLite would go by state or by score, from one end
            # of the table to the other and back; it cannot with `+ 0`.
            found.append(_head.c.changeset_id > 0)
            found.append(sa.type_coerce(_head.c.deleted, sa.Integer) + 0 == 0)
        elif not self.include_deleted:
            found.append(_head.c.deleted.is_(False))
        found.extend(kept(self.keep))
        if self.bbox is not None:
            found.extend(self._in_box(*self.bbox))
        return found

    def _in_box(self, minx: float, miny: float, maxx: float, maxy: float) -> Iterator[sa.ColumnElement[bool]]:
        if not (self.include_deleted or self.sweeps):  # the index holds live features only
            near = sa.select(_index.c.id).where(
                _index.c.minscene <= self.scene_id,
                _index.c.maxscene >= self.scene_id,
                _index.c.minx <= maxx,
                _index.c.maxx >= minx,
                _index.c.miny <= maxy,
                _index.c.maxy >= miny,
            )
            yield _head.c.id.in_(near)
        # The index keeps float32, rounded outwards: half a metre at UTM northings. Ask the real box again.
        yield _head.c.minx <= maxx
        yield _head.c.maxx >= minx
        yield _head.c.miny <= maxy
        yield _head.c.maxy >= miny


def kept(keep: FeatureFilter) -> Iterator[sa.ColumnElement[bool]]:
    """What a filter adds to a WHERE over `features`."""
    for column, wanted in (
        (_head.c.state, keep.states),
        (_head.c.class_key, keep.classes),
        (_head.c.model, keep.models),
        (_head.c.author, keep.authors),
    ):
        if wanted is not None:
            yield column.in_(wanted)
    if keep.min_score is not None:
        yield _head.c.score.is_(None) | (_head.c.score >= keep.min_score)
    if keep.max_score is not None:
        yield _head.c.score.is_(None) | (_head.c.score <= keep.max_score)
    if keep.since is not None:
        yield _head.c.time >= keep.since
    if keep.until is not None:
        yield _head.c.time < keep.until


def read_page(connection: Connection, query: FeatureQuery, limit: int | None) -> FeaturePage:
    """The features a query finds, in order of creation, at most `limit` of them."""
    _check_limit(limit)
    scenes.check_scene(connection, query.scene_id)
    statement = sa.select(*HEAD_COLUMNS).where(*query.conditions()).order_by(_head.c.id)
    if limit is not None:
        statement = statement.limit(limit + 1)
    rows = connection.execute(statement).all()
    if limit is None or len(rows) <= limit:
        return FeaturePage(tuple(features_from_rows(rows)), len(rows), False)
    return FeaturePage(tuple(features_from_rows(rows[:limit])), count_features(connection, query), True)


def read_columns(connection: Connection, query: FeatureQuery, limit: int) -> FeatureColumns:
    """The same as `read_page`, straight from the rows."""
    _check_limit(limit)
    scenes.check_scene(connection, query.scene_id)
    statement = sa.select(*_COLUMNS).where(*query.conditions()).order_by(_head.c.id).limit(limit + 1)
    rows = connection.execute(statement).all()
    total = len(rows) if len(rows) <= limit else count_features(connection, query)
    names = [column.name for column in _COLUMNS]
    columns: dict[str, Any] = dict.fromkeys(names, ())
    columns |= zip(names, zip(*rows[:limit], strict=True), strict=False)  # nothing to unpack without rows
    columns["geometry"] = np.array(shapely.from_wkb(columns["geometry"]), dtype=object)
    return FeatureColumns(**columns, total=total)


def count_features(connection: Connection, query: FeatureQuery) -> int:
    """How many features a query finds."""
    scenes.check_scene(connection, query.scene_id)
    count = sa.select(sa.func.count()).select_from(_head).where(*query.conditions())
    return int(connection.execute(count).scalar_one())


def take_snapshot(connection: Connection, query: FeatureQuery) -> Snapshot:
    """The scene as of the transaction's moment; the features stream as long as it is open."""
    scene = scenes.read_scene(connection, query.scene_id)
    statement = sa.select(*HEAD_COLUMNS).where(*query.conditions()).order_by(_head.c.id)

    def stream() -> Iterator[Feature]:
        result = connection.execute(statement, execution_options={"yield_per": _CHUNK})
        for rows in result.partitions():
            yield from features_from_rows(rows)

    return Snapshot(scene, changesets.last_changeset(connection, query.scene_id), stream())


def read_feature(connection: Connection, uid: str) -> Feature:
    """One feature, deleted or not."""
    rows = connection.execute(sa.select(*HEAD_COLUMNS).where(_head.c.uid == uid)).all()
    if not rows:
        raise NotFoundError(f"feature {uid!r} does not exist in this project")
    return features_from_rows(rows)[0]


def read_queue(connection: Connection, query: FeatureQuery, limit: int) -> tuple[list[QueueItem], int]:
    """What waits for a review, the surest first, and how much of it there is."""
    _check_limit(limit)
    if query.keep.states is None:
        query = replace(query, keep=replace(query.keep, states=(FeatureState.PROPOSED,)))
    total = count_features(connection, query)
    statement = (
        sa.select(
            _head.c.uid,
            _head.c.class_key,
            _head.c.score,
            _head.c.minx,
            _head.c.miny,
            _head.c.maxx,
            _head.c.maxy,
        )
        .where(*query.conditions())
        .order_by(_head.c.score.desc(), _head.c.uid)  # SQLite puts NULL last when it goes downwards
        .limit(limit)
    )
    items = [
        QueueItem(row.uid, row.class_key, row.score, (row.minx, row.miny, row.maxx, row.maxy))
        for row in connection.execute(statement)
    ]
    return items, total


def read_counts(connection: Connection, scene_id: int | None) -> list[FeatureCount]:
    """Live features by scene, class and state."""
    key = (_head.c.scene_id, _head.c.class_key, _head.c.state)
    statement = sa.select(*key, sa.func.count().label("count")).where(_head.c.deleted.is_(False))
    if scene_id is not None:
        scenes.check_scene(connection, scene_id)
        statement = statement.where(_head.c.scene_id == scene_id)
    rows = connection.execute(statement.group_by(*key).order_by(*key)).all()
    return [
        FeatureCount(scene, class_key, FeatureState(state), count) for scene, class_key, state, count in rows
    ]


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise InvalidValueError(f"limit is {limit}, expected 0 or more", "limit")
