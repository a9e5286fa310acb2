"""Tests of `tiling.vectors.json_stream`."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiling.vectors import json_stream
from tiling.vectors.json_stream import JsonStream

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES), st.integers(1, 40), st.sampled_from([None, 2]))
def test_any_cut_of_the_text_gives_the_same_values(
    document: dict[str, Any], chunk: int, indent: int | None
) -> None:
    text = json.dumps(document, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        stream = JsonStream(io.StringIO(text))
        found = {key: stream.value() for key in stream.members()}
        assert stream.peek() == ""
    assert found == document


def test_elements_one_by_one() -> None:
    stream = JsonStream(io.StringIO(' [1, {"a": [2]} ,"x"] '))
    assert list(stream.elements()) == [1, {"a": [2]}, "x"]
    assert list(JsonStream(io.StringIO("[ ]")).elements()) == []


@pytest.mark.parametrize("text", ['{"a": 1', '{"a": }', '{"a" 1}', '{"a": tru}', '{"a": 1,}', "{1: 2}", "["])
def test_what_is_no_json_is_an_error(text: str) -> None:
    stream = JsonStream(io.StringIO(text))
    with pytest.raises(ValueError, match="character"):
        [stream.value() for _ in stream.members()]


def test_an_error_in_the_middle_does_not_read_the_rest() -> None:
    file = io.StringIO('{"a": oops, "b": "' + "x" * 10_000_000 + '"}')
    stream = JsonStream(file)
    with pytest.raises(ValueError, match="character 6"):
        [stream.value() for _ in stream.members()]
    assert file.tell() < 5_000_000
