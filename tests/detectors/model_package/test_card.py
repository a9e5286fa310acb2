"""Model cards: read strictly, and the weights are the ones they describe."""

from __future__ import annotations

import hashlib
import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import PackageError, WeightsError
from detectors.model_package.card import CARD_FILE, CARD_FORMAT, WEIGHTS_FILE, ClassInfo
from detectors.model_package.card_file import load_package
from geoengine.model.checks import CLASS_KEY_PATTERN
from tests.support.toy_detector import toy_card

WEIGHTS = b"any bytes will do"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / WEIGHTS_FILE).write_bytes(WEIGHTS)
    card = replace(
        toy_card(sha256=hashlib.sha256(WEIGHTS).hexdigest()),
        sources=({"name": "town", "licence": "CC0"},),
        metrics={"house": {"iou_0.5": {"f1": 0.5}}},
        notes=("made up",),
    )
    (tmp_path / CARD_FILE).write_text(card.to_json())
    return tmp_path


def change(directory: Path, **values: Any) -> None:
    path = directory / CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_card_comes_back_as_it_was_written(directory: Path) -> None:
    package = load_package(directory)
    assert package.card.to_json() == (directory / CARD_FILE).read_text()
    assert package.card.class_keys == ("house", "tree")
    assert package.card.classes[1] == ClassInfo("tree", "box", "#009e73", 0.3)
    assert package.card.reference == f"toy 1 ({package.card.sha256[:12]})"
    package.check_weights()


def test_one_changed_byte_in_the_weights_is_noticed(directory: Path) -> None:
    (directory / WEIGHTS_FILE).write_bytes(WEIGHTS[:-1] + b"D")
    with pytest.raises(
        WeightsError, match=r"'toy': .*weights\.safetensors has sha256 .*its card says .*install"
    ):
        load_package(directory).check_weights()
    (directory / WEIGHTS_FILE).unlink()
    with pytest.raises(WeightsError, match="is missing"):
        load_package(directory).check_weights()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"format": CARD_FORMAT + 1},
            "is of card format 3, but this version reads up to 2; update GeoEngine",
        ),
        ({"format": "new"}, "format is 'new', expected a whole number"),
        ({"classes": []}, "expected at least one"),
        ({"classes": [{"key": "a", "geometry": "box"}] * 2}, "each once"),
        (
            {"classes": [{"key": "a", "geometry": "circle"}]},
            r"classes\[0\]\.geometry is 'circle', expected 'polygon' or",
        ),
        ({"classes": [{"key": "a", "geometry": "box", "min_score": 3}]}, "min_score is 3.0, expected 0 to 1"),
        ({"classes": [{"key": "a"}]}, r"the field 'classes\[0\]\.geometry' is missing"),
        ({"classes": [{"key": "a", "geometry": "box", "colour": "red"}]}, "colour"),
        ({"classes": ["a"]}, r"classes\[0\] is 'a', expected an object"),
        (
            {"classes": [{"key": "a", "geometry": "box", "calibration": {"slope": -1, "offset": 0}}]},
            "class 'a': the calibration's slope is -1.0, expected more than 0",
        ),
        ({"classes": [{"key": "a", "geometry": "box", "calibration": {"tilt": 1}}]}, "tilt"),
        ({"gsd_m": 0}, "gsd_m is 0.0, expected metres per pixel"),
        ({"gsd_m": "fine"}, "gsd_m is 'fine', expected a valid number"),
        ({"gsd_range_m": ["a", "b"]}, r"gsd_range_m\[0\] is 'a', expected a valid number"),
        ({"name": 5}, "name is 5, expected a valid string"),
        ({"mood": "good"}, "the field 'mood' is unknown"),
        ({"classes": [{"key": 7, "geometry": "box"}]}, r"classes\[0\]\.key is 7, expected a valid string"),
        ({"classes": [{"key": "a b/c", "geometry": "box"}]}, "key is 'a b/c', expected letters, digits"),
        ({"classes": [{"key": "<b>", "geometry": "box"}]}, "key is '<b>', expected letters, digits"),
        (
            {"classes": [{"key": "a", "geometry": "box", "color": "red"}]},
            "color is 'red', expected '#rrggbb'",
        ),
        ({"sha256": None}, "sha256 is None, expected a valid string"),
        ({"sha256": 5}, "sha256 is 5, expected a valid string"),
        ({"sha256": "AB"}, "sha256 is 'AB', expected 64 hexadecimal digits"),
        ({"sources": "x"}, "sources is 'x', expected a valid array"),
        ({"sources": ["x"]}, r"sources\[0\] is 'x', expected an object"),
        ({"metrics": [1]}, r"metrics is \[1\], expected an object"),
        ({"notes": "careful"}, "notes is 'careful', expected a valid array"),
        ({"licence": None}, "licence is None, expected a valid string"),
        ({"version": 3}, "version is 3, expected a valid string"),
        ({"version": "1\x1b[2J"}, r"version holds the control character U\+001B"),
        ({"licence": "\u202etxt"}, r"licence holds the control character U\+202E"),
        ({"gsd_range_m": [1, 2, 3]}, "gsd_range_m is .*, expected"),
        ({"gsd_range_m": [2, 0.1]}, "expected the lower one first"),
        ({"gsd_m": float("inf")}, "gsd_m is inf, expected a finite number"),
        ({"gsd_m": 1e9}, "gsd_m is 1000000000.0, expected metres per pixel"),
        ({"gsd_m": 1e-300}, "gsd_m is 1e-300, expected metres per pixel"),
        ({"description": "x" * (2 << 20)}, "bytes, expected at most 1,048,576"),
        ({"training": json.loads('{"a":' * 50 + "1" + "}" * 50)}, "training is nested more than 20 deep"),
    ],
)
def test_a_field_that_is_wrong_is_named(directory: Path, values: dict[str, Any], sentence: str) -> None:
    change(directory, **values)
    with pytest.raises(PackageError, match=sentence) as caught:
        load_package(directory)
    assert CARD_FILE in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_field_that_is_missing_is_named(directory: Path) -> None:
    for field in ("name", "classes", "gsd_range_m"):
        values = json.loads((directory / CARD_FILE).read_text())
        values.pop(field)
        (directory / "part").mkdir(exist_ok=True)
        (directory / "part" / CARD_FILE).write_text(json.dumps(values))
        with pytest.raises(PackageError, match=field):
            load_package(directory / "part")


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[1]", b'"card"', b"[" * 100_000])
def test_what_is_no_card_is_refused(directory: Path, text: bytes) -> None:
    (directory / CARD_FILE).write_bytes(text)
    with pytest.raises(PackageError, match=CARD_FILE):
        load_package(directory)


def test_a_directory_without_card_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"has no model\.json, so it is not a model package"):
        load_package(tmp_path)


@pytest.mark.parametrize("key", ["ship", "straße_2", "a.b-c", "x" * 64, "x" * 65, "", "-a", "a b", "<b>"])
def test_a_key_is_one_that_a_project_may_have(key: str) -> None:
    allowed = CLASS_KEY_PATTERN.fullmatch(key) is not None
    with nullcontext() if allowed else pytest.raises(PackageError, match="as a project may have"):
        ClassInfo(key, "box")
