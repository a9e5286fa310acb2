"""Tests of what counts as trouble of the machine."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from geoengine.errors import StoreError
from geoengine.machine import MachineError, machine_trouble
from tiling.errors import RasterReadError


def caused(error: Exception, cause: Exception) -> Exception:
    """Return an error that was raised from another one."""
    try:
        raise error from cause
    except Exception as raised:
        return raised


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/d/x"), "the disk is full (/d/x)"),
        (OSError(errno.EFBIG, "File too large"), "the disk is full"),
        (OSError(errno.EIO, "Input/output error", "/d/x"), "input/output error (/d/x)"),
        (MemoryError(), "the machine is out of memory"),
        (MachineError("no room"), "no room"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
            "out of memory",
        ),
        (ImportError("libtorch.so: failed to map segment from shared object"), "failed to map segment"),
        (
            OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
            "the disk is full",
        ),
        (
            caused(StoreError("cannot be written"), sqlite3.OperationalError("disk I/O error")),
            "disk i/o error",
        ),
        (caused(RasterReadError("x.tif"), OSError(errno.ENOSPC, "No space left")), "the disk is full"),
    ],
)
def test_trouble_of_the_machine(error: Exception, said: str) -> None:
    found = machine_trouble(error)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "/d/x"),
        PermissionError(errno.EACCES, "Permission denied", "/d/x"),
        RasterReadError("x.tif is damaged"),
        ImportError("No module named 'x'"),
        sqlite3.OperationalError("database is locked"),
        ValueError("the disk is full of numbers"),
    ],
)
def test_other_errors_are_not_the_machines(error: Exception) -> None:
    assert machine_trouble(error) is None


def test_a_circle_of_causes_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert machine_trouble(one) is None
