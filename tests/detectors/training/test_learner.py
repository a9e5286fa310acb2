"""One step of learning: the same whatever number of parts the memory leaves room for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from detectors.errors import TrainingError
from detectors.training.learner import Learner, learning_rate
from detectors.training.settings import Schedule


class Line(nn.Module):
    """A stand-in for a network: its losses are means over the images; more than `room` of them do not fit."""

    LOSSES = ("loss_class", "loss_box")

    def __init__(self, room: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.room, self.seen = room, list[int]()

    def forward(self, images: list[Tensor], targets: list[dict[str, Tensor]]) -> dict[str, Tensor]:
        self.seen.append(len(images))
        assert len(images) == len(targets)
        if len(images) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        loss = torch.stack([(self.weight * image.mean(dim=(1, 2))).sum() ** 2 for image in images]).mean()
        return dict.fromkeys(self.LOSSES, loss)


def learn(room: int, images: list[Tensor], steps: int = 2) -> tuple[Line, Learner, dict[str, float]]:
    network = Line(room)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    learner = Learner(network, optimizer, torch.device("cpu"))  # type: ignore[arg-type]
    for number in range(steps):
        losses = learner.step(images, [{}] * len(images), number, seed=1)
    return network, learner, losses


@pytest.fixture
def images() -> list[Tensor]:
    return list(torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(3)))


def test_a_batch_in_parts_teaches_the_same(images: list[Tensor]) -> None:
    whole, _, expected = learn(5, images)
    parted, learner, losses = learn(2, images)
    assert learner.parts == 4
    assert parted.seen == [5, 3, 2, 2, 1, 2, 2, 1]  # the second step starts with the parts that fitted
    assert torch.allclose(whole.weight, parted.weight, atol=1e-6)
    assert losses == pytest.approx(expected, abs=1e-5)


def test_when_one_does_not_fit_it_says_so(images: list[Tensor]) -> None:
    with pytest.raises(
        TrainingError, match="memory of cpu does not hold one crop of 8 px at step 0; lower crop_px"
    ):
        learn(0, images)


def test_nothing_is_learnt_from_a_loss_that_is_no_number(images: list[Tensor]) -> None:
    network = Line(5)
    learner = Learner(network, torch.optim.SGD(network.parameters(), 0.1), torch.device("cpu"))  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match="not finite at step 7"):
        learner.step([images[0] * float("nan")], [{}], 7, seed=1)
    assert torch.equal(network.weight, torch.ones(3))


def test_the_learning_rate_warms_up_and_falls_to_a_hundredth() -> None:
    plan = replace(Schedule(), steps=1000, warmup_steps=100, learning_rate=1.0)
    rates = [learning_rate(plan, step) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == rates[99] == pytest.approx(1.0)
    assert rates[550] == pytest.approx(0.505, abs=0.01)
    assert rates[-1] == pytest.approx(0.01, abs=1e-4)
    assert rates[:100] == sorted(rates[:100])
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert learning_rate(replace(plan, warmup_steps=0), 0) == 1.0
