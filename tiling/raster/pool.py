"""Pool of open rasters between requests, each thread with its own."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike

from cachetools import LRUCache

from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.raster.raster import Raster, open_raster

# A source, its file as it was when it was opened (modification time in nanoseconds, bytes), and a token for the
# state of other files that it is made of.
_Key = tuple[RasterSource, int, int, str]


class _IdleRasters(LRUCache[_Key, Raster]):
    """Open rasters that are not lent; the least recently used is closed first."""

    def popitem(self) -> tuple[_Key, Raster]:
        """Close and remove the least recently used."""
        key, raster = super().popitem()
        raster.close()
        return key, raster


class _ThreadRasters:
    """Rasters that one thread has open."""

    def __init__(self, max_open: int) -> None:
        """Start with none."""
        self.idle = _IdleRasters(max_open)


class RasterPool:
    """Pool of open rasters, up to `max_open` per thread; GDAL handles are never shared between threads.

    A file that was replaced since is opened anew. Handles of a thread that has ended are closed with it.
    """

    def __init__(self, max_open: int = 16, policy: ReadPolicy = DEFAULT_POLICY) -> None:
        """Make an empty pool.

        Args:
            max_open: idle rasters that each thread keeps open.
            policy: which files rasters may be made of.

        Raises:
            ValueError: `max_open` is below 1.
        """
        if max_open < 1:
            raise ValueError(f"A pool of {max_open} rasters was asked for; expected at least 1.")
        self._max_open = max_open
        self._policy = policy
        self._local = threading.local()
        self._lock = threading.Lock()
        self._threads: weakref.WeakSet[_ThreadRasters] = weakref.WeakSet()

    @contextmanager
    def open(self, source: str | PathLike[str] | RasterSource, token: str = "") -> Iterator[Raster]:
        """Lend a raster to the calling thread for the time of a `with`.

        Args:
            source: the raster.
            token: differs where files that the raster is made of have changed, so that it is opened anew.

        Raises:
            RasterReadError: No such file, not a raster, or not one that the policy allows.
        """
        mine = self._mine()
        source = RasterSource.of(source)
        key = _key(source, token)
        # Handles of an earlier state go first: GDAL would share what they have open with the new one.
        for stale in [each for each in mine.idle if each[0] == source and each != key]:
            mine.idle.pop(stale).close()
        # Taken out while lent: a second `with` on the same file inside the first gets its own handle.
        raster = mine.idle.pop(key, None) or open_raster(source, self._policy)
        try:
            yield raster
        except BaseException:
            # What failed once may be in an odd state; the next caller starts afresh.
            raster.close()
            raise
        replaced = mine.idle.pop(key, None)
        if replaced is not None:
            replaced.close()
        mine.idle[key] = raster

    def close(self) -> None:
        """Close everything that is not lent; call it when no other thread is reading."""
        with self._lock:
            for rasters in list(self._threads):
                while rasters.idle:
                    rasters.idle.popitem()

    def _mine(self) -> _ThreadRasters:
        rasters: _ThreadRasters | None = getattr(self._local, "rasters", None)
        if rasters is None:
            rasters = self._local.rasters = _ThreadRasters(self._max_open)
            with self._lock:
                self._threads.add(rasters)
        return rasters


def _key(source: RasterSource, token: str) -> _Key:
    try:
        status = source.path.stat()
    except OSError as error:
        raise RasterReadError(f"{source.path} could not be opened ({error.strerror or error}).") from error
    return source, status.st_mtime_ns, status.st_size, token
