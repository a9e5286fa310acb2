"""What is kept is bounded, and what was asked for lately stays."""

from __future__ import annotations

from server.http.memory_cache import ENTRY_BYTES, MemoryCache

TWO = 2 * (ENTRY_BYTES + 1)
"""What two entries with keys of one letter take besides their values."""


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    kept: MemoryCache[str, bytes] = MemoryCache(TWO + 10, len)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    assert kept.get("a") == b"12345"
    kept.put("c", b"12345")
    assert [kept.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_value_takes_the_place_of_the_earlier_one_and_one_too_large_is_not_kept() -> None:
    kept: MemoryCache[str, bytes] = MemoryCache(TWO + 10, len)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    kept.put("b", b"1234567")
    assert kept.get("a") is None
    assert kept.get("b") == b"1234567"
    kept.put("b", b"12345")
    kept.put("c", b"12345")
    assert kept.get("b") == kept.get("c") == b"12345"
    kept.put("d", bytes(TWO + 11))
    assert kept.get("d") is None


def test_keys_count() -> None:
    kept: MemoryCache[tuple[str, int], bytes] = MemoryCache(TWO + 10, len)
    for number in range(5):
        kept.put(("long" * 150, number), b"")
    assert [kept.get(("long" * 150, number)) is None for number in range(5)] == [True] * 4 + [False]
