"""The tree of label classes in the database: each change of it leaves a tree, and the order of the list follows it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError
from geoengine.model.class_tree import check_parents, in_tree_order, nearest
from geoengine.store import tables

_table = tables.classes


def place(connection: Connection, key: str, parent: str | None) -> None:
    """Put a class, with all below it, below another one or at the top; `settle` is to follow.

    Raises:
        InvalidValueError: The project has no class of the parent's key.
    """
    live = sa.select(_table.c.key).where(_table.c.retired.is_(False)).order_by(_table.c.position)
    known = connection.execute(live).scalars().all()
    if parent is not None and parent not in known:
        there = ", ".join(known) or "none yet"
        raise InvalidValueError(
            f"parent of class {key!r} is {parent!r}, expected a class of the project: {there}", "parent"
        )
    connection.execute(sa.update(_table).where(_table.c.key == key).values(parent=parent))


def settle(connection: Connection) -> None:
    """Check the tree, and put each class of the list right before those below it.

    Raises:
        InvalidValueError: A class would stand below itself, or too deep.
    """
    columns = (_table.c.key, _table.c.parent, _table.c.retired, _table.c.position)
    rows = connection.execute(sa.select(*columns).order_by(_table.c.position, _table.c.key)).all()
    parents = {row.key: row.parent for row in rows}
    check_parents(parents)
    live = {row.key: row.position for row in rows if not row.retired}
    shown = {key: nearest(key, parents, live) for key in live}
    for position, key in enumerate(in_tree_order(list(live), shown)):
        if live[key] != position:
            connection.execute(sa.update(_table).where(_table.c.key == key).values(position=position))


def hand_over(connection: Connection, keys: Sequence[str], into: str) -> None:
    """Put what stands below some classes below another, into which they are merged.

    What `into` stands in, or below, moves up by one instead: it cannot stand below itself.

    Raises:
        InvalidValueError: A class would stand too deep.
    """
    for key in keys:
        rows = connection.execute(sa.select(_table.c.key, _table.c.parent))
        parents = {row.key: row.parent for row in rows}
        line, above = {into}, parents[into]
        while above is not None:
            line.add(above)
            above = parents[above]
        for child in [child for child, parent in parents.items() if parent == key]:
            values = {"parent": parents[key] if child in line else into}
            connection.execute(sa.update(_table).where(_table.c.key == child).values(values))
        connection.execute(sa.update(_table).where(_table.c.key == key).values(parent=None))
    settle(connection)
