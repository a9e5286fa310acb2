"""Atomic writes: a reader sees the old file or the new one, never a part of it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_SUFFIX = ".part"
_NAME = re.compile(r"\.(.+)\.[0-9a-f]{12}\.part")
# Between its making and its lock a file is not asked for the lock.
_JUST_MADE_S = 2.0


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
    temporary = _temporary(target)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            _is_free(descriptor)  # so that nobody sweeps it
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
    sync_directory(target.parent)
    return path


@contextlib.contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """Make a hidden folder beside `path` for files that go there when they are finished; it is gone afterwards."""
    folder = _temporary(path.absolute())
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        if descriptor is not None:
            _is_free(descriptor)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def sweep_temporaries(directory: Path, older_than_s: float = 600.0, of: str | None = None) -> int:
    """Remove temporary files and folders that killed writers left in `directory`.

    One whose writer is alive is locked; where the file system knows no locks, one that still grows has a fresh
    modification time.

    Args:
        directory: The folder.
        older_than_s: From which age on they are removed without asking for the lock.
        of: Only those of the file of this name: in a folder that is not ours, others are nobody's business.

    Returns:
        How many were removed.
    """
    removed = 0
    now = time.time()
    for path in directory.glob(f".*{_SUFFIX}"):
        found = _NAME.fullmatch(path.name)
        if found is None or of not in (None, found[1]):
            continue
        with contextlib.suppress(OSError):
            age = now - path.stat().st_mtime
            if age < older_than_s and (age < _JUST_MADE_S or not _is_left(path)):
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            removed += 1
    return removed


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name[:200]}.{secrets.token_hex(6)}{_SUFFIX}")


def _is_left(path: Path) -> bool:
    """Return True if no process writes a temporary file any more; False where that cannot be told."""
    if fcntl is None:
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return _is_free(descriptor)
    finally:
        os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    """Lock a file or folder until its descriptor is closed, however that happens; return False where it is locked."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sync_directory(directory: Path) -> None:
    """Make the rename itself durable, where the platform can open a directory."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
