"""Changes of classes that concern labels: rename, merge, retire."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError
from geoengine.model import LabelClass, Reclassified, utc_now
from geoengine.store import class_tree, classes, completions, tables
from geoengine.store.class_geometry import check_labels, geometry_kinds
from geoengine.store.features import changesets
from geoengine.store.features.rows import rewrite

_head = tables.features


def rename_class(connection: Connection, key: str, new: LabelClass, author: str) -> list[Reclassified]:
    """Give a class another key, and its labels with it; see `Store.rename_class`."""
    classes.check_known(connection, [(key, "class")])
    if new.key == key:
        classes.set_class(connection, new)
        return []
    if any(there.key == new.key for there in classes.ClassReader(connection).classes()):
        raise InvalidValueError(
            f"class {new.key!r} is in the project already, expected a key that is free; geoengine classes merge "
            "makes one class of two",
            "key",
        )
    check_labels(connection, [key], new.geometry)
    classes.put_class_at(connection, new, key)
    moved = _move(connection, [key], new.key, author, f"class {key} is called {new.key}")
    completions.move_classes(connection, [key], new.key)
    classes.set_retired(connection, key)
    return moved


def merge_classes(connection: Connection, keys: Sequence[str], into: str, author: str) -> list[Reclassified]:
    """Make labels of some classes labels of another; see `Store.merge_classes`."""
    classes.check_known(connection, [(key, "class") for key in (*keys, into)])
    if into in keys:
        raise InvalidValueError(f"class {into!r} is to be merged into itself, expected another", "into")
    check_labels(connection, keys, geometry_kinds(connection)[into], into)
    moved = _move(connection, keys, into, author, f"class {', '.join(keys)} merged into {into}")
    completions.move_classes(connection, [*keys, into], into)
    class_tree.hand_over(connection, keys, into)
    for key in keys:
        classes.set_retired(connection, key)
    return moved


def retire_class(connection: Connection, key: str) -> None:
    """Take a class off the list that no label has; see `Store.retire_class`."""
    classes.check_known(connection, [(key, "class")])
    live = sa.select(sa.func.count(), sa.func.count(_head.c.scene_id.distinct())).where(
        _head.c.class_key == key, _head.c.deleted.is_(False)
    )
    number, scenes = connection.execute(live).one()
    if number:
        raise InvalidValueError(
            f"class {key!r} has {number:,} labels in {scenes:,} scenes, expected none; geoengine classes merge makes "
            "them labels of another class",
            "class",
        )
    classes.set_retired(connection, key)


def _move(
    connection: Connection, keys: Collection[str], into: str, author: str, comment: str
) -> list[Reclassified]:
    """Change the class of live labels, and of those that a person deleted: no machine is to propose them again."""
    own = sa.and_(_head.c.class_key.in_(keys), _head.c.deleted.is_(False) | _head.c.machine.is_(False))
    moved = []
    scenes = sa.select(_head.c.scene_id).where(own).distinct().order_by(_head.c.scene_id)
    for scene_id in connection.execute(scenes).scalars().all():
        number, time = changesets.next_number(connection), utc_now()
        here = own & (_head.c.scene_id == scene_id)
        labels = rewrite(connection, number, here, author, time, class_key=into)
        changesets.insert_changeset(
            connection,
            id=number,
            token=uuid.uuid4().hex,
            scene_id=scene_id,
            kind=changesets.CLASSES,
            author=author,
            time=time,
            comment=comment,
            digest="",
        )
        moved.append(Reclassified(scene_id, number, labels))
    return moved
