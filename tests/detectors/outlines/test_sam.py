"""The hook for ONNX packages, with small models made here and run by onnxruntime itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from detectors.errors import OutlinePackageError
from detectors.outlines import sam
from detectors.outlines.outline_card import CARD_FILE, SHIPPED, find_package
from detectors.outlines.prompt import Outline, Prompt, View
from detectors.outlines.sam import SamPackage
from tests.support.sam_models import CARD, decoder, encoder, failing_encoder, write_package

SIDE = 96


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_package(tmp_path / "discs")


@pytest.fixture
def view() -> View:
    return View(np.full((SIDE, SIDE, 3), 90, np.uint8), np.ones((SIDE, SIDE), bool))


def test_the_decoder_gets_the_click_and_its_mask_becomes_an_outline(folder: Path, view: View) -> None:
    (outline,) = SamPackage.open(folder).propose(view, Prompt(((30.0, 60.0),)), "a")
    disc = shapely.Point(30, 60).buffer(12)
    assert outline.polygon.is_valid
    assert outline.polygon.symmetric_difference(disc).area < 0.12 * disc.area
    assert outline.quality == pytest.approx(0.75)


def test_a_view_is_encoded_once(folder: Path, view: View) -> None:
    package = SamPackage.open(folder)
    for key in ("a", "a", "b"):
        package.propose(view, Prompt(((30.0, 60.0),)), key)
    assert list(package._embeddings) == ["a", "b"]
    for n in range(20):
        package.propose(view, Prompt(((30.0, 60.0),)), str(n))
    assert len(package._embeddings) == 8


def test_the_package_that_comes_with_us_outlines_a_roof() -> None:
    folder = find_package(SHIPPED)
    assert folder is not None
    rng = np.random.default_rng(3)
    image = rng.integers(70, 110, (400, 400, 3)).astype(np.uint8)
    roof = shapely.box(150, 160, 250, 230)
    image[160:230, 150:250] = rng.integers(150, 180, (70, 100, 3))
    image[230:236, 155:254] = 30  # its shadow
    package = SamPackage.open(folder)
    view = View(image, np.ones(image.shape[:2], bool))
    for prompt in (Prompt(((190.0, 200.0),)), Prompt(box=(145, 155, 256, 236))):
        found = package.propose(view, prompt, "a")[0].polygon
        assert found.intersection(roof).area > 0.85 * found.union(roof).area


def replaced(folder: Path, part: str, data: bytes) -> None:
    """Another model in the package, and its hash on the card."""
    (folder / f"{part}.onnx").write_bytes(data)
    card = json.loads((folder / CARD_FILE).read_text())
    card["sha256"][part] = hashlib.sha256(data).hexdigest()
    (folder / CARD_FILE).write_text(json.dumps(card))


def test_what_is_no_model_is_refused(folder: Path) -> None:
    replaced(folder, "decoder", b"no model")
    with pytest.raises(OutlinePackageError, match=r"^discs/decoder.onnx is no ONNX model: \S"):
        SamPackage.open(folder)


def test_a_model_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "decoder.onnx").unlink()
    with pytest.raises(
        OutlinePackageError, match=r"^discs/decoder.onnx cannot be read: No such file or directory$"
    ):
        SamPackage.open(folder)


def test_an_encoder_for_other_pictures_than_its_card_says_is_refused(folder: Path) -> None:
    replaced(folder, "encoder", encoder(side=32))
    with pytest.raises(
        OutlinePackageError,
        match=r"encoder.onnx takes .* \[1, 3, 32, 32\], expected .* \[1, 3, 64, 64\], as input_size",
    ):
        SamPackage.open(folder)


def test_embeddings_that_the_decoder_cannot_take_are_the_encoders_fault(folder: Path, view: View) -> None:
    replaced(folder, "encoder", encoder(pooled=8))
    package = SamPackage.open(folder)
    for _ in range(2):  # nothing of it is remembered
        with pytest.raises(
            OutlinePackageError,
            match=r"encoder.onnx gave embeddings of shape \[1, 3, 8, 8\], expected \[1, 3, 4, 4\]",
        ):
            package.propose(view, Prompt(((30.0, 60.0),)), "a")


def test_a_model_that_fails_while_it_runs_is_named(folder: Path, view: View) -> None:
    replaced(folder, "encoder", failing_encoder())
    with pytest.raises(OutlinePackageError, match=r"^discs/encoder.onnx cannot run: [^\n]{20,}$"):
        SamPackage.open(folder).propose(view, Prompt(((30.0, 60.0),)), "a")


def test_qualities_that_are_no_numbers_are_refused(folder: Path, view: View) -> None:
    replaced(folder, "decoder", decoder(quality=float("nan")))
    with pytest.raises(OutlinePackageError, match=r"decoder.onnx gave qualities that are no numbers"):
        SamPackage.open(folder).propose(view, Prompt(((30.0, 60.0),)), "a")


def test_a_decoder_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "swapped", decoder_from_encoder=True)
    with pytest.raises(OutlinePackageError, match=r"decoder.onnx takes image .* expected"):
        SamPackage.open(folder)
    assert CARD["input_size"] == 64


def test_of_outlines_that_hardly_differ_the_better_one_stays() -> None:
    shapes = [shapely.box(0, 0, 100, 100), shapely.box(0, 0, 100, 98), shapely.box(0, 0, 100, 60)]
    outlines = [Outline(shape, 1 - n / 10) for n, shape in enumerate(shapes)]
    assert sam._unlike(outlines) == [outlines[0], outlines[2]]
    assert sam._unlike([]) == []
