"""The packages we ship: whole, small, honest about themselves, and they find something."""

from __future__ import annotations

import pytest

from detectors.model_package.registry import SHIPPED, Registry

NAMES = ("overhead", "vhr10")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_package_is_whole_and_says_what_it_is(name: str) -> None:
    package = Registry().get(name)
    assert package.directory == SHIPPED / name
    package.check_weights()
    assert package.weights.stat().st_size <= 20e6
    card = package.card
    assert card.description
    assert card.licence
    assert all(source["licence"] and source["origin"] for source in card.sources)
    assert set(card.metrics) >= set(card.class_keys)
    assert card.training["steps"] > 0
    assert card.notes
