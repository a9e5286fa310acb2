"""Locks between processes, on files; a lock ends with its process, however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from geoengine.errors import GeoEngineError


class LockedError(GeoEngineError, RuntimeError):
    """Another process, or thread, holds a lock."""


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file `path`, whose folder is made where it is missing.

    Args:
        path: The lock file; it may stay behind.
        wait: Whether to wait until the lock is free.

    Raises:
        LockedError: Without `wait`, another process holds the lock.
        OSError: The lock file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=-1 if wait else 0)
    try:
        lock.acquire(poll_interval=0.02)
    except Timeout:
        raise LockedError(f"{path} is locked by another process, expected it to be free") from None
    try:
        yield
    finally:
        lock.release()
