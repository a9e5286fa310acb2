"""Finding model packages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import PackageError, UnknownModelError
from detectors.model_package import registry
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE
from detectors.model_package.registry import Registry
from tests.support.toy_detector import toy_card


def make(directory: Path, weights: bytes = b"weights", **values: Any) -> Path:
    directory.mkdir(parents=True)
    (directory / WEIGHTS_FILE).write_bytes(weights)
    card = replace(toy_card(sha256=hashlib.sha256(weights).hexdigest()), **values)
    (directory / CARD_FILE).write_text(card.to_json())
    return directory


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(registry, "SHIPPED", tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_packages_are_listed_by_name_and_the_projects_own_go_first(shipped: Path, models: Path) -> None:
    make(shipped / "b", name="bravo", version="1")
    make(shipped / "a", name="alpha")
    make(models / "x", name="bravo", version="2")
    (models / "notes").mkdir()
    packages = Registry(models, models / "absent").packages()
    assert [(p.card.name, p.card.version) for p in packages] == [("alpha", "1"), ("bravo", "2")]
    assert Registry(models).get("bravo").directory == models / "x"
    assert Registry().get("bravo").card.version == "1"


def test_a_broken_package_does_not_hide_the_others(shipped: Path, models: Path) -> None:
    make(shipped / "a", name="alpha")
    make(shipped / "bravo", name="bravo")
    make(models / "bravo", name="bravo")
    (models / "bravo" / CARD_FILE).write_text("{")
    assert Registry(models).get("alpha").card.name == "alpha"
    with pytest.raises(PackageError, match="cannot be read as JSON"):  # and not the shipped one in its place
        Registry(models).get("bravo")
    with pytest.raises(UnknownModelError, match=r"known: alpha, bravo \(.*cannot be read as JSON"):
        Registry(models).get("charlie")


def test_an_unknown_name_lists_the_known_ones(shipped: Path, models: Path) -> None:
    with pytest.raises(UnknownModelError, match="no model named 'x'; known: none is installed"):
        Registry(models).get("x")
    make(shipped / "a", name="alpha")
    make(models / "b", name="bravo")
    with pytest.raises(LookupError, match="no model named 'x'; known: alpha, bravo"):
        Registry(models).get("x")


def test_a_card_that_cannot_be_read_is_named(shipped: Path) -> None:
    make(shipped / "a")
    (shipped / "a" / CARD_FILE).write_text("{")
    with pytest.raises(PackageError, match=str(shipped / "a")):
        Registry().packages()


def test_a_survey_names_what_cannot_be_read_beside_the_rest(shipped: Path, models: Path) -> None:
    make(shipped / "a", name="alpha")
    own = make(models / "alpha", name="alpha")
    make(models / "b", name="bravo")
    (models / "b" / CARD_FILE).write_text("{")
    packages, broken = Registry(models).survey()
    assert [package.directory for package in packages] == [own]
    assert [str(models / "b") in str(error) for error in broken] == [True]
    assert registry.shadows_shipped(packages[0])
    assert not registry.shadows_shipped(Registry().get("alpha"))
