"""Training loop, after torchvision's detection reference, for small overhead data sets on any device."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn

from detectors.architectures import OUTLINERS
from detectors.architectures.clicks import PromptedOutlines
from detectors.architectures.network import Learnable, Network
from detectors.errors import ConfigError
from detectors.inference.predictor import check_device
from detectors.model_package.card import ModelPackage
from detectors.model_package.card_file import load_package
from detectors.training.batches import prefetched_batches
from detectors.training.checkpoint import Identity, read_checkpoint, run_identity, write_checkpoint
from detectors.training.config import TrainConfig, read_config
from detectors.training.learner import Learner, follow, learning_rate
from detectors.training.log import draw_losses, step_log
from detectors.training.measure import measure
from detectors.training.outline_measure import measure_outliner
from detectors.training.outline_package import publish_outliner
from detectors.training.publish import publish
from detectors.training.sources import read_source
from detectors.training.split import Split, check_held_out, check_outlines
from detectors.training.start import starting_network, starting_outliner
from detectors.training.summary import count_samples, write_held_out

logger = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"

# Called with (step, steps, loss) after every step.
StepProgress = Callable[[int, int, float], None]
_Learning = TypeVar("_Learning", bound=Learnable)


def train(
    config_path: Path,
    out: Path,
    *,
    device: str = "cpu",
    start: Path | None = None,
    resume: bool = False,
    progress: StepProgress | None = None,
    tensorboard: bool = False,
) -> Path:
    """Train a model package.

    Every random choice of a step follows from the seed and the step's number, so a run that was stopped and
    resumed goes through the same crops as one that was not.

    Args:
        config_path: TOML file, see `detectors.training.config`. Its architecture may be a detector or an outliner, of
            which the package is one for `detectors.outlines.sam`.
        out: Where the package appears; `checkpoint.pt`, `log.csv` and `loss.png` lie beside its two files.
        device: `cpu`, `cuda` or `cuda:N`.
        start: A model package of the same architecture to start from, whatever its classes; None starts from ImageNet
            weights.
        resume: Go on from the checkpoint in `out`.
        progress: Called with (step, steps, loss) after every step.
        tensorboard: Write events for TensorBoard into `out`/tensorboard as well.

    Returns:
        The package's directory.

    Raises:
        ConfigError, DatasetError, DeviceError, PackageError: What was given cannot be used.
        TrainingError: The loss is not finite, or the checkpoint is of other data, classes, schedule or start.
    """
    config = read_config(config_path)
    check_device(device)
    torch.manual_seed(config.phases[0].seed)  # the heads' first weights
    if config.architecture in OUTLINERS and start is not None:
        raise ConfigError(f"a {config.architecture} starts from ImageNet weights only; leave --start out")
    package = None if start is None else load_package(start)
    network: Learnable = (
        starting_outliner(config) if config.architecture in OUTLINERS else starting_network(config, package)
    )
    splits = {source.name: read_source(source, config) for source in config.sources}
    check_outlines(config, splits.values())
    check_held_out(splits.values())
    started_from = "ImageNet" if package is None else f"{package.card.reference} ({package.card.sha256})"
    average, seconds = learn(
        config,
        splits,
        network,
        out,
        start=started_from,
        device=device,
        resume=resume,
        progress=progress,
        tensorboard=tensorboard,
    )
    facts = {**_start_facts(package), "device": device, "seconds": round(seconds)}
    facts["data"] = count_samples(config, splits)
    if isinstance(average, PromptedOutlines):
        return publish_outliner(
            config, average, measure_outliner(config, average, splits, device), facts, out
        )
    assert isinstance(average, Network)
    write_held_out(config, out)
    metrics = measure(config, average, splits, device)
    return publish(config, average, metrics, facts, out, None if package is None else package.card)


def _start_facts(package: ModelPackage | None) -> dict[str, Any]:
    if package is None:
        return {"started_from": "ImageNet"}
    return {"started_from": package.card.reference, "parent_sha256": package.card.sha256}


def learn(
    config: TrainConfig,
    splits: dict[str, Split],
    network: _Learning,
    out: Path,
    *,
    start: str = "",
    device: str = "cpu",
    resume: bool = False,
    progress: StepProgress | None = None,
    tensorboard: bool = False,
) -> tuple[_Learning, float]:
    """Train a network through the configuration's phases.

    Args:
        config: What is trained; its checkpoint is of no use to another one.
        splits: The samples of every source by its name.
        network: What to start from; it is trained in place.
        out: As in `train`.
        start: What the network is, for a resumed run to compare.
        device: As in `train`.
        resume: As in `train`.
        progress: As in `train`. What it raises ends the run, and a resumed one continues from the last checkpoint.
        tensorboard: As in `train`.

    Returns:
        The averaged network, which is what to measure and ship, and how many seconds this run took.

    Raises:
        DeviceError, TrainingError: As `train`.
    """
    where = check_device(device)
    out.mkdir(parents=True, exist_ok=True)
    network.to(where).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], weight_decay=config.phases[0].weight_decay
    )
    first, identity = 0, run_identity(config, splits, start)
    if resume and (out / CHECKPOINT).exists():
        first = read_checkpoint(out / CHECKPOINT, identity, network, average, optimizer)
    seconds = _run(
        config, identity, splits, network, average, optimizer, first, where, out, progress, tensorboard
    )
    draw_losses(out)
    return average, seconds


def _run(
    config: TrainConfig,
    identity: Identity,
    splits: dict[str, Split],
    network: Learnable,
    average: Learnable,
    optimizer: torch.optim.Optimizer,
    start: int,
    device: torch.device,
    out: Path,
    progress: StepProgress | None,
    tensorboard: bool,
) -> float:
    began = time.monotonic()
    network.train()
    learner = Learner(network, optimizer, device)
    with (
        step_log(out, start, network.LOSSES, tensorboard) as log,
        closing(prefetched_batches(config, splits, start)) as batches,
    ):
        for step, (images, targets) in enumerate(batches, start):
            plan, turn = config.phase_of(step)
            if turn == 0:
                _restart(network, average, optimizer)
            _train_norms(network, not plan.freeze_norms)
            rate = learning_rate(plan, turn)
            for group in optimizer.param_groups:
                group.update(lr=rate, weight_decay=plan.weight_decay)
            images = [image.to(device) for image in images]
            targets = [{key: value.to(device) for key, value in target.items()} for target in targets]
            losses = learner.step(images, targets, step, plan.seed * 1_000_003 + turn, plan.mixed_precision)
            follow(average, network, min(plan.ema_decay, (1 + turn) / (10 + turn)))
            log(step, rate, losses)
            if (step + 1) % plan.checkpoint_every == 0 or step + 1 == config.steps:
                write_checkpoint(out / CHECKPOINT, identity, network, average, optimizer, step + 1)
            if progress:
                progress(step + 1, config.steps, sum(losses.values()))
    return time.monotonic() - began


def _restart(network: Learnable, average: Learnable, optimizer: torch.optim.Optimizer) -> None:
    """Begin a phase from the averaged weights, with the optimizer's state cleared."""
    network.load_state_dict(average.state_dict())
    optimizer.state.clear()


def _train_norms(network: Learnable, by_batch: bool) -> None:
    """Let batch norms use and follow the batch's statistics, or keep those they have."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(by_batch)
