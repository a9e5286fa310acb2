"""What a run starts from: what a package knows of the same classes is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models.detection import MaskRCNN

from detectors.errors import ConfigError
from detectors.inference.predictor import Predictor, load_network
from detectors.model_package.card_file import load_package
from detectors.training.config import read_config
from detectors.training.publish import publish
from detectors.training.start import starting_network
from tests.support.training_sets import write_training_set


def test_classes_that_a_package_knows_are_found_as_before(
    tmp_path: Path, make_network: Callable[[], MaskRCNN]
) -> None:
    settings = read_config(write_training_set(tmp_path))
    (tmp_path / "old").mkdir()
    package = load_package(publish(settings, make_network(), {}, {}, tmp_path / "old"))
    house, tree = settings.classes
    more = replace(settings, classes=(tree, replace(house, key="ship"), house))

    known, network = load_network(package), starting_network(more, package).eval()
    image = np.random.default_rng(0).integers(0, 256, (3, 128, 128), dtype=np.uint8)
    batch = torch.from_numpy(image)[None].float() / 255
    with torch.inference_mode():
        before, after = known.backbone(batch), network.backbone(batch)
        old, _ = known.rpn.head(list(before.values()))
        new, _ = network.rpn.head(list(after.values()))
        pooled = torch.rand(4, 512)
        scores = [n.roi_heads.box_predictor(pooled) for n in (known, network)]
        masks = [
            n.roi_heads.mask_predictor(torch.ones(1, 128, 14, 14).to(memory_format=torch.channels_last))
            for n in (known, network)
        ]
    # Labels: background, house, tree; background, tree, ship, house.
    torch.testing.assert_close(scores[1][0][:, [0, 3, 1]], scores[0][0])
    torch.testing.assert_close(
        scores[1][1].view(4, 4, 4)[:, [0, 3, 1]].reshape(4, 12), scores[0][1], rtol=1e-4, atol=1e-5
    )
    torch.testing.assert_close(masks[1][:, [0, 3, 1]], masks[0])
    for a, b in zip(old, new, strict=True):
        shape = a.shape[2:]
        torch.testing.assert_close(
            b.view(1, 3, 3, *shape)[:, :, [2, 0]], a.view(1, 3, 2, *shape), rtol=1e-3, atol=1e-4
        )
    assert Predictor(replace(package.card, classes=more.classes), network).predict([image])


def test_the_same_classes_are_taken_as_they_are(tmp_path: Path, make_network: Callable[[], MaskRCNN]) -> None:
    settings = read_config(write_training_set(tmp_path))
    (tmp_path / "old").mkdir()
    package = load_package(publish(settings, make_network(), {}, {}, tmp_path / "old"))
    state, expected = starting_network(settings, package).state_dict(), make_network().state_dict()
    assert all(torch.equal(state[name], value.half().float()) for name, value in expected.items())


def test_another_architecture_is_refused(tmp_path: Path, make_network: Callable[[], MaskRCNN]) -> None:
    settings = read_config(write_training_set(tmp_path))
    (tmp_path / "old").mkdir()
    package = load_package(publish(settings, make_network(), {}, {}, tmp_path / "old"))
    other = replace(settings, architecture="retinanet")
    with pytest.raises(ConfigError, match=r"model 'tiny' is a maskrcnn\w+; .* but is for a retinanet"):
        starting_network(other, package)
