"""Training of a network's heads alone, on features that are computed once: minutes in place of an hour.

The body and the feature pyramid stay as they are. Their output is computed for a number of random crops, kept in
float16, and the heads go through it many times.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from detectors.architectures.condinst import CondInst
from detectors.architectures.network import Network, Targets
from detectors.errors import ConfigError
from detectors.inference.predictor import check_device
from detectors.training.batches import draw_batch, drawn_sets
from detectors.training.config import TrainConfig
from detectors.training.learner import follow, learning_rate
from detectors.training.loop import StepProgress
from detectors.training.split import Split

_MAX_GRADIENT_NORM = 10.0


@dataclass(frozen=True)
class _Crop:
    """What the heads see of one crop, on the CPU in float16, and its target."""

    levels: list[Tensor]
    masks: Tensor
    target: dict[str, Tensor]


def learn_heads(
    config: TrainConfig,
    splits: dict[str, Split],
    network: Network,
    crops: int,
    *,
    device: str = "cpu",
    progress: StepProgress | None = None,
) -> tuple[Network, float]:
    """Train the heads of a network in one phase; norms stay as they are.

    Args:
        config: What is trained: its last phase is followed, of which a batch is drawn from the crops.
        splits: The samples of every source by its name.
        network: What to start from, a `CondInst`; it is trained in place.
        crops: How many crops are computed, 4.2 MB each at 512 px.
        device: `cpu`, `cuda` or `cuda:N`.
        progress: Called with (done, of how many, loss) after every crop and every step. What it raises ends the run.

    Returns:
        The averaged network, and how many seconds it took.

    Raises:
        ConfigError: The network's heads cannot be trained alone.
        DeviceError: The device is not there.
    """
    if not isinstance(network, CondInst):
        raise ConfigError(
            f"architecture is {config.architecture!r}, expected condinst_efficientnet_lite0: of other networks the "
            "heads cannot be trained alone"
        )
    began, where, plan = time.monotonic(), check_device(device), config.phases[-1]
    network.to(where).eval()
    for parameter in network.backbone.parameters():
        parameter.requires_grad_(False)
    bank = []
    for crop in _computed(config, splits, network, crops, where):
        bank.append(crop)
        if progress:
            progress(len(bank), crops + plan.steps, 0.0)
    average = copy.deepcopy(network)
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, weight_decay=plan.weight_decay)
    rng = np.random.default_rng([plan.seed, 1])
    torch.manual_seed(plan.seed)
    for step in range(plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(plan, step)
        some = [bank[number] for number in rng.choice(len(bank), plan.batch, replace=len(bank) < plan.batch)]
        optimizer.zero_grad(set_to_none=True)
        losses = network.losses(*_stacked(some, where), _targets(some, where))
        total = torch.stack(list(losses.values())).sum()
        total.backward()  # type: ignore[no-untyped-call, unused-ignore]
        nn.utils.clip_grad_norm_(learnt, _MAX_GRADIENT_NORM)
        optimizer.step()
        follow(average, network, min(plan.ema_decay, (1 + step) / (10 + step)))
        if progress:
            progress(crops + step + 1, crops + plan.steps, float(total.detach()))
    return average, time.monotonic() - began


@torch.no_grad()
def _computed(
    config: TrainConfig, splits: dict[str, Split], network: CondInst, crops: int, device: torch.device
) -> Iterator[_Crop]:
    """Yield so many crops, each with its features."""
    plan = config.phases[-1]
    sets, step = drawn_sets(config, splits, plan), 0
    while crops > 0:
        images, targets = draw_batch(sets, plan, step)
        for image, target in zip(images[:crops], targets, strict=False):
            levels, masks = network.features([image.to(device)])
            yield _Crop([level.cpu().half() for level in levels], masks.cpu().half(), target)
        crops, step = crops - len(images), step + 1


def _stacked(crops: list[_Crop], device: torch.device) -> tuple[list[Tensor], Tensor]:
    levels = [
        torch.cat(maps).to(device).float() for maps in zip(*(crop.levels for crop in crops), strict=True)
    ]
    return levels, torch.cat([crop.masks for crop in crops]).to(device).float()


def _targets(crops: list[_Crop], device: torch.device) -> Targets:
    return [{key: value.to(device) for key, value in crop.target.items()} for crop in crops]
