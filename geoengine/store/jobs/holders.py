"""The processes that work on jobs: what one is called, and whether it is still there."""

from __future__ import annotations

import os
import socket
from datetime import datetime

from geoengine.model import utc_now

STALE_S = 60.0
"""A process that has said nothing for so long is taken for dead."""


def holder_name() -> str:
    """The name of this process: ``host:pid``."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_gone(holder: str | None, heartbeat: str | None) -> bool:
    """Whether nobody works on a job any more: nobody ever said so, or who did is dead or silent.

    Args:
        holder: its name, or None.
        heartbeat: when it was last heard of, UTC ISO 8601, or None.
    """
    if holder is None or heartbeat is None:
        return True
    silent = datetime.fromisoformat(utc_now()) - datetime.fromisoformat(heartbeat)
    return silent.total_seconds() > STALE_S or _has_ended(holder)


def _has_ended(holder: str) -> bool:
    """Whether it is a process of this machine that is not there; of another machine's nothing is known."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
