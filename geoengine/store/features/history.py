"""All revisions of a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import NotFoundError
from geoengine.model import Feature, Revision
from geoengine.store import tables
from geoengine.store.features.rows import HEAD_COLUMNS, features_from_rows
from geoengine.store.reader import Reader

_AT_ONCE = 500


class HistoryReader(Reader):
    """The reads of features' histories."""

    def history(self, uid: str) -> list[Revision]:
        """Return every revision of a feature, oldest first.

        Raises:
            NotFoundError: There is no such feature.
        """
        rows, changes = read_revisions(
            self._connection, tables.revisions.c.uid == uid, tables.revisions.c.revision
        )
        if not rows:
            raise NotFoundError(f"feature {uid!r} does not exist in this project")
        return [
            Revision(
                feature.revision, change.changeset_id, feature.author, feature.time, change.comment, feature
            )
            for feature, change in zip(rows, changes, strict=True)
        ]

    def revisions(self, wanted: Mapping[str, int]) -> dict[str, Feature]:
        """Return one revision of each uid, as it was recorded; what there is not is left out."""
        found: dict[str, Feature] = {}
        uids = list(wanted)
        for start in range(0, len(uids), _AT_ONCE):
            condition = tables.revisions.c.uid.in_(uids[start : start + _AT_ONCE])
            features, _ = read_revisions(self._connection, condition, tables.revisions.c.id)
            found.update((one.uid, one) for one in features if one.revision == wanted[one.uid])
        return found

    def classes_had(self, uids: Sequence[str]) -> dict[str, set[str]]:
        """Return the classes that each feature has or has had."""
        found: dict[str, set[str]] = {}
        table = tables.revisions
        for start in range(0, len(uids), _AT_ONCE):
            condition = table.c.uid.in_(uids[start : start + _AT_ONCE])
            rows = self._connection.execute(
                sa.select(table.c.uid, table.c.class_key).where(condition).distinct()
            )
            for uid, class_key in rows:
                found.setdefault(uid, set()).add(class_key)
        return found

    def changeset_time(self, scene_id: int, number: int) -> str | None:
        """Return when a changeset of a scene was committed; None where the scene has none of that number."""
        own = (tables.changesets.c.id == number) & (tables.changesets.c.scene_id == scene_id)
        return self._connection.execute(sa.select(tables.changesets.c.time).where(own)).scalar_one_or_none()


def read_revisions(
    connection: Connection, condition: sa.ColumnElement[bool], order: sa.Column[Any]
) -> tuple[list[Feature], list[Any]]:
    """Return features as their revisions recorded them, and the rows, which have `changeset_id` and `comment` too."""
    revision, changeset = tables.revisions, tables.changesets
    own = [
        revision.c[column.name]
        for column in HEAD_COLUMNS
        if column.name not in ("scene_id", "author", "time")
    ]
    statement = (
        sa.select(
            *own,
            changeset.c.scene_id,
            changeset.c.author,
            changeset.c.time,
            changeset.c.comment,
            changeset.c.id.label("changeset_id"),
        )
        .join_from(revision, changeset, revision.c.changeset_id == changeset.c.id)
        .where(condition)
        .order_by(order)
    )
    rows: list[Any] = list(connection.execute(statement).all())
    return features_from_rows(rows), rows
