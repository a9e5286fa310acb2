"""Folders on a read-only disk, as far as this machine lets a test have one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """Yield `folder` as a read-only disk shows it: by a bind mount, else by its modes; skip where neither holds."""
    if os.geteuid() != 0:
        with _without_write_modes(folder):
            yield folder
        return
    seen = folder.with_name(f"{folder.name}-read-only")
    seen.mkdir()
    mounted = subprocess.run(["mount", "--bind", folder, seen], capture_output=True).returncode == 0
    try:
        remount = ["mount", "-o", "remount,ro,bind", seen]
        if not mounted or subprocess.run(remount, capture_output=True).returncode:
            pytest.skip("root ignores modes, and may not mount a read-only disk here")
        yield seen
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", seen], capture_output=True)
        seen.rmdir()


@contextmanager
def _without_write_modes(folder: Path) -> Iterator[None]:
    paths = [folder, *folder.rglob("*")]
    modes = [path.stat().st_mode for path in paths]
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and modification time of everything below a folder."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
