"""Finding and installing model packages."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detectors.errors import PackageError, UnknownModelError, WeightsError
from detectors.model_package import registry
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE
from detectors.model_package.registry import Registry, install_package
from tests.support.toy_detector import toy_card


def make(directory: Path, weights: bytes = b"weights", **values: Any) -> Path:
    directory.mkdir(parents=True)
    (directory / WEIGHTS_FILE).write_bytes(weights)
    card = replace(toy_card(sha256=hashlib.sha256(weights).hexdigest()), **values)
    (directory / CARD_FILE).write_text(card.to_json())
    return directory


def zip_of(package: Path, target: Path, prefix: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.writestr(f"{prefix}README.txt", "hello")
        for name in (CARD_FILE, WEIGHTS_FILE):
            archive.write(package / name, prefix + name)
    return target


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


def test_a_broken_package_is_in_nobody_elses_way(shipped: Path, models: Path) -> None:
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


@pytest.mark.parametrize("form", ["directory", "zip", "nested zip", "stored zip"])
def test_a_package_is_installed_from(tmp_path: Path, models: Path, form: str) -> None:
    source = make(tmp_path / "made", name="my-model_2")
    (source / "checkpoint.pt").write_bytes(b"large")
    if form != "directory":
        prefix = "some/folder/" if form == "nested zip" else ""
        method = zipfile.ZIP_STORED if form == "stored zip" else zipfile.ZIP_DEFLATED
        source = zip_of(source, tmp_path / "made.zip", prefix, method)
    package = install_package(source, models)
    assert package.directory == models / "my-model_2"
    assert sorted(path.name for path in models.rglob("*")) == [
        "model.json",
        "my-model_2",
        "weights.safetensors",
    ]
    assert Registry(models).get("my-model_2") == package
    package.check_weights()


def test_a_name_is_installed_once(tmp_path: Path, models: Path) -> None:
    source = make(tmp_path / "made")
    install_package(source, models)
    with pytest.raises(PackageError, match="a model named 'toy' is already installed"):
        install_package(source, models)


def damage(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def bad_sources(root: Path) -> dict[str, Path]:
    good = make(root / "good", weights=bytes(range(256)) * 40)
    sources = {"absent": root / "absent", "empty directory": root / "empty", "text": root / "text.zip"}
    sources["empty directory"].mkdir()
    sources["text"].write_text("no zip")
    for name in (CARD_FILE, WEIGHTS_FILE):
        part = shutil.copytree(good, root / f"without {name}")
        (part / name).unlink()
        sources[f"without {name}"] = part
    with zipfile.ZipFile(root / "other.zip", "w") as archive:
        archive.writestr("photo.png", b"")
    sources["zip of something else"] = root / "other.zip"
    for at in range(0, 120, 7):  # the local headers, the compressed card
        sources[f"damaged at {at}"] = zip_of(good, root / f"damaged{at}.zip")
        with zipfile.ZipFile(root / f"damaged{at}.zip") as archive:
            start = archive.getinfo(CARD_FILE).header_offset
        damage(sources[f"damaged at {at}"], start + 26 + at)
    sources["truncated"] = zip_of(good, root / "short.zip")
    sources["truncated"].write_bytes(sources["truncated"].read_bytes()[:-30])
    encrypted = zip_of(good, root / "secret.zip")
    content = encrypted.read_bytes()
    encrypted.write_bytes(
        content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    )
    sources["encrypted"] = encrypted
    return sources


def test_what_is_no_whole_package_is_refused_and_leaves_nothing(tmp_path: Path, models: Path) -> None:
    for kind, source in bad_sources(tmp_path).items():
        with pytest.raises(PackageError) as caught:
            install_package(source, models)
        assert source.name in str(caught.value) or "model.json" in str(caught.value), kind
        assert list(models.iterdir()) == [], kind


def test_weights_that_are_not_the_cards_are_refused(tmp_path: Path, models: Path) -> None:
    source = make(tmp_path / "made")
    damage(source / WEIGHTS_FILE, 3)
    with pytest.raises(WeightsError, match="but its card says"):
        install_package(source, models)
    assert list(models.iterdir()) == []


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "with space", ".hidden", "-", "a\n"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, models: Path, name: str) -> None:
    source = make(tmp_path / "made", name=name)
    with pytest.raises(PackageError, match="expected letters, digits, '-' and '_'"):
        install_package(source, models)
    assert list(models.iterdir()) == []
    assert not (tmp_path / "evil").exists()
