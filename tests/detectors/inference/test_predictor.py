"""Loading a package and running it on chips."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torchvision.models.detection import MaskRCNN

from detectors.architectures.maskrcnn import PartialLabelMaskRCNN
from detectors.detections import Space
from detectors.errors import DeviceError, PackageError, WeightsError
from detectors.inference.predictor import Predictor, check_device, load_network
from detectors.model_package.calibration import Calibration
from detectors.model_package.card import (
    CARD_FILE,
    WEIGHTS_FILE,
    ClassInfo,
    ModelCard,
    hash_file,
)
from detectors.model_package.card_file import load_package

CLASSES = (ClassInfo("house", "polygon", min_score=0.4), ClassInfo("tree", "box", min_score=0.1))
CARD = ModelCard("m", "1", "", "maskrcnn_efficientnet_lite0_fpn", CLASSES, 0.5, (0.2, 1.0), "")


@pytest.fixture
def chip() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (3, 96, 64), dtype=np.uint8)


@pytest.fixture(scope="module")
def package_dir(_network: MaskRCNN, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("package")
    state = {
        k: v.contiguous() for k, v in _network.state_dict().items() if not k.endswith("num_batches_tracked")
    }
    safetensors.torch.save_file(state, directory / WEIGHTS_FILE)
    card = replace(CARD, sha256=hash_file(directory / WEIGHTS_FILE))
    (directory / CARD_FILE).write_text(card.to_json())
    return directory


def changed(package_dir: Path, target: Path, **values: Any) -> Path:
    shutil.copytree(package_dir, target)
    card = json.loads((target / CARD_FILE).read_text())
    (target / CARD_FILE).write_text(json.dumps({**card, **values}))
    return target


def test_a_loaded_package_predicts_as_the_network_it_was_made_from(
    package_dir: Path, make_network: Callable[[], MaskRCNN], chip: np.ndarray
) -> None:
    loaded, made = load_network(load_package(package_dir)), make_network()
    loaded.roi_heads.detections_per_img = made.roi_heads.detections_per_img
    [found] = Predictor(CARD, loaded, min_score=0.3).predict([chip])
    [expected] = Predictor(CARD, made, min_score=0.3).predict([chip])
    assert len(found) == len(expected) > 0
    # Folding the norms changes the order of the sums, and with it the last digits.
    assert np.allclose(np.sort(found.scores), np.sort(expected.scores), atol=1e-4)


def test_chips_are_seen_at_their_own_size_and_apart_from_each_other(
    make_network: Callable[[], MaskRCNN], chip: np.ndarray
) -> None:
    predictor = Predictor(CARD, make_network(), min_score=0.3)
    small, large = chip[:, :64], np.ascontiguousarray(np.concatenate([chip, chip[:, :32]], axis=1))
    together = predictor.predict([small, large, small])
    for found, image in zip(together, (small, large, small), strict=True):
        assert found.space == Space.CHIP
        assert not found.edge_flags.any()
        assert len(found)
        height, width = image.shape[1:]
        assert found.boxes[:, :2].min() >= 0
        assert found.boxes[:, 2].max() <= width
        assert height / 2 < found.boxes[:, 3].max() <= height
    assert np.array_equal(together[0].scores, together[2].scores)


def test_each_class_has_its_own_limit_and_its_own_shape(
    make_network: Callable[[], MaskRCNN], monkeypatch: pytest.MonkeyPatch, chip: np.ndarray
) -> None:
    mask = torch.ones(1, 28, 28)
    mask[:, :14, 14:] = 0  # an L
    output = {
        "boxes": torch.tensor(
            [[0.0, 0, 28, 28], [30, 0, 58, 28], [0, 30, 28, 58], [30, 30, 58, 58], [1, 1, 1.5, 2]]
        ),
        "labels": torch.tensor([1, 1, 2, 2, 2]),
        "scores": torch.tensor([0.5, 0.3, 0.2, 0.05, 0.9]),
        "masks": torch.stack([mask] * 5),
    }
    monkeypatch.setattr(Predictor, "forward", lambda self, images: [output])
    [found] = Predictor(CARD, make_network()).predict([chip])
    assert found.labels.tolist() == [1, 2]  # the other two score too low, the fifth is less than a pixel
    house, tree = found.polygons()
    assert house.area == pytest.approx(0.75 * 28 * 28, rel=0.05)
    assert tree.bounds == (0, 30, 28, 58)
    assert tree.area == 28 * 28
    [more] = Predictor(CARD, make_network(), min_score=0.0).predict([chip])
    assert more.scores.tolist() == pytest.approx([0.5, 0.3, 0.2, 0.05])
    [fewer] = Predictor(CARD, make_network(), min_score=0.6).predict([chip])
    assert len(fewer) == 0


def test_scores_are_calibrated_by_class(
    make_network: Callable[[], MaskRCNN], monkeypatch: pytest.MonkeyPatch, chip: np.ndarray
) -> None:
    output = {
        "boxes": torch.tensor([[0.0, 0, 28, 28], [30, 0, 58, 28], [0, 30, 28, 58]]),
        "labels": torch.tensor([1, 1, 2]),
        "scores": torch.tensor([0.5, 0.9, 0.5]),
        "masks": torch.ones(3, 1, 28, 28),
    }
    monkeypatch.setattr(Predictor, "forward", lambda self, images: [output])
    low = Calibration(1.0, -np.log(3))  # a half is a quarter
    card = replace(CARD, classes=(replace(CLASSES[0], calibration=low), CLASSES[1]))
    predictor = Predictor(card, make_network())
    [found] = predictor.predict([chip])
    assert found.scores == pytest.approx([0.75, 0.5])  # the first is below the class's 0.4 now
    asked: list[float] = []

    def detect(self: object, images: object, min_score: float) -> list[dict[str, torch.Tensor]]:
        asked.append(min_score)
        return [output]

    monkeypatch.undo()
    monkeypatch.setattr(PartialLabelMaskRCNN, "detect", detect)
    for own in (predictor, Predictor(card, make_network(), min_score=0.25)):
        own.predict([chip])
    assert asked == pytest.approx([0.1, 0.25]), "the lowest limit, before calibration"


def test_a_mask_of_nothing_is_no_object(
    make_network: Callable[[], MaskRCNN], monkeypatch: pytest.MonkeyPatch, chip: np.ndarray
) -> None:
    output = {
        "boxes": torch.tensor([[0.0, 0, 28, 28]]),
        "labels": torch.tensor([1]),
        "scores": torch.tensor([0.5]),
        "masks": torch.zeros(1, 1, 28, 28),
    }
    monkeypatch.setattr(Predictor, "forward", lambda self, images: [output])
    assert len(Predictor(CARD, make_network()).predict([chip])[0]) == 0


def test_a_changed_byte_in_the_weights_is_noticed(package_dir: Path, tmp_path: Path) -> None:
    directory = changed(package_dir, tmp_path / "p")
    with (directory / WEIGHTS_FILE).open("r+b") as file:
        file.seek(-1000, 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(WeightsError, match="but its card says"):
        Predictor.load(load_package(directory))


def test_weights_of_another_number_of_classes_do_not_fit(package_dir: Path, tmp_path: Path) -> None:
    three = [{"key": key, "geometry": "box"} for key in "abc"]
    directory = changed(package_dir, tmp_path / "p", classes=three)
    with pytest.raises(
        PackageError, match="do not fit maskrcnn_efficientnet_lite0_fpn with 3 classes"
    ) as caught:
        load_network(load_package(directory))
    assert "\n" not in str(caught.value)


def test_an_unknown_architecture_lists_the_known_ones(package_dir: Path, tmp_path: Path) -> None:
    directory = changed(package_dir, tmp_path / "p", architecture="vgg")
    with pytest.raises(
        PackageError, match=r"architecture is 'vgg', .* knows only: .*maskrcnn_efficientnet_lite0_fpn"
    ):
        load_network(load_package(directory))


def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes(b"pickled?")
    card = replace(CARD, sha256=hash_file(tmp_path / WEIGHTS_FILE))
    (tmp_path / CARD_FILE).write_text(card.to_json())
    with pytest.raises(WeightsError, match="is not a safetensors file"):
        load_network(load_package(tmp_path))


@pytest.mark.parametrize("name", ["gpu", "", "meta", "cuda:x"])
def test_a_device_that_is_none(name: str) -> None:
    with pytest.raises(DeviceError, match="expected cpu, cuda or cuda:N"):
        check_device(name)


def test_a_device_that_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_device("cpu").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="no usable CUDA device; use --device cpu"):
        check_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert check_device("cuda:1").index == 1
    with pytest.raises(DeviceError, match="device is 'cuda:2', expected cuda:0 to cuda:1"):
        check_device("cuda:2")


def test_when_memory_is_full_half_as_many_are_done(
    make_network: Callable[[], MaskRCNN], monkeypatch: pytest.MonkeyPatch, chip: np.ndarray
) -> None:
    seen: list[int] = []

    def forward(self: Predictor, images: list[torch.Tensor]) -> list[dict[str, torch.Tensor]]:
        seen.append(len(images))
        if len(images) > room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        boxes = torch.tensor([[0.0, 0.0, float(images[0].sum() % 7) + 9, 9.0]])
        return [
            {
                "boxes": boxes,
                "labels": torch.tensor([2]),
                "scores": torch.tensor([0.9]),
                "masks": torch.ones(1, 1, 28, 28),
            }
            for _ in images
        ]

    monkeypatch.setattr(Predictor, "forward", forward)
    room = 2
    found = Predictor(CARD, make_network()).predict([chip] * 5)
    assert [len(one) for one in found] == [1] * 5
    assert seen == [5, 2, 3, 1, 2]
    room = 0
    with pytest.raises(DeviceError, match="memory of cpu does not hold one chip of 64 x 96 px"):
        Predictor(CARD, make_network()).predict([chip])
