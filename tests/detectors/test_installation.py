"""Installing, replacing and removing model packages."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from detectors import installation
from detectors.architectures import build_network
from detectors.errors import PackageError, UnknownModelError, WeightsError
from detectors.installation import install_package, remove_package
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE, ClassInfo
from detectors.model_package.registry import Registry
from tests.detectors.model_package.test_registry import make
from tests.support.toy_detector import toy_card


def zip_of(package: Path, target: Path, prefix: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.writestr(f"{prefix}README.txt", "hello")
        for name in (CARD_FILE, WEIGHTS_FILE):
            archive.write(package / name, prefix + name)
    return target


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights of a few bytes will do: they are compared with the card and not loaded."""
    monkeypatch.setattr(installation, "try_package", lambda package: package.check_weights())


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


def test_a_name_is_installed_once_and_replaced_when_told(tmp_path: Path, models: Path) -> None:
    install_package(make(tmp_path / "made"), models)
    newer = make(tmp_path / "newer", version="2")
    with pytest.raises(PackageError, match=r"a model named 'toy' is already installed .* --replace"):
        install_package(newer, models)
    assert install_package(newer, models, replace=True).card.version == "2"
    assert [path.name for path in models.iterdir()] == ["toy"]


def test_a_package_is_removed_by_name_and_a_broken_one_by_folder(tmp_path: Path, models: Path) -> None:
    install_package(make(tmp_path / "made"), models)
    (models / "broken").mkdir()
    (models / "broken" / CARD_FILE).write_text("{")
    with pytest.raises(UnknownModelError, match=r"no model named 'overhead', expected .*: broken, toy"):
        remove_package("overhead", models)
    remove_package("toy", models)
    remove_package("broken", models)
    assert list(models.iterdir()) == []


def test_a_size_beyond_the_limit_is_refused_before_it_is_written(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make(tmp_path / "made", weights=bytes(5000))
    archive = zip_of(source, tmp_path / "made.zip")
    monkeypatch.setitem(installation._LIMITS, WEIGHTS_FILE, 4999)
    monkeypatch.setattr(installation.shutil, "copyfileobj", lambda *_: None)
    for path in (source, archive):
        with pytest.raises(PackageError, match="5,000 bytes, expected at most 4,999"):
            install_package(path, models)
    assert list(models.iterdir()) == []


def test_the_members_that_macos_adds_are_passed_over(tmp_path: Path, models: Path) -> None:
    source = make(tmp_path / "made")
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as archive:
        for name in (CARD_FILE, WEIGHTS_FILE):
            archive.writestr(f"__MACOSX/toy/{name}", b"junk")
            archive.write(source / name, f"toy/{name}")
    assert install_package(tmp_path / "mac.zip", models).card.name == "toy"


@pytest.mark.parametrize("name", ["Toy", "TOY", "Over-Head", "over_head"])
def test_a_name_that_looks_like_another_is_refused(tmp_path: Path, models: Path, name: str) -> None:
    install_package(make(tmp_path / "made"), models)
    install_package(make(tmp_path / "head", name="over-head"), models)
    with pytest.raises(PackageError, match=f"the name is '{name}', which looks like"):
        install_package(make(tmp_path / "other", name=name), models)


def safetensors_of(values: dict[str, Any]) -> bytes:
    return bytes(safetensors.torch.save(values))


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (b"", "is not a safetensors file"),
        (b"PK pickle", "is not a safetensors file"),
        (safetensors_of({"a": torch.zeros(3)}), "the weights do not fit"),
    ],
)
def test_weights_of_something_else_are_refused(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes, sentence: str
) -> None:
    monkeypatch.undo()
    source = make(tmp_path / "made", weights=weights, architecture="maskrcnn_efficientnet_lite0_fpn")
    with pytest.raises(PackageError, match=sentence):
        install_package(source, models)
    assert list(models.iterdir()) == []


def test_weights_that_are_not_finite_or_of_fewer_classes_are_refused(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    card = replace(toy_card(), architecture="maskrcnn_efficientnet_lite0_fpn")
    state = {
        k: v.half() if v.is_floating_point() else v
        for k, v in build_network(card.architecture, 2).state_dict().items()
    }
    state = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    source = make(
        tmp_path / "three",
        safetensors_of(state),
        name="three",
        architecture=card.architecture,
        classes=(*card.classes, ClassInfo("crane", "box")),
    )
    with pytest.raises(PackageError, match=r"do not fit .* with 3 classes"):
        install_package(source, models)
    state["roi_heads.box_predictor.cls_score.bias"][1] = float("nan")
    source = make(tmp_path / "nan", safetensors_of(state), name="nan", architecture=card.architecture)
    with pytest.raises(WeightsError, match=r"not finite .* in 1 of \d+ tensors, the first roi_heads"):
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
        assert ".install-" not in str(caught.value), kind
        assert list(models.iterdir()) == [], kind


def test_weights_that_are_not_the_cards_are_refused(tmp_path: Path, models: Path) -> None:
    source = make(tmp_path / "made")
    damage(source / WEIGHTS_FILE, 3)
    with pytest.raises(WeightsError, match="but its card says"):
        install_package(source, models)
    assert list(models.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../evil", "a/b", "..", "with space", ".hidden", "-", "a\n", "h\u00e4fen", "overhe\u0430d", "x" * 101],
)
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, models: Path, name: str) -> None:
    source = make(tmp_path / "made", name=name)
    with pytest.raises(PackageError, match="expected letters, digits, '-' and '_'"):
        install_package(source, models)
    assert list(models.iterdir()) == []
    assert not (tmp_path / "evil").exists()
