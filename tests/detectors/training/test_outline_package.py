"""Export of an outliner: the ONNX models do what the network does, and the card says where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from detectors.architectures.clicks import CHANNELS, PromptedOutlines
from detectors.errors import TrainingError
from detectors.outlines.outline_card import CARD_FILE, SamCard
from detectors.outlines.prompt import Prompt, View
from detectors.outlines.sam import SamPackage
from detectors.training.config import read_config
from detectors.training.outline_measure import INPUT_PX
from detectors.training.outline_package import SamDecoder, export, publish_outliner
from tests.support.training_sets import write_training_set

runtime: Any = pytest.importorskip("onnxruntime", reason="the models are run by onnxruntime")
CELLS = INPUT_PX // 4


@pytest.fixture(scope="module")
def network() -> PromptedOutlines:
    torch.manual_seed(1)
    network = PromptedOutlines()
    for module in network.modules():  # statistics as after a training
        if isinstance(module, torch.nn.BatchNorm2d) and module.running_mean is not None:
            module.running_mean.uniform_(-0.1, 0.1)
    return network.eval()


@pytest.fixture(scope="module")
def models(network: PromptedOutlines) -> dict[str, bytes]:
    return export(network)


def test_the_encoder_gives_what_the_network_gives(
    network: PromptedOutlines, models: dict[str, bytes]
) -> None:
    image = torch.rand(1, 3, INPUT_PX, INPUT_PX)
    session = runtime.InferenceSession(models["encoder"])
    (found,) = session.run(None, {"image": image.numpy()})
    with torch.no_grad():
        assert np.abs(found - network.encoder(image).numpy()).max() < 1e-4


@pytest.mark.parametrize("clicks", [1, 4])
@pytest.mark.parametrize("size", [(512, 512), (300, 411), (640, 97)])
def test_the_decoder_draws_at_the_size_of_the_view(
    network: PromptedOutlines, models: dict[str, bytes], clicks: int, size: tuple[int, int]
) -> None:
    rng = np.random.default_rng(clicks)
    given = {
        "image_embeddings": rng.normal(size=(1, CHANNELS, CELLS, CELLS)).astype(np.float32),
        "point_coords": rng.uniform(0, 400, (1, clicks, 2)).astype(np.float32),
        "point_labels": np.ones((1, clicks), np.float32),
        "mask_input": np.zeros((1, 1, 4 * CELLS, 4 * CELLS), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array(size, np.float32),
    }
    masks, qualities = runtime.InferenceSession(models["decoder"]).run(None, given)
    assert masks.shape == (1, 3, *size)
    with torch.no_grad():
        wanted, expected = SamDecoder(network)(**{key: torch.from_numpy(v) for key, v in given.items()})
    assert np.abs(masks - wanted.numpy()).max() < 1e-3
    assert np.abs(qualities - expected.numpy()).max() < 1e-4
    assert ((qualities > 0) & (qualities < 1)).all()


def test_it_opens_as_a_package_and_says_where_it_is_from(network: PromptedOutlines, tmp_path: Path) -> None:
    config = read_config(write_training_set(tmp_path))
    out = tmp_path / "made"
    out.mkdir()
    publish_outliner(config, network, {"house": {"click": 0.5}}, {"seconds": 3}, out)
    assert sorted(path.name for path in out.iterdir()) == ["decoder.onnx", "encoder.onnx", CARD_FILE]
    card = SamCard.read(out / CARD_FILE)
    assert [source["name"] for source in card.sources] == [source.name for source in config.sources]
    assert card.metrics == {"house": {"click": 0.5}}
    assert card.training["steps"] == config.steps
    view = View(np.full((200, 300, 3), 90, np.uint8), np.ones((200, 300), bool))
    for outline in SamPackage.open(out).propose(view, Prompt(((30.0, 60.0),)), "a"):
        assert outline.polygon.is_valid


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    config = read_config(write_training_set(tmp_path))
    broken = PromptedOutlines()
    with torch.no_grad():
        broken.decoder.mask.weight[0, 0] = float("nan")
    out = tmp_path / "made"
    out.mkdir()
    with pytest.raises(TrainingError, match="not finite"):
        publish_outliner(config, broken, {}, {}, out)
    assert not list(out.iterdir())
