"""Damaged rows: their list, and features written anew over them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import StoreError
from geoengine.model import Confidence, Feature, FeatureState, Origin, utc_now
from geoengine.model.damage import DamagedFeature, DamagedScene
from geoengine.model.geometry import geometry_faults
from geoengine.store import tables
from geoengine.store.features.changesets import EDITS, insert_changeset
from geoengine.store.features.history import read_revisions
from geoengine.store.features.rows import HEAD_COLUMNS, features_from_rows, row_fault, write_features
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader

_head = tables.features
_revisions = tables.revisions
_CHUNK = 2000


@dataclass(frozen=True)
class Damage:
    """Rows that cannot be read.

    Attributes:
        file: What SQLite says of the file itself; empty where it is sound.
        scenes: Scenes.
        features: Features, as they are now.
        revisions: Of features that are sound now: how many earlier revisions cannot be read, by uid.
    """

    file: tuple[str, ...]
    scenes: tuple[DamagedScene, ...]
    features: tuple[DamagedFeature, ...]
    revisions: dict[str, int]


class DamageReader(Reader):
    """The reads that look for damage."""

    def damage(self) -> Damage:
        """Read every row of scenes, features and revisions, and return those that cannot be read."""
        said = self._connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        unreadable = tuple(self._damaged_features())
        features = (*unreadable, *self._contradicting_features({one.uid for one in unreadable}))
        uids = {one.uid for one in features}
        revisions: dict[str, int] = {}
        for uid in self._damaged_revisions():
            if uid not in uids:
                revisions[uid] = revisions.get(uid, 0) + 1
        return Damage(
            tuple(line for line in said if line != "ok"),
            tuple(SceneReader(self._connection).damaged_scenes()),
            features,
            revisions,
        )

    def readable_revision(self, uid: str) -> tuple[Feature, bool] | None:
        """Return the newest sound revision of a feature, and whether it is the current one; None without any."""
        current = self._connection.execute(sa.select(_head.c.revision).where(_head.c.uid == uid)).scalar()
        numbers = self._connection.execute(
            sa.select(_revisions.c.id).where(_revisions.c.uid == uid).order_by(_revisions.c.revision.desc())
        ).scalars()
        for number in numbers.all():
            try:
                (feature,), _ = read_revisions(self._connection, _revisions.c.id == number, _revisions.c.id)
            except StoreError:
                continue
            if geometry_faults([feature.geometry])[0] is None:
                return feature, feature.revision == current
        return None

    def _damaged_features(self) -> Iterator[DamagedFeature]:
        statement = sa.select(*HEAD_COLUMNS).order_by(_head.c.id)
        for rows in self._partitions(statement):
            for row, reason in _faults(rows):
                yield DamagedFeature(row.uid, row.scene_id, reason)

    def _contradicting_features(self, but: set[str]) -> Iterator[DamagedFeature]:
        """Yield features whose class is none of the project's, or whose stored box is not their geometry's."""
        known = set(self._connection.execute(sa.select(tables.classes.c.key)).scalars())
        box = (_head.c.minx, _head.c.miny, _head.c.maxx, _head.c.maxy)
        columns = (_head.c.uid, _head.c.scene_id, _head.c.class_key, _head.c.geometry, *box)
        for chunk in self._partitions(sa.select(*columns).order_by(_head.c.id)):
            rows = [row for row in chunk if row.uid not in but]
            bounds = shapely.bounds(shapely.from_wkb([row.geometry for row in rows])).tolist()
            for row, found in zip(rows, bounds, strict=True):
                stored, reason = list(row)[-4:], None
                if row.class_key not in known:
                    reason = f"its class {row.class_key!r} is none of the project's"
                elif stored != found:
                    reason = f"its box is stored as {stored}, expected {found}"
                if reason:
                    yield DamagedFeature(row.uid, row.scene_id, f"is damaged in the database: {reason}")

    def _damaged_revisions(self) -> Iterator[str]:
        columns = [column for column in HEAD_COLUMNS if column.name not in ("scene_id", "author", "time")]
        # Author and time are the changeset's; what stands in for them here is always sound.
        own = [_revisions.c[column.name] for column in columns]
        fixed = [
            sa.literal(0).label("scene_id"),
            sa.literal("-").label("author"),
            sa.literal("-").label("time"),
        ]
        for rows in self._partitions(sa.select(*own, *fixed).order_by(_revisions.c.id)):
            for row, _ in _faults(rows):
                yield row.uid

    def _partitions(self, statement: sa.Select[Any]) -> Iterator[Sequence[Any]]:
        result = self._connection.execute(statement, execution_options={"yield_per": _CHUNK})
        yield from result.partitions()


def _faults(rows: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the rows that cannot be read, or hold no valid geometry, each with the reason."""
    with suppress(StoreError):
        if not any(geometry_faults([feature.geometry for feature in features_from_rows(rows)])):
            return
    for row in rows:
        reason = row_fault(row)
        if reason is None:
            fault = geometry_faults([features_from_rows([row])[0].geometry])[0]
            reason = fault and f"its geometry {fault}"
        if reason:
            yield row, f"is damaged in the database: {reason}"


def take_out(connection: Connection, uid: str, author: str) -> None:
    """Mark a damaged feature as deleted, with a new revision that can be read."""
    head = _sound_columns(connection, uid)
    found = DamageReader(connection).readable_revision(uid)
    # A feature without a readable outline keeps the box it had, or none that could be mistaken for a label.
    outline = found[0].geometry if found else _box(head)
    _rewrite(
        connection,
        Feature(
            uid=uid,
            scene_id=head.scene_id,
            class_key=head.class_key,
            geometry=outline,
            state=found[0].state if found else FeatureState.REJECTED,
            score=found[0].score if found else None,
            revision=head.revision,
            origin=found[0].origin if found else Origin.IMPORT,
            model=found[0].model if found else None,
            author=author,
            time=utc_now(),
            attributes=found[0].attributes if found else {},
            deleted=True,
            unsure=found is not None and found[0].unsure,
            note=found[0].note if found else "",
            confidence=found[0].confidence if found else Confidence.UNSTATED,
        ),
        "taken out by geoengine check: its row was damaged",
    )


def restore(connection: Connection, feature: Feature, author: str, comment: str) -> None:
    """Write a feature over its damaged row, as a new revision."""
    head = _sound_columns(connection, feature.uid)
    _rewrite(connection, replace(feature, revision=head.revision, author=author, time=utc_now()), comment)


def _rewrite(connection: Connection, feature: Feature, comment: str) -> None:
    number = insert_changeset(
        connection,
        token=f"check-{uuid.uuid4().hex}",
        scene_id=feature.scene_id,
        kind=EDITS,
        author=feature.author,
        time=feature.time,
        comment=comment,
        digest="",
    )
    write_features(connection, number, [replace(feature, revision=feature.revision + 1)], [False])


def _sound_columns(connection: Connection, uid: str) -> Any:
    columns = ("scene_id", "class_key", "revision", "minx", "miny", "maxx", "maxy")
    statement = sa.select(*(_head.c[name] for name in columns)).where(_head.c.uid == uid)
    return connection.execute(statement).one()


def _box(head: Any) -> shapely.Polygon:
    box = shapely.box(head.minx, head.miny, head.maxx, head.maxy)
    return box if geometry_faults([box])[0] is None else shapely.box(0.0, 0.0, 1.0, 1.0)
