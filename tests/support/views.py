"""Reads of the store in one expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geoengine.store import Store


class OneByOne:
    """Reads of a store, each in a view of its own; `snapshot` needs a real one, which stays open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            with self._store.reading() as view:
                return getattr(view, name)(*args, **options)

        return call


def read(store: Store) -> Any:
    """Return the reads of `store`: `read(store).scene(1)` opens a view, reads and closes it."""
    return OneByOne(store)
