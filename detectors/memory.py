"""How this process gets the memory for tensors, and gives it back.

Importing this, before torch first needs memory, has torch ask for large pages for large tensors (Linux, where the
machine leaves it to the process): fewer pages to fetch make the network some percent faster on a processor.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache

os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def give_back() -> None:
    """Return freed memory to the system, where the C library is glibc; elsewhere do nothing.

    glibc keeps what lies between pieces that are in use. A network's tensors come and go by the hundred megabytes, and
    after some blocks three quarters of what a process had was free and still its own.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return lambda _: None
    return trim
