"""The card of a package for outlines: found, read strictly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import OutlinePackageError
from detectors.outlines.outline_card import CARD_FILE, SamCard, find_package
from detectors.outlines.sam import SamPackage
from tests.support.sam_models import write_package


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_package(tmp_path / "discs")


def test_what_a_card_may_say_and_need_not(folder: Path) -> None:
    assert SamCard.read(folder / CARD_FILE).sources == []
    card = json.loads((folder / CARD_FILE).read_text()) | {
        "version": "0.1",
        "metrics": {"roof": {"click": 0.7}},
    }
    (folder / CARD_FILE).write_text(json.dumps(card))
    assert SamCard.read(folder / CARD_FILE).metrics == {"roof": {"click": 0.7}}


def test_it_is_found_by_its_card(folder: Path) -> None:
    assert find_package(folder.parent) == folder
    assert find_package(folder) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": {"encoder": "0" * 64, "decoder": "0" * 64}}, "encoder.onnx has sha256 .* expected 000"),
        ({"input_size": "big"}, "input_size is 'big', expected 16 to 4096"),
        ({"std": [1, 0, 1]}, "std is .* expected three numbers"),
        ({"colour": 1}, "the field 'colour' is missing or unknown"),
        ({"format": 2}, "card format 2, expected 1"),
        ({"name": " "}, "name is ' ', expected a text"),
    ],
)
def test_a_card_that_is_wrong_is_refused(folder: Path, change: dict[str, Any], message: str) -> None:
    card = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(card | change))
    with pytest.raises(OutlinePackageError, match=message):
        SamPackage.open(folder)
