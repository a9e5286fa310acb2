"""Training of the heads alone: what is below them stays, and they learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
import torch

from detectors.architectures import build_network
from detectors.architectures.condinst import CondInst
from detectors.errors import ConfigError
from detectors.model_package.card import ClassInfo
from detectors.training.config import TrainConfig
from detectors.training.heads import learn_heads
from detectors.training.samples import Sample
from detectors.training.settings import Schedule, SourceConfig
from detectors.training.split import Split

PLAN = Schedule(
    steps=30, batch=2, crop_px=128, learning_rate=3e-3, warmup_steps=2, ema_decay=0.5, freeze_norms=True
)


def configuration(tmp_path: Path, architecture: str = "condinst_efficientnet_lite0") -> TrainConfig:
    source = SourceConfig(name="town", format="samples", path=tmp_path, classes={"house": "house"})
    classes = (ClassInfo("house", "polygon"),)
    return TrainConfig("t", "1", "", architecture, 0.5, (0.25, 1.0), classes, (source,), (PLAN,))


def network() -> CondInst:
    torch.manual_seed(3)
    built = build_network("condinst_efficientnet_lite0", 1)
    assert isinstance(built, CondInst)
    return built


def town() -> dict[str, Split]:
    places = [(20, 20, 50, 44), (80, 30, 120, 60), (30, 90, 60, 120), (120, 100, 160, 140)]
    image = np.random.default_rng(0).integers(60, 90, (160, 200, 3), dtype=np.uint8)
    for x0, y0, x1, y1 in places:
        image[y0:y1, x0:x1] = (200, 120, 90)
    ones = np.ones(len(places), np.int64)
    sample = Sample(
        "town",
        "town",
        image,
        shapely.box(*np.array(places, float).T),
        ones,
        np.array([True]),
        ones.astype(bool),
    )
    return {"town": Split([sample], [sample])}


def test_the_heads_learn_and_the_rest_stays(tmp_path: Path) -> None:
    before, learner = network().state_dict(), network()
    losses: list[float] = []
    shares: list[float] = []

    def progress(done: int, total: int, loss: float) -> None:
        losses.append(loss)
        shares.append(done / total)

    average, _ = learn_heads(configuration(tmp_path), town(), learner, 6, progress=progress)
    assert losses[:6] == [0.0] * 6  # crops
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[6:11])
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    after = average.state_dict()
    changed = {name.split(".")[0] for name in after if not torch.equal(after[name], before[name])}
    assert changed == {"head", "controller"}
    again, _ = learn_heads(configuration(tmp_path), town(), network(), 6)
    for name, value in again.state_dict().items():
        assert torch.equal(value, after[name])


def test_the_loss_on_stored_features_is_that_of_the_network(tmp_path: Path) -> None:
    from detectors.training.batches import draw_batch, drawn_sets

    config, splits = configuration(tmp_path), town()
    images, targets = draw_batch(drawn_sets(config, splits, PLAN), PLAN, 0)
    learner = network().eval()
    torch.manual_seed(0)
    whole = learner(images, targets)
    torch.manual_seed(0)
    parts = learner.losses(*learner.features(images), targets)
    assert whole == parts


def test_other_networks_are_refused_in_a_sentence(tmp_path: Path) -> None:
    other = "maskrcnn_efficientnet_lite0_fpn"
    with pytest.raises(
        ConfigError, match="architecture is 'maskrcnn_efficientnet_lite0_fpn', expected condinst"
    ):
        learn_heads(configuration(tmp_path, other), town(), build_network(other, 1), 2)
