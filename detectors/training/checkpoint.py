"""Checkpoints of a training run: all that a resumed run needs, read back without unpickling code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
from torch import nn

from detectors.errors import TrainingError
from detectors.training.config import TrainConfig


def _identity(config: TrainConfig) -> str:
    """Return the settings that must not change between a run and its resumption, as text."""
    return repr((config.name, config.architecture, config.gsd_m, config.class_keys, config.phases))


def write_checkpoint(
    path: Path,
    config: TrainConfig,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    step: int,
) -> None:
    """Write a checkpoint atomically: a run killed here finds the one before."""
    state = {
        "identity": _identity(config),
        "step": step,
        "network": network.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    scratch = path.with_suffix(".tmp")
    with scratch.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def read_checkpoint(
    path: Path,
    config: TrainConfig,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> int:
    """Restore a run and return the next step.

    Raises:
        TrainingError: The file is damaged, or belongs to another configuration.
    """
    try:
        state: Any = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many kinds for a damaged file
        raise TrainingError(f"{path} cannot be read as a checkpoint: {error}") from error
    if not isinstance(state, dict) or state.get("identity") != _identity(config):
        raise TrainingError(
            f"{path} is of another configuration; train into another folder or without --resume"
        )
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
