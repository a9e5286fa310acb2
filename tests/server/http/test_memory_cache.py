"""Cache in memory: bounded, and the least recently read value goes first."""

from __future__ import annotations

from server.http.memory_cache import ENTRY_BYTES, MemoryCache

TWO = 2 * (ENTRY_BYTES + 1)
"""What two entries with keys of one letter take besides their values."""


def test_the_least_recently_read_value_is_evicted() -> None:
    cache: MemoryCache[str, bytes] = MemoryCache(TWO + 10, len)
    cache.put("a", b"12345")
    cache.put("b", b"12345")
    assert cache.get("a") == b"12345"
    cache.put("c", b"12345")
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_value_replaces_the_previous_one_and_a_too_large_one_is_not_cached() -> None:
    cache: MemoryCache[str, bytes] = MemoryCache(TWO + 10, len)
    cache.put("a", b"12345")
    cache.put("b", b"12345")
    cache.put("b", b"1234567")
    assert cache.get("a") is None
    assert cache.get("b") == b"1234567"
    cache.put("b", b"12345")
    cache.put("c", b"12345")
    assert cache.get("b") == cache.get("c") == b"12345"
    cache.put("d", bytes(TWO + 11))
    assert cache.get("d") is None


def test_keys_count() -> None:
    cache: MemoryCache[tuple[str, int], bytes] = MemoryCache(TWO + 10, len)
    for number in range(5):
        cache.put(("long" * 150, number), b"")
    assert [cache.get(("long" * 150, number)) is None for number in range(5)] == [True] * 4 + [False]
