"""Accuracy of an outliner, measured on samples whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
import torch
from torch import Tensor, nn

from detectors.architectures.clicks import PromptedOutlines
from detectors.architectures.prompt_simulation import STRIDE
from detectors.training.config import read_config
from detectors.training.outline_measure import inner_point, measure_outliner
from detectors.training.samples import Sample
from detectors.training.split import Split
from tests.support.training_sets import write_training_set

ROOF = shapely.box(100, 60, 180, 140)


class _Bright(nn.Module):
    """Encodes how bright a cell is."""

    def forward(self, images: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(images.mean(1, keepdim=True), STRIDE) - 0.1


class _Threshold(nn.Module):
    """All that is bright is the object; a click more cuts a part off."""

    def forward(self, embeddings: Tensor, points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        mask = embeddings.clone()
        if points.shape[1] > 2:
            mask[..., : int(float(points[0, 0, 1]) / STRIDE), :] = -1.0
        return mask.repeat(1, 3, 1, 1), torch.zeros(1, 3)


def sample(outlined: bool) -> Sample:
    image = np.full((300, 400, 3), 60, np.uint8)
    image[60:140, 100:180] = 220
    shapes = np.array([ROOF, shapely.box(0, 0, 30, 30)], dtype=object)
    labels = np.array([1, 2])
    return Sample("a", "town", image, shapes, labels, np.array([True, True]), np.array([outlined, False]))


def test_the_mean_overlap_is_of_the_outlines_that_are_held_out(tmp_path: Path) -> None:
    config = read_config(write_training_set(tmp_path))
    network = PromptedOutlines()
    network.encoder = _Bright()  # type: ignore[assignment]
    network.decoder = _Threshold()  # type: ignore[assignment]
    found = measure_outliner(config, network, {"town": Split([], [sample(True)])}, "cpu")
    assert set(found) == {"house"}
    assert found["house"]["objects"] == 1
    assert found["house"]["click"] == pytest.approx(1.0, abs=0.02)
    assert found["house"]["click_75"] == 1
    assert found["house"]["box"] == pytest.approx(1.0, abs=0.02)
    assert found["house"]["three_clicks"] < 0.95
    assert measure_outliner(config, network, {"town": Split([], [sample(False)])}, "cpu") == {}


def test_a_click_lies_in_the_inner_half() -> None:
    rng = np.random.default_rng(0)
    shape = shapely.Polygon([(0, 0), (40, 0), (40, 10), (10, 10), (10, 40), (0, 40)])
    points = [inner_point(shape, rng) for _ in range(50)]
    assert all(shape.contains(shapely.Point(point)) for point in points)
    assert len(set(points)) == 50
