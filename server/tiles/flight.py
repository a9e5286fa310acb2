"""One thread works, the others that want the same wait for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SingleFlight:
    """Locks by key, made when asked for and gone when nobody holds them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Holds the lock of `key`."""
        with self._lock:
            flight, users = self._flights.get(key, (threading.Lock(), 0))
            self._flights[key] = (flight, users + 1)
        try:
            with flight:
                yield
        finally:
            with self._lock:
                flight, users = self._flights.pop(key)
                if users > 1:
                    self._flights[key] = (flight, users - 1)
