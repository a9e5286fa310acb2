"""Completions of scenes and areas: who said when that every object is labelled."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Completion, utc_now
from geoengine.model.checks import check_person
from geoengine.store.classes import ClassReader
from geoengine.store.reader import Reader
from geoengine.store.scenes import check_scene
from geoengine.store.tables import completions as _table
from tiling.grid.window import PixelWindow


class CompletionReader(Reader):
    """The reads of completions."""

    def completions(self, scene_id: int) -> list[Completion]:
        """Return all that was said of a scene, oldest first.

        Raises:
            NotFoundError: There is no such scene.
        """
        check_scene(self._connection, scene_id)
        if not self._has(_table):
            return []
        query = sa.select(_table).where(_table.c.scene_id == scene_id).order_by(_table.c.id)
        return [_completion(row) for row in self._connection.execute(query)]

    def complete_parts(self, scene_id: int | None = None) -> dict[int, tuple[Completion, ...]]:
        """Return by scene the completions that hold, that of the whole scene first, then areas by their age.

        Args:
            scene_id: Only this scene; None for all.
        """
        if not self._has(_table):
            return {}
        last = sa.select(sa.func.max(_table.c.id)).group_by(_table.c.scene_id, _table.c.area)
        query = sa.select(_table).where(_table.c.id.in_(last), _table.c.complete)
        if scene_id is not None:
            query = query.where(_table.c.scene_id == scene_id)
        found: dict[int, tuple[Completion, ...]] = {}
        for row in self._connection.execute(query.order_by(_table.c.area.is_not(None), _table.c.id)):
            found[row.scene_id] = (*found.get(row.scene_id, ()), _completion(row))
        return found

    def completion(self, scene_id: int, area: PixelWindow | None = None) -> Completion | None:
        """Return the completion of a scene, or of an area of it, that holds; None where there is none.

        Raises:
            NotFoundError: There is no such scene.
        """
        check_scene(self._connection, scene_id)
        held = self.complete_parts(scene_id).get(scene_id, ())
        return next((one for one in held if one.area == area), None)


def set_completion(
    connection: Connection,
    scene_id: int,
    is_complete: bool,
    author: str,
    share: float,
    area: PixelWindow | None,
) -> Completion | None:
    """Record that a scene or an area is complete, or is not; return the completion that holds then."""
    check_person(author, "author")
    reader = CompletionReader(connection)
    now = reader.completion(scene_id, area)
    keys = [label_class.key for label_class in ClassReader(connection).classes()]
    # Said again it is the same, unless it is for more classes.
    if (now is not None) == is_complete and (now is None or not now.missing(keys)):
        return now
    row = {
        "scene_id": scene_id,
        "complete": is_complete,
        "author": author,
        "time": utc_now(),
        "share": share,
        "classes": json.dumps(keys),
        "area": None if area is None else json.dumps(area.corners),
    }
    connection.execute(sa.insert(_table).values(row))
    return reader.completion(scene_id, area)


def move_classes(connection: Connection, parts: Collection[str], into: str) -> None:
    """Let completions follow classes that became one: what was complete for all of its parts is for it."""
    for row in connection.execute(sa.select(_table)).all():
        had = json.loads(row.classes)
        rest = [key for key in had if key not in parts]
        now = [*rest, into] if set(parts) <= set(had) else rest
        if now != had:
            connection.execute(sa.update(_table).where(_table.c.id == row.id).values(classes=json.dumps(now)))


def _completion(row: Any) -> Completion:
    classes = tuple(json.loads(row.classes))
    area = None if row.area is None else PixelWindow.between(*json.loads(row.area))
    return Completion(row.scene_id, bool(row.complete), row.author, row.time, row.share, classes, area)
