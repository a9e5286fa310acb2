"""Pins of scenes: questions on places, whose revisions only grow."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Pin, PinEdit, PinState
from geoengine.store.connection import Database
from geoengine.store.errors import PinConflictError
from geoengine.store.reader import Reader
from geoengine.store.scenes import SceneReader, check_scene
from geoengine.store.tables import pins as _table

_first = _table.alias("first")


class PinReader(Reader):
    """The reads of pins."""

    def pins(self, scene_id: int) -> list[Pin]:
        """Return the pins of a scene that are not removed, as they are now, oldest first.

        Raises:
            NotFoundError: There is no such scene.
        """
        check_scene(self._connection, scene_id)
        if not self._has(_table):
            return []
        held = (_table.c.scene_id == scene_id, _table.c.state != PinState.REMOVED.value)
        return [_pin(row) for row in self._connection.execute(_rows().where(_is_last(), *held))]

    def pin(self, uid: str) -> Pin | None:
        """Return a pin as it is now, also a removed one; None where there is none of the uid."""
        return next(iter(self._of_uid(uid)[-1:]), None)

    def pin_revisions(self, scene_id: int) -> list[Pin]:
        """Return all that was ever said by the pins of a scene, each pin's oldest first.

        Raises:
            NotFoundError: There is no such scene.
        """
        check_scene(self._connection, scene_id)
        if not self._has(_table):
            return []
        query = _rows().where(_table.c.scene_id == scene_id)
        return [_pin(row) for row in self._connection.execute(query)]

    def open_pins(self) -> dict[int, int]:
        """Return by scene the number of its open pins; scenes without are left out."""
        if not self._has(_table):
            return {}
        query = sa.select(_table.c.scene_id, sa.func.count()).where(
            _is_last(), _table.c.state == PinState.OPEN.value
        )
        return {
            scene_id: count for scene_id, count in self._connection.execute(query.group_by(_table.c.scene_id))
        }

    def _of_uid(self, uid: str) -> list[Pin]:
        if not self._has(_table):
            return []
        return [_pin(row) for row in self._connection.execute(_rows().where(_table.c.uid == uid))]


class PinStore:
    """Part of `Store` that writes pins."""

    _database: Database

    def put_pin(self, edit: PinEdit) -> Pin:
        """Make a pin, or the next revision of one.

        What a pin says already makes no revision, and neither does an edit that was taken before.

        Returns:
            The pin as it is then.

        Raises:
            NotFoundError: There is no such scene, or no pin of the uid although a revision of it was seen.
            InvalidValueError: It lies off the scene, belongs to another one, or is new and not open.
            PinConflictError: It has another revision by now than the one that was seen.
        """
        with self._database.write() as connection:
            return put_pin(connection, edit)


def put_pin(connection: Connection, edit: PinEdit) -> Pin:
    """Make a pin, or the next revision of one; see `PinStore.put_pin`."""
    scene = SceneReader(connection).scene(edit.scene_id)
    past = PinReader(connection)._of_uid(edit.uid)
    now = past[-1] if past else None
    if now is None and edit.base_revision:
        raise NotFoundError(f"there is no pin {edit.uid}")
    if now is not None:
        if now.scene_id != edit.scene_id:
            raise InvalidValueError(
                f"pin {edit.uid} is one of scene {now.scene_id}, expected one of scene {edit.scene_id}", "uid"
            )
        # Said already, or sent again because its reply was lost.
        mine = past[edit.base_revision] if edit.base_revision < len(past) else None
        if edit.is_said_by(now) or (mine and mine.author == edit.author and edit.is_said_by(mine)):
            return now
        if edit.base_revision != now.revision:
            raise PinConflictError(now, edit.base_revision)
    elif edit.state != PinState.OPEN:
        raise InvalidValueError(f"state is {edit.state.value!r}, expected 'open' for a new pin", "state")
    minx, miny, maxx, maxy = scene.grid.bounds
    if not (minx <= edit.x <= maxx and miny <= edit.y <= maxy):
        raise InvalidValueError(
            f"the pin is at {edit.x:.10g}, {edit.y:.10g}, expected a place on scene {scene.key}: "
            f"x from {minx:.10g} to {maxx:.10g}, y from {miny:.10g} to {maxy:.10g}",
            "x" if not minx <= edit.x <= maxx else "y",
        )
    made = edit.after(now)
    values = {column.name: getattr(made, column.name) for column in _table.columns if column.name != "id"}
    connection.execute(sa.insert(_table).values({**values, "state": made.state.value}))
    return made


def _is_last() -> sa.ColumnElement[bool]:
    return _table.c.id.in_(sa.select(sa.func.max(_table.c.id)).group_by(_table.c.uid))


def _rows() -> sa.Select[Any]:
    """Select revisions with who made the first one of their pin, pin by pin."""
    return (
        sa.select(_table, _first.c.author.label("asked_by"), _first.c.time.label("asked_at"))
        .join(_first, sa.and_(_first.c.uid == _table.c.uid, _first.c.revision == 1))
        .order_by(_first.c.id, _table.c.revision)
    )


def _pin(row: Any) -> Pin:
    return Pin(
        uid=row.uid,
        scene_id=row.scene_id,
        x=row.x,
        y=row.y,
        text=row.text,
        state=PinState(row.state),
        revision=row.revision,
        author=row.author,
        time=row.time,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
