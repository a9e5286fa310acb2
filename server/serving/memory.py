"""Memory of a process with many threads, kept together."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads take memory from a few pools, where the C library is glibc; elsewhere do nothing.

    glibc gives each thread a pool of its own, up to eight for each processor, and a pool keeps what was freed in it: a
    process with twenty threads grows for minutes to many times what it uses.
    """
    try:
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, _ARENAS)
    except (OSError, AttributeError):
        return
