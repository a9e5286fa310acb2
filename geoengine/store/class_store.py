"""Writes of label classes; `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geoengine.model import LabelClass, Reclassified
from geoengine.store import classes
from geoengine.store.classes import Attributes
from geoengine.store.connection import Database
from geoengine.store.features import reclass


class ClassStore:
    """Part of `Store` that adds, changes, merges and retires classes."""

    _database: Database

    def put_classes(self, label_classes: Sequence[LabelClass]) -> list[LabelClass]:
        """Add classes and update those of the same key; none is removed. Return all of them."""
        with self._database.write() as connection:
            return classes.put_classes(connection, label_classes)

    def set_class(self, label_class: LabelClass) -> LabelClass:
        """Set name, colour and hotkey of a class.

        Raises:
            UnknownClassError: The project has no class of that key.
        """
        with self._database.write() as connection:
            return classes.set_class(connection, label_class)

    def change_attributes(
        self, key: str, change: Callable[[Attributes], Attributes]
    ) -> tuple[Attributes, Attributes]:
        """Set the attributes that a class declares to what a function makes of them; what objects have stays.

        Args:
            key: Key of the class.
            change: Is given the attributes of now by key, retired ones among them, and returns those to declare;
                nobody else changes them meanwhile.

        Returns:
            The attributes before and after.

        Raises:
            UnknownClassError: The project has no class of that key.
        """
        with self._database.write() as connection:
            return classes.change_attributes(connection, key, change)

    def rename_class(self, key: str, new: LabelClass, *, author: str) -> list[Reclassified]:
        """Replace a class by one of another key, name, colour or hotkey; its labels go with it.

        Where the key changes, each scene gets one changeset, and the old key is retired. Labels that people deleted
        change too, so that no machine proposes them again.

        Raises:
            UnknownClassError: The project has no class `key`.
            InvalidValueError: The new key is taken.
        """
        with self._database.write() as connection:
            return reclass.rename_class(connection, key, new, author)

    def merge_classes(self, keys: Sequence[str], into: str, *, author: str) -> list[Reclassified]:
        """Make the labels of classes labels of another one, in a changeset for each scene, and retire the classes.

        Raises:
            UnknownClassError: The project lacks one of the classes.
            InvalidValueError: `into` is one of `keys`.
        """
        with self._database.write() as connection:
            return reclass.merge_classes(connection, keys, into, author)

    def retire_class(self, key: str) -> None:
        """Take a class off the list, so that nothing new gets it; history keeps it, and `put_classes` revives it.

        Raises:
            UnknownClassError: The project has no class of that key.
            InvalidValueError: Labels have the class.
        """
        with self._database.write() as connection:
            reclass.retire_class(connection, key)
