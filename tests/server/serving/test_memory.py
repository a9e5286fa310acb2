"""Tests of `server.serving.memory`."""

from __future__ import annotations

import subprocess
import sys


def test_threads_share_pools_of_memory() -> None:
    """In a process of its own: it holds for all that comes after."""
    code = "from server.serving.memory import share_arenas; share_arenas(); share_arenas()"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
