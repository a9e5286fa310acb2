"""Byte ranges of the features in a label file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoengine.exchange.geojson import LeftOut
from geoengine.tasks.labels.label_index import SEPARATOR, LabelIndex, signature_of

LINES = [b'{"id": 1}', b'{"id": 22}', b'{"id": 333}']
HEAD = b'{"features": [\n'


@pytest.fixture
def index(tmp_path: Path) -> LabelIndex:
    path = tmp_path / "town.geojson"
    path.write_bytes(HEAD + SEPARATOR.join(LINES) + b"\n]}")
    signature = signature_of(path)
    assert signature is not None
    lengths = np.array([len(line) for line in LINES], np.int64)
    left_out = {9: LeftOut("uid", "town", "has no polygon")}
    return LabelIndex(path, signature, 5, len(HEAD), np.array([1, 4, 7], np.int64), lengths, left_out)


def test_ranges_are_those_of_the_lines(index: LabelIndex) -> None:
    content = index.path.read_bytes()
    ranges = zip(index.starts.tolist(), index.lengths.tolist(), strict=True)
    assert [content[start : start + length] for start, length in ranges] == LINES


def test_an_index_comes_back_while_its_file_is_unchanged(index: LabelIndex, tmp_path: Path) -> None:
    stored = tmp_path / "cache" / "town.npz"
    index.save(stored)
    found = LabelIndex.load(stored, index.path)
    assert found is not None
    assert (found.signature, found.changeset, found.first) == (index.signature, 5, len(HEAD))
    assert (found.ids.tolist(), found.lengths.tolist()) == ([1, 4, 7], index.lengths.tolist())
    assert found.left_out == index.left_out
    index.path.write_bytes(index.path.read_bytes() + b"\n")
    assert LabelIndex.load(stored, index.path) is None


@pytest.mark.parametrize("damage", [b"", b"PK\3\4 no archive", b"\0" * 100])
def test_a_damaged_index_is_ignored(index: LabelIndex, tmp_path: Path, damage: bytes) -> None:
    stored = tmp_path / "town.npz"
    stored.write_bytes(damage)
    assert LabelIndex.load(stored, index.path) is None
    assert LabelIndex.load(tmp_path / "none.npz", index.path) is None
    assert LabelIndex.load(stored, tmp_path / "none.geojson") is None
