"""The cache of encoded tiles: bounded, shared, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.http.memory_cache import ENTRY_BYTES
from server.tiles import cache as module
from server.tiles.cache import TileCache


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_another_process_finds_what_was_kept(tmp_path: Path) -> None:
    TileCache(tmp_path).put("a", [b"one", b"", b"three"])
    assert TileCache(tmp_path).get("a") == (b"one", b"", b"three")
    assert TileCache(tmp_path).get("b") is None


def test_nothing_on_disk_where_the_bound_is_nought(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "x", 0)
    cache.put("a", [b"one"])
    assert cache.get("a") == (b"one",)
    assert not (tmp_path / "x").exists()


def test_the_least_recently_used_tiles_are_deleted_first(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, 100_000)
    cache._unswept = -1_000_000  # not by itself, in the middle of the test
    for number in range(20):
        cache.put(str(number), [bytes(10_000)])
        path = cache._path(str(number))
        os.utime(path, (number, number))
    assert cache.get("0") is not None
    assert TileCache(tmp_path, 100_000).get("3") is not None, "and with that it is new again"
    cache.sweep()
    sizes = sum(path.stat().st_size for path in files(tmp_path))
    assert 50_000 < sizes <= 90_000
    fresh = TileCache(tmp_path)
    assert fresh.get("3") is not None
    assert fresh.get("19") is not None
    assert fresh.get("5") is None


@pytest.mark.parametrize("damage", [b"", b"GETILE1\0", b"GETILE1\0\xff\xff\xff\xff", b"x" * 100])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    cache = TileCache(tmp_path)
    cache.put("a", [b"one"])
    cache._path("a").write_bytes(damage)
    assert TileCache(tmp_path).get("a") is None


def test_a_disk_that_cannot_be_written_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = TileCache(tmp_path / "file" / "tiles")
    for name in "abc":
        cache.put(name, [b"one"])
        assert cache.get(name) == (b"one",)
    assert caplog.text.count("not cached") == 1


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY_BYTES", 2 * ENTRY_BYTES + 1000)
    cache = TileCache(tmp_path, 0)
    for name in "abcd":
        cache.put(name, [bytes(400)])
    assert [cache.get(name) is not None for name in "abcd"] == [False, False, True, True]


def test_a_sweep_that_fails_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = TileCache(tmp_path, 1000)

    def failing(self: TileCache) -> int:
        raise OSError("no such disk")

    with monkeypatch.context() as patch:
        patch.setattr(TileCache, "sweep", failing)
        cache._sweep_watched()
    assert cache.problem == f"cached tiles in {tmp_path} cannot be removed: no such disk"
    cache._sweep_watched()
    assert cache.problem is None
