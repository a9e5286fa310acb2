"""Leases: names of the workers that claim jobs, and the time after which a silent worker loses its job."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import uuid
from datetime import datetime
from pathlib import Path

from geoengine.model import utc_now

STALE_S = 60.0
"""Seconds after its last heartbeat until a lease expires."""

_TOKEN = secrets.token_hex(4)


def worker_name() -> str:
    """Return the name of this process: ``host:pid:system:start:token``.

    Containers share a host name, and process numbers are given again. `system` tells one boot of one kernel and one
    space of process numbers from another, `start` the processes that had a number one after the other.
    """
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_system()}:{_start(pid)}:{_TOKEN}"


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
    """Return True if it is a process of this system that has ended; of other systems nothing is known."""
    host, *identity = worker.rsplit(":", 4)
    if host != socket.gethostname() or len(identity) != 4:
        return False
    pid, system, start, _token = identity
    if system != _system() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _start(int(pid)) != start


def _system() -> str:
    """Return a short name of this boot of the kernel and of the space that this process's number belongs to."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = os.readlink("/proc/self/ns/pid")
    except OSError:  # no Linux
        boot, space = str(uuid.getnode()), ""
    return hashlib.sha256(f"{boot}{space}".encode()).hexdigest()[:8]


def _start(pid: int) -> str:
    """Return when a process began, in clock ticks since the boot; empty where the system does not say."""
    try:
        # The second field is the command's name in parentheses, which may have any character in it.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return fields[19]
    except (OSError, IndexError):
        return ""
