"""Tests of `detectors.coco.values`."""

from __future__ import annotations

import pytest

from detectors.coco.values import id_key, read_box, read_size


def test_ids_are_compared_whatever_their_type() -> None:
    assert len({id_key(value) for value in (7, 7.0, "7", " 7 ")}) == 1
    assert len({id_key(value) for value in ("007", 7, 7.5, "7.5", "a")}) == 5
    assert id_key(10**30) == 10**30
    assert id_key("-3") == -3
    assert {id_key(value) for value in (None, True, "", float("nan"), [1], {})} == {None}


@pytest.mark.parametrize("value", [0, -1, 3.5, "9", None, True, float("inf"), 1e300])
def test_a_size_is_a_whole_number_of_pixels(value: object) -> None:
    assert read_size(value) is None
    assert read_size(9.0) == 9


def test_a_box_has_four_numbers() -> None:
    assert read_box([1, 2, 3, 4]) == ((1, 2, 3, 4), False)
    assert read_box([1, 2, -3, 4]) == ((-2, 2, 3, 4), True)
    assert read_box([1, 2, 3, False]) is None
    assert read_box((1, 2, 3, 4)) is None
