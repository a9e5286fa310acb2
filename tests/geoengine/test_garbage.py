"""The search for circular garbage is rarer for a while, and as before afterwards."""

from __future__ import annotations

import gc

import pytest

from geoengine.garbage import few_collections


def test_collections_are_rarer_until_the_block_ends() -> None:
    before = gc.get_threshold()
    with few_collections():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_an_error_ends_it_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), few_collections():
        _ = 1 / 0
    assert gc.get_threshold() == before
