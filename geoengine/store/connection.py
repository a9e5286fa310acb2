"""Connection to SQLite: settings, transactions, and database errors as one sentence."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from geoengine.errors import StoreError
from geoengine.store.read_only import ReadOnlyError, is_writable, read_only_uri, show_later_columns, stamp

_WRITES = "geoengine_writes"


class Database:
    """A SQLite file, shared by threads: any number of readers, one writer at a time.

    WAL, so that readers never wait for the writer; ``synchronous=FULL``, so that a commit is on the disk
    before it returns.
    """

    def __init__(self, path: Path, *, create: bool, busy_timeout_s: float) -> None:
        """Open the database, or create it."""
        if not create and not path.is_file():
            raise StoreError(f"{path} is missing, expected the project's database there")
        self.path = path
        self.is_read_only = path.is_file() and not is_writable(path)
        self._uri = read_only_uri(path) if self.is_read_only else ""
        self._unchanged = stamp(path) if self._uri.endswith("immutable=1") else None
        self._busy_timeout_ms = int(busy_timeout_s * 1000)
        # Threads of this process queue here, in order and without polling; SQLite's own lock, which does
        # poll, is left for other processes.
        self._writing = threading.RLock()
        self._waiting_since: float | None = None
        self._watching = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._engine = sa.create_engine(
            URL.create("sqlite", database=str(path)),
            pool_size=8,
            max_overflow=24,
            creator=self._connect,
        )
        event.listen(self._engine, "connect", self._on_connect)
        event.listen(self._engine, "begin", _on_begin)

    def close(self) -> None:
        """Close every connection."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._engine.dispose()

    def changes(self) -> int:
        """Return a number that differs after any commit by any process.

        It costs some microseconds: SQLite's data_version, of a connection that never writes.
        """
        with self._errors(), self._watching:
            if self._watcher is None:
                self._watcher = self._connect()
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction: everything in it is of one moment."""
        self._check_unchanged()
        with self._errors(), self._engine.connect() as connection, connection.begin():
            yield connection
        self._check_unchanged()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a write transaction, committed at the end of the block and rolled back on any exception."""
        self.check_writable()
        with self._errors(), self._writing, self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            self._waiting_since = time.monotonic()
            try:
                transaction = connection.begin()  # waits for the lock where another process has it
            finally:
                self._waiting_since = None
            with transaction:
                yield connection

    def check_writable(self) -> None:
        """Raise `ReadOnlyError` where nothing can be written."""
        if self.is_read_only:
            raise ReadOnlyError(self.path)

    def lock_wait(self) -> float:
        """Return for how many seconds a write has been waiting for another process's lock; 0 where none is."""
        since = self._waiting_since
        return 0.0 if since is None else time.monotonic() - since

    def is_readable(self, timeout_s: float) -> bool:
        """Return whether the database can be read within `timeout_s`; False where another process locks it whole.

        Raises:
            StoreError: It cannot be read at all.
        """
        with self._errors():
            connection = sqlite3.connect(
                self._uri or f"{self.path.absolute().as_uri()}?mode=rw", timeout=timeout_s, uri=True
            )
            try:
                connection.execute("SELECT 1 FROM classes LIMIT 1").fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                return False
            finally:
                connection.close()
            return True

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._uri or self.path,
            timeout=self._busy_timeout_ms / 1000,
            isolation_level=None,
            check_same_thread=False,
            uri=bool(self._uri),
        )

    def _check_unchanged(self) -> None:
        """Refuse to read a database as one that nobody changes, after somebody has changed it."""
        if self._unchanged is None:
            return
        try:
            same = stamp(self.path) == self._unchanged
        except OSError:
            same = False
        if not same:
            raise StoreError(
                f"{self.path} was changed while it was open read-only; start again to read it as it is"
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"database {self.path} failed: {cause}; nothing was changed") from error
        except sqlite3.Error as error:  # from the connect event, where SQLAlchemy does not wrap
            raise StoreError(f"database {self.path} failed: {error}; nothing was changed") from error

    def _on_connect(self, connection: Any, _record: ConnectionPoolEntry) -> None:
        # SQLite's own functions know the capitals of ASCII alone.
        connection.create_function("casefold", 1, lambda text: str(text).casefold(), deterministic=True)
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {self._busy_timeout_ms:d}")
            if not self.is_read_only:
                _use_wal(cursor, self._busy_timeout_ms / 1000)
                cursor.execute("PRAGMA synchronous = FULL")
                cursor.execute("PRAGMA foreign_keys = ON")
            else:
                show_later_columns(cursor)
        finally:
            cursor.close()


def _use_wal(cursor: sqlite3.Cursor, timeout_s: float) -> None:
    """Switch to write-ahead logging, which SQLite refuses at once, without waiting, while another one does so too."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _on_begin(connection: Connection) -> None:
    # The sqlite3 module would begin late and without a lock (isolation_level=None stops it): a transaction
    # that reads first and writes then could fail half way. A writer takes the lock at once instead.
    writes = connection.get_execution_options().get(_WRITES, False)
    driver = connection.connection.driver_connection
    if driver is not None:
        # The triggers of each row keep a journal of their own: as a file, it takes a third of the time of an insert.
        # What a read sorts may need more than the memory.
        driver.execute(f"PRAGMA temp_store = {'MEMORY' if writes else 'DEFAULT'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
