"""A trained network becomes a package that loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models.detection import MaskRCNN

from detectors.errors import TrainingError
from detectors.inference.predictor import Predictor, load_network
from detectors.model_package.calibration import Calibration
from detectors.model_package.card_file import load_package
from detectors.training.config import TrainConfig, read_config
from detectors.training.publish import publish
from tests.support.training_sets import write_training_set


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return read_config(write_training_set(tmp_path))


METRICS = {
    "house": {
        "images": 1,
        "objects": 3,
        "min_score": 0.45,
        "iou_0.5": {"f1": 0.5},
        "calibration": {"slope": 0.8, "offset": -0.1, "ece_raw": 0.1, "ece": 0.02},
    },
    "tree": {"images": 0},
}


def test_what_is_published_can_be_loaded_and_says_what_it_is(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert publish(config, make_network(), METRICS, {"device": "cpu"}, out) == out
    assert sorted(path.name for path in out.iterdir()) == ["model.json", "weights.safetensors"]
    package = load_package(out)
    assert package.weights.stat().st_mode == (out / "model.json").stat().st_mode
    card = package.card
    assert [info.min_score for info in card.classes] == [0.45, 0.5]
    assert [info.calibration for info in card.classes] == [Calibration(0.8, -0.1), None]
    assert card.metrics == METRICS
    assert [source["name"] for source in card.sources] == ["town", "woods", "ImageNet initialisation"]
    assert card.sources[0]["licence"] == "CC0"
    assert card.training == {
        "steps": 4, "batch": 2, "crop_px": 96, "seeds": [3], "torch": torch.__version__, "device": "cpu"
    }  # fmt: skip
    assert 12e6 < package.weights.stat().st_size < 2.2 * sum(p.numel() for p in make_network().parameters())

    # Half precision keeps three digits.
    trained, loaded = make_network().state_dict(), load_network(package)
    for name, value in loaded.rpn.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.allclose(value, trained[f"rpn.{name}"], rtol=1e-3, atol=1e-6)


def test_what_was_started_from_a_package_names_its_data_too(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    publish(config, make_network(), {}, {}, tmp_path / "out")
    parent = load_package(tmp_path / "out").card
    elsewhere = {"name": "elsewhere", "origin": "a town", "licence": "CC0"}
    publish(
        config,
        make_network(),
        {},
        {},
        tmp_path / "out",
        replace(parent, sources=(*parent.sources, elsewhere)),
    )
    names = [source["name"] for source in load_package(tmp_path / "out").card.sources]
    assert names == ["town", "woods", "ImageNet initialisation", "elsewhere"]


def test_publishing_again_replaces_the_package(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    network = make_network()
    publish(config, network, METRICS, {}, out)
    first = load_package(out)
    with torch.no_grad():
        network.rpn.head.cls_logits.bias += 1
    publish(config, network, METRICS, {}, out)
    second = load_package(out)
    assert first.card.sha256 != second.card.sha256
    second.check_weights()
    publish(config, network, METRICS, {}, out)
    assert load_package(out).card == second.card  # the same network, the same bytes


def test_a_published_package_predicts(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path
) -> None:
    network = make_network()
    (tmp_path / "out").mkdir()
    publish(config, network, METRICS, {}, tmp_path / "out")
    loaded = load_network(load_package(tmp_path / "out"))
    loaded.roi_heads.detections_per_img = network.roi_heads.detections_per_img
    chip = np.random.default_rng(0).integers(0, 255, (3, 64, 64), dtype=np.uint8)
    card = load_package(tmp_path / "out").card
    [found] = Predictor(card, loaded, min_score=0.3).predict([chip])
    [expected] = Predictor(card, network, min_score=0.3).predict([chip])
    assert np.allclose(np.sort(found.scores), np.sort(expected.scores), atol=5e-3)


@pytest.mark.parametrize("value", [float("nan"), 1e9])  # 1e9 is infinite in float16
def test_weights_that_are_not_finite_are_never_published(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path, value: float
) -> None:
    network = make_network()
    with torch.no_grad():
        network.roi_heads.box_predictor.cls_score.bias[0] = value
    with pytest.raises(TrainingError, match=r"not finite .* in 1 of .* roi_heads"):
        publish(config, network, {}, {}, tmp_path)
    assert not list(tmp_path.glob("*.safetensors*"))


def test_the_licence_of_the_parent_is_inherited(
    config: TrainConfig, make_network: Callable[[], MaskRCNN], tmp_path: Path
) -> None:
    publish(config, make_network(), {}, {}, tmp_path)
    parent = replace(load_package(tmp_path).card, licence="research use only: vhr10")
    publish(config, make_network(), {}, {}, tmp_path, parent)
    assert load_package(tmp_path).card.licence == "research use only: vhr10"
    publish(replace(config, licence="CC0"), make_network(), {}, {}, tmp_path, parent)
    assert load_package(tmp_path).card.licence == "research use only: vhr10 (inherited from tiny); CC0"
