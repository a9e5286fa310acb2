"""Leases: names of the workers that claim jobs, and the time after which a silent worker loses its job."""

from __future__ import annotations

import os
import socket
from datetime import datetime

from geoengine.model import utc_now

STALE_S = 60.0
"""Seconds after its last heartbeat until a lease expires."""


def worker_name() -> str:
    """Return the name of this process: ``host:pid``."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_expired(worker: str | None, heartbeat: str | None) -> bool:
    """Return True if no worker holds a job any more.

    Args:
        worker: Name of the worker that claimed the job, or None where none did.
        heartbeat: Time of its last heartbeat, UTC ISO 8601, or None.
    """
    if worker is None or heartbeat is None:
        return True
    silent = datetime.fromisoformat(utc_now()) - datetime.fromisoformat(heartbeat)
    return silent.total_seconds() > STALE_S or _has_ended(worker)


def _has_ended(worker: str) -> bool:
    """Return True if it is a process of this machine that has ended; of other machines nothing is known."""
    host, _, pid = worker.rpartition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
