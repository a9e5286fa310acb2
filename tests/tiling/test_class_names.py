"""Tests of `tiling.class_names`."""

from __future__ import annotations

import pytest

from tiling.class_names import ClassNames, class_text
from tiling.errors import ClassNameError


@pytest.mark.parametrize("name", ["small-car", "Small Car", " SMALL_CAR ", "small  car", "small_-car"])
def test_one_class_written_in_many_ways(name: str) -> None:
    assert ClassNames(["small-car", "ship"]).find(name) == "small-car"


@pytest.mark.parametrize("value", [3, 3.0, "3", " 3"])
def test_a_number_is_a_class(value: object) -> None:
    assert ClassNames(["3", "30"]).find(value) == "3"


@pytest.mark.parametrize("value", [None, float("nan"), "", "  "])
def test_nothing_is_no_class(value: object) -> None:
    assert class_text(value) is None
    assert ClassNames(["nan", "None"]).find(value) is None


def test_the_same_spelling_wins_and_two_that_are_alike_are_no_guess() -> None:
    names = ClassNames(["ship", "Ship"])
    assert names.find("Ship") == "Ship"
    assert names.find("ship") == "ship"
    assert names.find("SHIP") is None


def test_renamed_and_without_partner() -> None:
    names = ClassNames(["boat", "dock"], {"Ship": "boat", "harbor": "DOCK"})
    assert names.find("ship") == "boat"
    assert names.find("harbor") == "dock"
    assert names.without_partner(["ship", "crane", None, "Crane", "crane", 7.0]) == ["crane", "Crane", "7"]


def test_a_mapping_to_what_is_not_there_is_refused() -> None:
    with pytest.raises(ClassNameError, match="'boot', expected one of: boat, dock"):
        ClassNames(["boat", "dock"], {"ship": "boot"})
    with pytest.raises(ClassNameError, match="two classes: boat, dock"):
        ClassNames(["boat", "dock"], {"ship": "boat", "SHIP": "dock"})
