"""Cache of encoded tiles in memory and on disk; bounded, and shared by processes on disk.

An entry is the few tiles that are rendered together, in one file: their lengths, then their bytes. A file appears
complete or not at all. A cached tile can always be rendered again, so a full or read-only disk is no error.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import struct
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from server.http.memory_cache import MemoryCache

log = logging.getLogger(__name__)

DEFAULT_BYTES = 2_000_000_000
MEMORY_BYTES = 16_000_000

# After this many bytes written, the process checks the bound.
_SWEEP_EVERY = 64_000_000
# The time of a file that is read is updated at most once in this many seconds.
_TOUCH_S = 3600.0
_MAGIC = b"GETILE1\0"

Images = tuple[bytes, ...]


class TileCache:
    """Groups of encoded tiles by key.

    Args:
        directory: Folder of the files; made by the first write.
        max_bytes: Bound of the files in it; 0 writes nothing to disk.
    """

    def __init__(self, directory: Path, max_bytes: int = DEFAULT_BYTES) -> None:
        """Make a cache; nothing is read or written yet."""
        self._directory = directory
        self._max_bytes = max_bytes
        self._memory: MemoryCache[str, Images] = MemoryCache(
            MEMORY_BYTES, lambda images: sum(map(len, images))
        )
        self._lock = threading.Lock()
        self._sweeping = threading.Lock()
        # The first write checks what other processes, and earlier ones, have left.
        self._unswept = _SWEEP_EVERY
        self._failed = False
        self.problem: str | None = None
        """Why the last sweep failed, in one sentence; None where it did not."""

    def get(self, key: str) -> Images | None:
        """Return the images of a key, or None where they are not cached."""
        found = self._memory.get(key)
        if found is not None or self._max_bytes == 0:
            return found
        found = self._read(self._path(key))
        if found is not None:
            self._memory.put(key, found)
        return found

    def put(self, key: str, encoded: Sequence[bytes]) -> None:
        """Cache images under a key."""
        images = tuple(encoded)
        self._memory.put(key, images)
        if self._max_bytes == 0:
            return
        path = self._path(key)
        lengths = struct.pack(f"<I{len(images)}I", len(images), *(len(image) for image in images))
        data = b"".join((_MAGIC, lengths, *images))
        temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
        try:
            try:
                temporary.write_bytes(data)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(data)
            temporary.replace(path)
            self._failed = False
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            if not self._failed:
                log.warning("tiles are not cached in %s: %s", self._directory, error.strerror or error)
            self._failed = True
            return
        with self._lock:
            self._unswept += len(data)
            due = self._unswept >= _SWEEP_EVERY
            if due:
                self._unswept = 0
        if due:
            threading.Thread(target=self._sweep_watched, name="tile-cache", daemon=True).start()

    def _sweep_watched(self) -> None:
        """Sweep, and tell of a failure in `problem`; the next full share of writes sweeps again."""
        try:
            self.sweep()
        except Exception as error:
            log.exception("sweep of cached tiles")
            self.problem = f"cached tiles in {self._directory} cannot be removed: {error}"
        else:
            self.problem = None

    def sweep(self) -> int:
        """Delete the least recently used files, until nine tenths of the bound are left.

        Returns:
            The bytes deleted.
        """
        if not self._sweeping.acquire(blocking=False):
            return 0
        try:
            files = []
            for path in self._directory.glob("??/*"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    files.append((status.st_mtime, status.st_size, path))
            total = sum(size for _, size, _ in files)
            deleted = 0
            if total > self._max_bytes:
                for _, size, path in sorted(files):
                    if total - deleted <= self._max_bytes * 0.9:
                        break
                    # Another process may have been first.
                    with contextlib.suppress(OSError):
                        path.unlink()
                    deleted += size
            return deleted
        finally:
            self._sweeping.release()

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._directory / name[:2] / name[2:]

    def _read(self, path: Path) -> Images | None:
        try:
            with path.open("rb", buffering=0) as file:
                status = os.fstat(file.fileno())
                data = file.read()
                if time.time() - status.st_mtime > _TOUCH_S:
                    with contextlib.suppress(OSError):
                        os.utime(path)
        except OSError:
            return None
        return _unpacked(data)


def _unpacked(data: bytes) -> Images | None:
    """Return the images of a file's bytes; None where the file is damaged."""
    start = len(_MAGIC)
    if data[:start] != _MAGIC or len(data) < start + 4:
        return None
    (count,) = struct.unpack_from("<I", data, start)
    offset = start + 4 + 4 * count
    if not 0 < count <= 64 or len(data) < offset:
        return None
    images = []
    for length in struct.unpack_from(f"<{count}I", data, start + 4):
        images.append(data[offset : offset + length])
        offset += length
    return tuple(images) if offset == len(data) else None
