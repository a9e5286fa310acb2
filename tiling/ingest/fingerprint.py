"""Fingerprints of rasters as files: the same one means the same bytes, and nothing is read for it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tiling.access.folder_names import is_settled
from tiling.access.side_cars import side_cars


def fingerprint(path: Path) -> str | None:
    """Return a text that differs after any change of a file or of its side-cars, by size, times and file number.

    Status-change times cannot be set back as modification times can, and a file that is put in place of another has
    another number; both are part of it.

    Args:
        path: the file, symbolic links followed.

    Returns:
        None where a file is not there, or changed so recently that the next change may leave its times as they are.
    """
    now = time.time()
    states = {}
    try:
        for suffix, file in {"": path, **side_cars(path)}.items():
            status = os.stat(file)
            if not is_settled(status, now):
                return None
            states[suffix] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    except OSError:
        return None
    return json.dumps(states, sort_keys=True)
