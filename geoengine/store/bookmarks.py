"""Where authors left scenes, one bookmark for each author and scene."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Bookmark, QueueOrder
from geoengine.store import scenes
from geoengine.store.canonical_json import json_text
from geoengine.store.connection import Database
from geoengine.store.reader import Reader
from geoengine.store.tables import bookmarks


class BookmarkReader(Reader):
    """Reads of bookmarks."""

    def bookmark(self, scene_id: int, author: str) -> Bookmark | None:
        """Return where an author left a scene; None where they never were there.

        Raises:
            NotFoundError: There is no such scene.
        """
        scenes.check_scene(self._connection, scene_id)
        if not self._has(bookmarks):
            return None
        row = self._connection.execute(
            sa.select(bookmarks).where(bookmarks.c.scene_id == scene_id, bookmarks.c.author == author)
        ).one_or_none()
        return None if row is None else _from_row(row)

    def bookmarks(self, author: str) -> list[tuple[int, str]]:
        """Return the scenes that an author was in, by number, with the time they left, the last one first."""
        if not self._has(bookmarks):
            return []
        statement = sa.select(bookmarks.c.scene_id, bookmarks.c.time).where(bookmarks.c.author == author)
        rows = self._connection.execute(statement.order_by(bookmarks.c.time.desc(), bookmarks.c.scene_id))
        return [(scene_id, time) for scene_id, time in rows]


class BookmarkStore:
    """Part of `Store` that notes where authors left scenes."""

    _database: Database

    def put_bookmark(self, bookmark: Bookmark) -> None:
        """Note where an author left a scene, in place of what was noted.

        Raises:
            NotFoundError: There is no such scene.
        """
        with self._database.write() as connection:
            put_bookmark(connection, bookmark)


def put_bookmark(connection: Connection, bookmark: Bookmark) -> None:
    """Note a bookmark; see `BookmarkStore.put_bookmark`."""
    scenes.check_scene(connection, bookmark.scene_id)
    values = {
        "author": bookmark.author,
        "scene_id": bookmark.scene_id,
        "time": bookmark.time,
        "queue_order": bookmark.order.value,
        "reviewing": bookmark.reviewing,
        "filter": json_text(dict(bookmark.filter)),
        "class_key": bookmark.class_key,
        "view": None if bookmark.view is None else json_text(list(bookmark.view)),
        "feature": bookmark.feature,
        "skipped": json_text(list(bookmark.skipped)),
    }
    connection.execute(sa.insert(bookmarks).prefix_with("OR REPLACE").values(values))


def _from_row(row: sa.Row[Any]) -> Bookmark:
    return Bookmark(
        scene_id=row.scene_id,
        author=row.author,
        time=row.time,
        order=QueueOrder(row.queue_order),
        reviewing=row.reviewing,
        filter=json.loads(row.filter),
        class_key=row.class_key,
        view=None if row.view is None else tuple(json.loads(row.view)),
        feature=row.feature,
        skipped=tuple(json.loads(row.skipped)),
    )
