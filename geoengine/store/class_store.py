"""Writes of label classes; `Store` has them all."""

from __future__ import annotations

from collections.abc import Sequence

from geoengine.model import ClassAttribute, LabelClass, Reclassified
from geoengine.store import classes
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

    def set_attributes(self, key: str, attributes: Sequence[ClassAttribute]) -> None:
        """Set the attributes that a class declares, retired ones among them; what objects have stays.

        Raises:
            UnknownClassError: The project has no class of that key.
        """
        with self._database.write() as connection:
            classes.set_attributes(connection, key, attributes)

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
