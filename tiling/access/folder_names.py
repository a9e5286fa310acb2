"""Names of the files in a folder, listed once for the thousands of rasters in it."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

CLOCK_SECONDS = 2.0
"""Coarsest step of a file system's clock (FAT): what changed within it may change again and keep its time."""

_MOST_FOLDERS = 16


@dataclass(frozen=True)
class FolderNames:
    """Names in a folder.

    Attributes:
        ordered: the names, sorted.
        lower: the names in lower case, for file systems that take them so.
    """

    ordered: tuple[str, ...]
    lower: frozenset[str]


_lock = threading.Lock()
_known: OrderedDict[str, tuple[tuple[int, ...], FolderNames]] = OrderedDict()


def names_in(folder: str) -> FolderNames | None:
    """Return the names in a folder as they are now; None where it cannot be listed, such as without that right.

    A folder is listed again after its time has changed, and while it changed too recently for its time to tell.
    """
    try:
        status = os.stat(folder)
        stamp = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
        with _lock:
            known = _known.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        listed_at = time.time()
        names = os.listdir(folder)
    except OSError:
        return None
    found = FolderNames(tuple(sorted(names)), frozenset(name.lower() for name in names))
    if is_settled(status, listed_at):
        with _lock:
            _known[folder] = (stamp, found)
            while len(_known) > _MOST_FOLDERS:
                _known.popitem(last=False)
    return found


def is_settled(status: os.stat_result, now: float) -> bool:
    """Return whether any later change of a file or folder shows in its times, which are of a coarse clock."""
    return max(status.st_mtime, status.st_ctime) < now - CLOCK_SECONDS
