"""Reading of model.json: by the declared types, nothing converted, nothing unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import PackageError
from detectors.model_package.card import CARD_FILE, ClassInfo, ModelCard
from detectors.model_package.card_file import MAX_CARD_BYTES, check_card, read_card

CARD = ModelCard("test", "1", "", "none", (ClassInfo("house", "polygon"),), 0.125, (0.07, 0.25), "ab" * 32)


def write(folder: Path, **changes: Any) -> Path:
    values = json.loads(CARD.to_json()) | changes
    (folder / CARD_FILE).write_text(json.dumps(values))
    return folder


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_card(write(tmp_path)) == CARD
    (tmp_path / CARD_FILE).write_bytes(b"\xef\xbb\xbf" + CARD.to_json().encode())
    assert read_card(tmp_path) == CARD
    check_card(CARD)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gsd_m": "0.125"}, "gsd_m is '0.125', expected"),
        ({"colour": "red"}, "'colour' is unknown"),
        ({"classes": [{"geometry": "polygon"}]}, "is missing"),
        ({"name": "\x1b[31mtest"}, r"name holds the control character U\+001B"),
        ({"sha256": "AB" * 32}, "expected 64 hexadecimal digits in lower case"),
        ({"format": 99}, "update GeoEngine"),
        ({"format": "1"}, "expected a whole number"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(PackageError, match=message):
        read_card(write(tmp_path, **changes))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "holds a list"),
        ("{", "cannot be read as JSON"),
        (" " * (MAX_CARD_BYTES + 1), "expected at most"),
    ],
)
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / CARD_FILE).write_text(text)
    with pytest.raises(PackageError, match=message):
        read_card(tmp_path)


def test_a_folder_without_a_card_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="is not a model package"):
        read_card(tmp_path)
