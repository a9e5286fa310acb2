"""Memory that was freed goes back to the system."""

from __future__ import annotations

import platform
import resource
from pathlib import Path

import numpy as np
import pytest

from detectors.inference.predictor import release_freed_memory


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed and can be asked for it"
)
def test_freed_memory_between_used_pieces_is_released() -> None:
    pieces = [np.ones(100_000, np.uint8) for _ in range(3000)]
    kept = pieces[::100]
    full = resident_mb()
    del pieces
    release_freed_memory()
    assert resident_mb() < full - 200
    assert all(piece.all() for piece in kept)
