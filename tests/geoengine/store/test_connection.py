"""A database that another process has locked: reading says so in bounded time, and a write tells how long it waits."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from geoengine.errors import StoreError
from geoengine.store.connection import Database
from geoengine.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store.open(tmp_path / "geoengine.db", create=True).close()
    return tmp_path / "geoengine.db"


def test_a_write_lock_leaves_it_readable(path: Path) -> None:
    database = Database(path, create=False, busy_timeout_s=5)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert database.is_readable(0.1)
        assert database.lock_wait() == 0

        def write() -> None:
            with database.write():
                pass

        thread = threading.Thread(target=write)
        thread.start()
        until = time.monotonic() + 5
        while database.lock_wait() < 0.3:
            assert time.monotonic() < until
            time.sleep(0.02)
        other.execute("ROLLBACK")
        thread.join()
        assert database.lock_wait() == 0
    finally:
        other.close()
        database.close()


def test_a_whole_lock_is_said_in_time(path: Path) -> None:
    database = Database(path, create=False, busy_timeout_s=5)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert not database.is_readable(0.2)
        assert time.monotonic() - began < 3
    assert database.is_readable(0.2)
    database.close()


def test_damage_is_an_error(path: Path) -> None:
    database = Database(path, create=False, busy_timeout_s=5)
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError):
        database.is_readable(0.2)
    path.unlink()
    with pytest.raises(StoreError):
        database.is_readable(0.2)
    assert not path.exists()


def test_only_what_writes_need_for_a_moment_is_in_memory(path: Path) -> None:
    database = Database(path, create=False, busy_timeout_s=5)
    for block, kept in ((database.write, 2), (database.read, 0), (database.write, 2)):
        with block() as connection:
            assert connection.exec_driver_sql("PRAGMA temp_store").scalar_one() == kept
    database.close()
