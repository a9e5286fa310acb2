"""Writes of label classes; `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geoengine.model import LabelClass, Reclassified
from geoengine.store import classes
from geoengine.store.classes import Attributes
from geoengine.store.connection import Database
from geoengine.store.features import reclass


class ClassStore:
    """Part of `Store` that adds, changes, merges and retires classes.

    Where `expected` is given, a change is refused with `ClassesChangedError` unless the list of classes is still that
    of `version_of`.
    """

    _database: Database

    def put_classes(
        self, label_classes: Sequence[LabelClass], *, expected: str | None = None
    ) -> list[LabelClass]:
        """Add classes and update those of the same key; none is removed. Return all of them.

        Raises:
            InvalidValueError: A class has objects, deleted or not, that are not of its new geometry.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            return classes.put_classes(connection, label_classes)

    def set_class(self, label_class: LabelClass) -> LabelClass:
        """Set name, colour, hotkey, shape, parent and geometry of a class; what stands below it goes with it.

        Raises:
            UnknownClassError: The project has no class of that key.
            InvalidValueError: It has none of the parent's key, or the class would stand below itself, or too deep, or
                has objects, deleted or not, that are not of the geometry.
        """
        with self._database.write() as connection:
            return classes.set_class(connection, label_class)

    def order_classes(self, keys: Sequence[str], *, expected: str | None = None) -> list[LabelClass]:
        """Put the classes of these keys first, in this order, and the others after them as they were; return all.

        Each stays right after its parent: the order is that of classes below the same one.

        Raises:
            UnknownClassError: The project lacks one of them.
            InvalidValueError: One is named twice.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            return classes.order_classes(connection, keys)

    def change_attributes(
        self, key: str, change: Callable[[Attributes], Attributes], *, expected: str | None = None
    ) -> tuple[Attributes, Attributes]:
        """Set the attributes that a class declares to what a function makes of them; what objects have stays.

        Args:
            key: Key of the class.
            change: Is given the attributes of now by key, retired ones among them, and returns those to declare;
                nobody else changes them meanwhile.
            expected: State of the list of classes that the change was made on; None for any.

        Returns:
            The attributes before and after.

        Raises:
            UnknownClassError: The project has no class of that key.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            return classes.change_attributes(connection, key, change)

    def rename_class(
        self, key: str, new: LabelClass, *, author: str, expected: str | None = None
    ) -> list[Reclassified]:
        """Replace a class by one of another key, name, colour, hotkey or geometry; its labels go with it.

        Where the key changes, each scene gets one changeset, and the old key is retired; classes below it stay so.
        Labels that people deleted change too, so that no machine proposes them again.

        Raises:
            UnknownClassError: The project has no class `key`.
            InvalidValueError: The new key is taken, or objects are not of the new geometry.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            return reclass.rename_class(connection, key, new, author)

    def merge_classes(
        self, keys: Sequence[str], into: str, *, author: str, expected: str | None = None
    ) -> list[Reclassified]:
        """Make the labels of classes labels of another one, in a changeset for each scene, and retire the classes.

        What stands below them stands below `into` then; what that stands in, or below, moves up by one.

        Raises:
            UnknownClassError: The project lacks one of the classes.
            InvalidValueError: `into` is one of `keys`, or is of a geometry that objects of those have not, or a class
                would stand too deep.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            return reclass.merge_classes(connection, keys, into, author)

    def retire_class(self, key: str, *, expected: str | None = None) -> None:
        """Take a class off the list, so that nothing new gets it; history keeps it, and `put_classes` revives it.

        Raises:
            UnknownClassError: The project has no class of that key.
            InvalidValueError: Labels have the class.
        """
        with self._database.write() as connection:
            classes.check_version(connection, expected)
            reclass.retire_class(connection, key)
