"""Databases on disks that cannot be written, such as archives: nothing is made beside them, and nothing old is read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from geoengine.errors import StoreError

_SAID = {"unsure": "0", "note": "''", "confidence": "''"}
_LATER = {
    "features": _SAID,
    "revisions": _SAID,
    "classes": {"attributes": "'[]'", "shape": "'free'", "parent": "NULL", "geometry": "'polygon'"},
    "completions": {"area": "NULL"},
}
"""For tables of an older schema: columns that it may lack, and what stands in for each."""

Stamp = tuple[int, int, int, bool]


class ReadOnlyError(StoreError):
    """A change was asked of a project that cannot be written."""

    def __init__(self, path: Path) -> None:
        """Make the sentence from the database's path."""
        super().__init__(
            f"{path.parent} is read-only, so nothing in it can be changed; copy it to a disk that can be written"
        )


def is_writable(path: Path) -> bool:
    """Return whether a database can be written, for which SQLite makes files beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def read_only_uri(path: Path) -> str:
    """Return the URI by which SQLite reads a database without writing anything.

    Beside a write-ahead log, SQLite reads that too, if the log's index is there; another process may write on then.
    Without one the file is all there is, and SQLite must be told so, for it cannot make the log.

    Raises:
        StoreError: A log holds changes that cannot be read from here.
    """
    uri = path.absolute().as_uri()
    log, journal = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal"))
    if log.exists() and _can_read(f"{uri}?mode=ro"):
        return f"{uri}?mode=ro"
    for file in (log, journal):
        if file.exists() and file.stat().st_size:
            raise StoreError(
                f"{path} has changes in {file.name} that cannot be read on a read-only disk; expected all in the "
                "database: open the project once where it can be written (geoengine status)"
            )
    return f"{uri}?immutable=1"


def show_later_columns(cursor: sqlite3.Cursor) -> None:
    """Add the columns that an older schema lacks, for this connection alone: temporary views hide its tables."""
    for table, later in _LATER.items():
        there = {row[1] for row in cursor.execute(f"PRAGMA main.table_info({table})")}
        columns = ", ".join(f"{value} AS {name}" for name, value in later.items() if name not in there)
        if there and columns:
            view = f"CREATE TEMP VIEW {table} AS SELECT *, {columns} FROM main.{table}"  # noqa: S608 - as above
            cursor.execute(view)


def stamp(path: Path) -> Stamp:
    """Return the state of a database file that is read as one that nobody changes.

    Raises:
        OSError: It is gone.
    """
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns, os.path.exists(f"{path}-wal")


def _can_read(uri: str) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.OperationalError:
        return False
    return True
