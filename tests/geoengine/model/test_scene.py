"""Keys and nodata values of scenes as text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.model.scene import nodata_json, slugify
from tests.support.examples import examples


@given(st.text(max_size=300))
@examples(50)
def test_any_name_gives_a_key_that_a_scene_may_have(name: str) -> None:
    key = slugify(name)
    assert 0 < len(key) <= 80
    assert key.isascii()
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert slugify(key) == key


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), (0.0, 0.0), (-32768.0, -32768.0), ((0, 0, 255), [0, 0, 255])],
)
def test_nodata_values_are_json(value: float | tuple[int, ...] | None, expected: object) -> None:
    text = nodata_json(value)
    assert (None if text is None else json.loads(text)) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_values_that_json_lacks_are_strings(value: float) -> None:
    text = nodata_json(value)
    assert text is not None
    assert json.loads(text) == str(value)
