"""Label classes in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import UnknownClassError
from geoengine.model import LabelClass
from geoengine.store import tables
from geoengine.store.reader import Reader

_table = tables.classes


class ClassReader(Reader):
    """The reads of label classes."""

    def classes(self) -> list[LabelClass]:
        """Return the label classes in the project's order."""
        rows = self._connection.execute(sa.select(_table).order_by(_table.c.position, _table.c.key))
        return [LabelClass(row.key, row.name, row.color, row.hotkey) for row in rows]


def put_classes(connection: Connection, label_classes: Sequence[LabelClass]) -> list[LabelClass]:
    """Add new classes at the end and update those that exist, which keep their position."""
    known = {label_class.key for label_class in ClassReader(connection).classes()}
    for label_class in label_classes:
        if label_class.key in known:
            set_class(connection, label_class)
            continue
        position = connection.execute(
            sa.select(sa.func.coalesce(sa.func.max(_table.c.position) + 1, 0))
        ).scalar_one()
        connection.execute(
            sa.insert(_table).values(
                key=label_class.key,
                name=label_class.name,
                color=label_class.color,
                hotkey=label_class.hotkey,
                position=position,
            )
        )
        known.add(label_class.key)
    return ClassReader(connection).classes()


def set_class(connection: Connection, label_class: LabelClass) -> LabelClass:
    """Update the class of that key."""
    changed = connection.execute(
        sa.update(_table)
        .where(_table.c.key == label_class.key)
        .values(name=label_class.name, color=label_class.color, hotkey=label_class.hotkey)
    )
    if changed.rowcount != 1:
        raise unknown_class(connection, label_class.key)
    return label_class


def check_known(connection: Connection, used: Sequence[tuple[str, str]]) -> None:
    """Raise `UnknownClassError` for the first (class key, field) whose class the project lacks."""
    known = {label_class.key for label_class in ClassReader(connection).classes()}
    for key, field in used:
        if key not in known:
            raise unknown_class(connection, key, field, known)


def unknown_class(
    connection: Connection, key: str, field: str | None = None, known: Collection[str] | None = None
) -> UnknownClassError:
    """Return the error that names the unknown class and the project's classes."""
    known = (
        known if known is not None else [label_class.key for label_class in ClassReader(connection).classes()]
    )
    there = ", ".join(sorted(known)) or "none yet"
    where = f" in {field}" if field else ""
    return UnknownClassError(
        f"class {key!r}{where} is not in the project, expected one of: {there}", key, field
    )
