"""Reading features: by box, one after the other, as a review queue, with their history."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import (
    Bounds,
    Feature,
    FeatureCount,
    FeaturePage,
    FeatureState,
    QueueItem,
    Snapshot,
)
from geoengine.model.checks import check_bbox
from geoengine.store import changesets, scenes, tables
from geoengine.store.rows import HEAD_COLUMNS, features_from_rows

_head = tables.features
_index = tables.spatial_index
_CHUNK = 2000


@dataclass(frozen=True)
class FeatureQuery:
    """Which features of a scene; None means all."""

    scene_id: int
    bbox: Bounds | None
    states: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    min_score: float | None
    include_deleted: bool

    @classmethod
    def of(
        cls,
        scene_id: int,
        bbox: Bounds | None,
        states: Collection[FeatureState] | None,
        classes: Collection[str] | None,
        min_score: float | None,
        include_deleted: bool,
    ) -> FeatureQuery:
        """Checks the arguments of the store's methods. Raises `InvalidValueError`."""
        if bbox is not None:
            check_bbox(bbox)
        if min_score is not None and not math.isfinite(min_score):
            raise InvalidValueError(f"min_score is {min_score!r}, expected a finite number", "min_score")
        wanted = None if states is None else tuple(sorted(_state(state) for state in states))
        return cls(
            scene_id,
            bbox,
            wanted,
            None if classes is None else tuple(sorted(classes)),
            min_score,
            include_deleted,
        )

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The WHERE of it."""
        scene_id: sa.ColumnElement[int] = _head.c.scene_id
        if self.bbox is not None:
            # The R*Tree knows the scene. With `+ 0` SQLite cannot pick the scene's own index in its place and
            # go through all of the scene.
            scene_id = scene_id + 0
        found: list[sa.ColumnElement[bool]] = [scene_id == self.scene_id]
        if not self.include_deleted:
            found.append(_head.c.deleted.is_(False))
        if self.states is not None:
            found.append(_head.c.state.in_(self.states))
        if self.classes is not None:
            found.append(_head.c.class_key.in_(self.classes))
        if self.min_score is not None:
            found.append(_head.c.score.is_(None) | (_head.c.score >= self.min_score))
        if self.bbox is not None:
            found.extend(self._in_box(*self.bbox))
        return found

    def _in_box(self, minx: float, miny: float, maxx: float, maxy: float) -> Iterator[sa.ColumnElement[bool]]:
        if not self.include_deleted:  # the index holds live features only
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


def read_queue(connection: Connection, query: FeatureQuery, limit: int) -> list[QueueItem]:
    """What waits for a review, the surest first."""
    _check_limit(limit)
    scenes.check_scene(connection, query.scene_id)
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
    return [
        QueueItem(row.uid, row.class_key, row.score, (row.minx, row.miny, row.maxx, row.maxy))
        for row in connection.execute(statement)
    ]


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


def _state(state: FeatureState | str) -> str:
    try:
        return FeatureState(state).value
    except ValueError:
        expected = ", ".join(FeatureState)
        raise InvalidValueError(f"state is {state!r}, expected one of: {expected}", "state") from None


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise InvalidValueError(f"limit is {limit}, expected 0 or more", "limit")
