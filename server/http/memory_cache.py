"""Cache in memory, bounded in bytes and shared by threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MemoryCache(Generic[K, V]):
    """Least-recently-used cache with a lock, which `cachetools.LRUCache` leaves to its users.

    Args:
        max_bytes: The sum of the sizes of all values that it never exceeds.
        size: Returns the bytes of a value.
    """

    def __init__(self, max_bytes: int, size: Callable[[V], int]) -> None:
        """Make an empty cache."""
        self._size = size
        self._values: LRUCache[K, V] = LRUCache(max_bytes, getsizeof=size)
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return the value of a key, or None where it is not kept."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value in place of the key's earlier one; a value over the bound is not kept at all."""
        with self._lock:
            self._values.pop(key, None)
            if self._size(value) <= self._values.maxsize:
                self._values[key] = value
