"""Trouble of the machine: a full disk, a failed write, no memory. It is never the fault of the work in hand."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

from geoengine.errors import GeoEngineError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TROUBLE = _FULL | {errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EPIPE}
# What SQLite and the loader of shared libraries say where they have no error number to give.
_NO_MEMORY = ("can't allocate memory", "out of memory")  # torch's, of a processor and of a device
_SENTENCES = (
    "disk is full",
    "disk i/o error",
    "readonly database",
    "cannot allocate memory",
    "failed to map segment",
)


class MachineError(GeoEngineError, OSError):
    """The machine cannot go on: no room, no memory, or a device that fails. The same command goes on later."""


def machine_trouble(error: BaseException) -> str | None:
    """Return what is wrong with the machine in a few words, or None for an error of any other kind.

    The error's causes are looked at too: a library's own error often hides the one of the system.
    """
    for one in _chain(error):
        if isinstance(one, MachineError):
            return str(one)
        if isinstance(one, MemoryError):
            return "the machine is out of memory"
        if isinstance(one, OSError) and one.errno in _FULL:
            return f"the disk is full{_where(one)}"
        if isinstance(one, OSError) and one.errno in _TROUBLE:
            return f"{(one.strerror or errno.errorcode[one.errno]).lower()}{_where(one)}"
        if isinstance(one, ImportError | RuntimeError) or _is_of_sqlite(one):
            said = str(one).lower()
            if any(sentence in said for sentence in _NO_MEMORY):
                return "out of memory; a smaller --batch needs less"
            if any(sentence in said for sentence in _SENTENCES):
                return "the disk is full" if "disk is full" in said else " ".join(said.split())
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    left = [error]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        # `orig` is where SQLAlchemy keeps the driver's error.
        left += [
            cause
            for cause in (one.__cause__, one.__context__, getattr(one, "orig", None))
            if isinstance(cause, BaseException)
        ]


def _is_of_sqlite(error: BaseException) -> bool:
    module = sys.modules.get("sqlite3")
    return module is not None and isinstance(error, module.Error)


def _where(error: OSError) -> str:
    return f" ({error.filename!s})" if error.filename else ""
