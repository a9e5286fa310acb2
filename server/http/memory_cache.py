"""Cache in memory, bounded in bytes and shared by threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


ENTRY_BYTES = 1_000
"""Of an entry besides its value and the text of its key: objects, headers, links. Blank tiles are smaller than this."""


class MemoryCache(Generic[K, V]):
    """Least-recently-used cache with a lock, which `cachetools.LRUCache` leaves to its users.

    Args:
        max_bytes: The sum of the sizes of all entries that it never exceeds.
        size: Returns the bytes of a value.
    """

    def __init__(self, max_bytes: int, size: Callable[[V], int]) -> None:
        """Make an empty cache."""
        self._size = size
        self._values: LRUCache[K, tuple[V, int]] = LRUCache(max_bytes, getsizeof=lambda entry: entry[1])
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return the value of a key, or None where it is not kept."""
        with self._lock:
            entry = self._values.get(key)
            return None if entry is None else entry[0]

    def put(self, key: K, value: V) -> None:
        """Keep a value in place of the key's earlier one; an entry over the bound is not kept at all."""
        size = ENTRY_BYTES + _text_bytes(key) + self._size(value)
        with self._lock:
            self._values.pop(key, None)
            if size <= self._values.maxsize:
                self._values[key] = value, size


def _text_bytes(key: Hashable) -> int:
    """Return the length of a key's texts, which clients choose: a header may have tens of thousands of bytes."""
    parts = key if isinstance(key, tuple) else (key,)
    return sum(len(part) for part in parts if isinstance(part, str))
