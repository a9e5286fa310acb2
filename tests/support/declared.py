"""Declaration of all attributes of a class at once."""

from __future__ import annotations

from geoengine.model import ClassAttribute
from geoengine.store import Store


def declare(store: Store, key: str, *attributes: ClassAttribute) -> None:
    """Let a class declare these attributes and no others."""
    store.change_attributes(key, lambda _: {each.key: each for each in attributes})
