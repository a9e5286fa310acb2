"""Atomic writes: a reader sees the old file or the new one, never a part of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterable
from pathlib import Path

_SUFFIX = ".part"


def atomic_write(path: Path, content: bytes | Iterable[bytes]) -> Path:
    """Write `content` under a temporary name beside `path`, make it durable and rename it.

    Args:
        path: The file to make or replace; a symbolic link is followed, an existing file keeps its mode.
        content: The bytes, or pieces of them that are written as they come.

    Returns:
        `path`.

    Raises:
        OSError: The disk is full, the directory is missing or not writable, … The old file is intact and
            the temporary one is gone; the same holds for whatever the iterable raises.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:200]}.{secrets.token_hex(6)}{_SUFFIX}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            with contextlib.suppress(FileNotFoundError):
                os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
            for piece in (content,) if isinstance(content, bytes) else content:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_directory(target.parent)
    return path


def sweep_temporaries(directory: Path, older_than_s: float = 600.0) -> int:
    """Remove temporary files that killed writers left in `directory`.

    A file that still grows has a fresh modification time and is left alone.

    Returns:
        How many files were removed.
    """
    removed = 0
    limit = time.time() - older_than_s
    for path in directory.glob(f".*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime <= limit:
                path.unlink()
                removed += 1
    return removed


def _sync_directory(directory: Path) -> None:
    """Make the rename itself durable, where the platform can open a directory."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
