"""Label classes in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import BirthShape, ClassAttribute, Feature, GeometryKind, LabelClass
from geoengine.model.class_attribute import check_declared
from geoengine.model.class_tree import nearest
from geoengine.store import class_tree, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.class_geometry import check_labels
from geoengine.store.errors import ClassesChangedError
from geoengine.store.reader import Reader

_table = tables.classes

Attributes = Mapping[str, ClassAttribute]
"""Attributes that a class declares, by key, in their order."""


class ClassReader(Reader):
    """The reads of label classes."""

    def classes(self) -> list[LabelClass]:
        """Return the label classes in the project's order, without those that are retired.

        Classes stand right after their parents. Of a class whose parent is retired, the next one above is the parent.
        """
        statement = sa.select(_table).where(_table.c.retired.is_(False))
        rows = self._connection.execute(statement.order_by(_table.c.position, _table.c.key))
        return self._classes_of(rows)

    def retired_classes(self) -> list[LabelClass]:
        """Return the classes that are retired, by key."""
        statement = sa.select(_table).where(_table.c.retired.is_(True)).order_by(_table.c.key)
        return self._classes_of(self._connection.execute(statement))

    def _classes_of(self, rows: Iterable[Any]) -> list[LabelClass]:
        found = self._connection.execute(sa.select(_table.c.key, _table.c.parent, _table.c.retired)).all()
        parents = {row.key: row.parent for row in found}
        live = {row.key for row in found if not row.retired}
        return [_class_of(row, nearest(row.key, parents, live)) for row in rows]


def version_of(label_classes: Sequence[LabelClass]) -> str:
    """Return what tells one state of the list of classes, its order and its attributes from another."""
    parts = [
        [
            *(one.key, one.name, one.color, one.hotkey, one.shape, one.parent, one.geometry),
            [each.to_json() for each in one.attributes],
        ]
        for one in label_classes
    ]
    return hashlib.sha256(json_text(parts).encode()).hexdigest()[:16]


def check_version(connection: Connection, expected: str | None) -> None:
    """Check that the list of classes is the one of that `version_of`; None accepts any.

    Raises:
        ClassesChangedError: It is another one by now.
    """
    if expected is not None and version_of(ClassReader(connection).classes()) != expected:
        raise ClassesChangedError(
            "the classes were changed since this list of them was read, expected the list of now; nothing was changed"
        )


def _class_of(row: Any, parent: str | None) -> LabelClass:
    return LabelClass(
        row.key,
        row.name,
        row.color,
        row.hotkey,
        _attributes(row),
        BirthShape(row.shape),
        parent,
        GeometryKind(row.geometry),
    )


def _attributes(row: Any) -> tuple[ClassAttribute, ...]:
    return tuple(ClassAttribute.from_json(each) for each in json.loads(row.attributes))


def change_attributes(
    connection: Connection, key: str, change: Callable[[Attributes], Attributes]
) -> tuple[Attributes, Attributes]:
    """Set the attributes that a class declares; see `ClassStore.change_attributes`."""
    there = {one.key: one.attributes for one in ClassReader(connection).classes()}
    if key not in there:
        raise unknown_class(connection, key, known=there)
    before = {attribute.key: attribute for attribute in there[key]}
    after = change(before)
    text = json_text([attribute.to_json() for attribute in after.values()])
    connection.execute(sa.update(_table).where(_table.c.key == key).values(attributes=text))
    return before, after


def put_classes(connection: Connection, label_classes: Sequence[LabelClass]) -> list[LabelClass]:
    """Add new classes, and retired ones, at the end; update those that exist, which keep their position."""
    known = {label_class.key for label_class in ClassReader(connection).classes()}
    for label_class in label_classes:
        if label_class.key in known:
            set_class(connection, label_class)
            continue
        end = sa.select(sa.func.coalesce(sa.func.max(_table.c.position) + 1, 0))
        _insert(connection, label_class, connection.execute(end).scalar_one())
        if label_class.parent is not None:
            class_tree.place(connection, label_class.key, label_class.parent)
        known.add(label_class.key)
    class_tree.settle(connection)
    return ClassReader(connection).classes()


def put_class_at(connection: Connection, label_class: LabelClass, other: str) -> None:
    """Add a class that is new, or retired, at the place of another, with its attributes and what is below it."""
    columns = sa.select(_table.c.position, _table.c.attributes, _table.c.parent).where(_table.c.key == other)
    position, attributes, above = connection.execute(columns).one()
    before = _parent_of(connection, other)
    _insert(connection, label_class, position)
    here = sa.update(_table).where(_table.c.key == label_class.key)
    connection.execute(here.values(attributes=attributes, parent=above))
    connection.execute(sa.update(_table).where(_table.c.parent == other).values(parent=label_class.key))
    connection.execute(sa.update(_table).where(_table.c.key == other).values(parent=None))
    if label_class.parent != before:
        parent = label_class.key if label_class.parent == other else label_class.parent
        class_tree.place(connection, label_class.key, parent)
    class_tree.settle(connection)


def order_classes(connection: Connection, keys: Sequence[str]) -> list[LabelClass]:
    """Put the classes of these keys first, in this order; see `ClassStore.order_classes`."""
    check_known(connection, [(key, "keys") for key in keys])
    twice = next((key for key in keys if list(keys).count(key) > 1), None)
    if twice is not None:
        raise InvalidValueError(f"keys has the class {twice!r} twice, expected each once", "keys")
    rest = [one.key for one in ClassReader(connection).classes() if one.key not in keys]
    for position, key in enumerate([*keys, *rest]):
        connection.execute(sa.update(_table).where(_table.c.key == key).values(position=position))
    class_tree.settle(connection)
    return ClassReader(connection).classes()


def set_retired(connection: Connection, key: str) -> None:
    """Take a class off the list; history keeps it, and the tree keeps its place."""
    connection.execute(sa.update(_table).where(_table.c.key == key).values(retired=True, hotkey=None))
    class_tree.settle(connection)


def _insert(connection: Connection, label_class: LabelClass, position: int) -> None:
    values = {
        "key": label_class.key,
        "name": label_class.name,
        "color": label_class.color,
        "hotkey": label_class.hotkey,
        "position": position,
        "shape": label_class.shape,
        "geometry": label_class.geometry,
    }
    check_labels(connection, [label_class.key], label_class.geometry)  # a retired class may have deleted ones
    statement = insert(_table).values(**values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={**values, "retired": False})
    )


def set_class(connection: Connection, label_class: LabelClass) -> LabelClass:
    """Update the class of that key."""
    check_labels(connection, [label_class.key], label_class.geometry)
    changed = connection.execute(
        sa.update(_table)
        .where(_table.c.key == label_class.key, _table.c.retired.is_(False))
        .values(
            name=label_class.name,
            color=label_class.color,
            hotkey=label_class.hotkey,
            shape=label_class.shape,
            geometry=label_class.geometry,
        )
    )
    if changed.rowcount != 1:
        raise unknown_class(connection, label_class.key)
    if label_class.parent != _parent_of(connection, label_class.key):
        class_tree.place(connection, label_class.key, label_class.parent)
        class_tree.settle(connection)
    return label_class


def _parent_of(connection: Connection, key: str) -> str | None:
    return next((one.parent for one in ClassReader(connection).classes() if one.key == key), None)


def check_known(connection: Connection, used: Sequence[tuple[str, str]]) -> None:
    """Raise `UnknownClassError` for the first (class key, field) whose class the project lacks."""
    known = {label_class.key for label_class in ClassReader(connection).classes()}
    for key, field in used:
        if key not in known:
            raise unknown_class(connection, key, field, known)


def check_attributes(
    connection: Connection, features: Sequence[Feature], heads: Mapping[str, Feature]
) -> None:
    """Raise for the first attribute that a changeset gives a value which the class does not allow.

    Args:
        connection: An open transaction.
        features: Features as the edits of the changeset make them, in the order of these.
        heads: Those that there are, as they were, by uid.

    Raises:
        InvalidValueError: A value does not fit; it names the edit.
    """
    declared = {one.key: one.attributes for one in ClassReader(connection).classes() if one.attributes}
    for index, feature in enumerate(features if declared else ()):
        if not feature.deleted and feature.class_key in declared:
            head = heads.get(feature.uid)
            before = {} if head is None else head.attributes
            field = f"edits[{index}].attributes"
            check_declared(declared[feature.class_key], before, feature.attributes, field)


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
