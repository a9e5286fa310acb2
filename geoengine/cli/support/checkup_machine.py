"""Checks of `geoengine doctor` on the machine: disk, memory and browser; and what a check finds."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

OK, NOTE, BAD = "ok", "note", "bad"
NETWORK_DISKS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "lustre",
    "gpfs",
    "beegfs",
    "ceph",
    "9p",
    "afs",
}
LOW_DISK_BYTES = 5 * 1024**3
LOW_MEMORY_BYTES = 4 * 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "microsoft-edge")


@dataclass(frozen=True)
class Finding:
    """Result of one check.

    Attributes:
        name: What was looked at.
        level: `OK`, `NOTE` (works, but worth knowing) or `BAD` (something will not work).
        found: What there is.
        advice: What to do about it, "" where nothing needs doing.
    """

    name: str
    level: str
    found: str
    advice: str = ""


def disk(directory: Path) -> Finding:
    """Check the free space and the kind of the disk that `directory` is on."""
    there = directory.resolve()
    while not there.exists():
        there = there.parent
    usage = shutil.disk_usage(there)
    kind = filesystem_of(there, Path("/proc/mounts"))
    found = f"{usage.free / 1024**3:.0f} GiB free of {usage.total / 1024**3:.0f} at {there}" + (
        f" ({kind})" if kind else ""
    )
    if not os.access(there, os.W_OK):
        return Finding("disk", BAD, f"{there} is not writable", "work in a directory of your own, or use -p")
    if kind in NETWORK_DISKS:
        return Finding(
            "disk", BAD, found, "a project's database belongs on a local disk: locks fail on network ones"
        )
    if usage.free < LOW_DISK_BYTES:
        return Finding("disk", NOTE, found, "copies of large scenes may not fit")
    return Finding("disk", OK, found)


def filesystem_of(path: Path, mounts: Path) -> str | None:
    """Return the kind of the file system of `path` by the table `mounts`; None where there is no such table."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    best, kind = "", None
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def memory() -> Finding:
    """Check the available memory."""
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return Finding("memory", NOTE, "unknown on this system")
    match = re.search(r"MemAvailable:\s+(\d+) kB", text)
    if not match:
        return Finding("memory", NOTE, "unknown on this system")
    available = int(match[1]) * 1024
    found = f"{available / 1024**3:.1f} GiB available, {os.cpu_count()} cores"
    if available < LOW_MEMORY_BYTES:
        return Finding("memory", NOTE, found, "use a small --batch")
    return Finding("memory", OK, found)


def browser() -> Finding:
    """Check for a browser that can show the map on this machine."""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found:
        return Finding("browser", OK, found)
    return Finding(
        "browser",
        NOTE,
        "none on this machine",
        "open the map from a machine that reaches the port, or tunnel it",
    )
