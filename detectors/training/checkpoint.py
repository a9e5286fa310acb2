"""Checkpoints of a training run: all that a resumed run needs, read back without unpickling code."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import torch
from torch import nn

from detectors.errors import TrainingError
from detectors.training.config import TrainConfig
from detectors.training.split import Split

Identity = dict[str, str]


def run_identity(config: TrainConfig, splits: dict[str, Split], start: str) -> Identity:
    """Return what must not change between a run and its resumption, by name.

    Args:
        config: What is trained.
        splits: The samples: their pixels, objects, classes and outlines count, however they were configured.
        start: What the run starts from.
    """
    digest = hashlib.sha256()
    for source in config.sources:
        digest.update(repr((source.name, source.weight, source.scale_jitter)).encode())
        split = splits.get(source.name, Split([], []))
        for part in (split.train, split.val):
            for sample in part:
                digest.update(sample.name.encode())
                for values in (sample.image, sample.labels, sample.labelled, sample.outlined):
                    digest.update(repr(values.shape).encode() + np.ascontiguousarray(values).tobytes())
                digest.update(b"".join(shapely.to_wkb(sample.polygons)))
            digest.update(b"|")
    return {
        "model": repr((config.name, config.architecture, config.gsd_m)),
        "classes": repr([(info.key, info.geometry) for info in config.classes]),
        "schedule": repr(config.phases),
        "data, mapping or split": digest.hexdigest(),
        "start": start,
    }


def write_checkpoint(
    path: Path,
    identity: Identity,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    step: int,
) -> None:
    """Write a checkpoint atomically: a run killed here finds the one before."""
    state = {
        "identity": identity,
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
    identity: Identity,
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
    known = state.get("identity") if isinstance(state, dict) else None
    if known != identity:
        parts = (
            [key for key in identity if known.get(key) != identity[key]] if isinstance(known, dict) else []
        )
        more = f" (other {'; other '.join(parts)})" if parts else ""
        if isinstance(known, dict) and parts == ["schedule"]:
            more = f" (other schedule: {_differences(known['schedule'], identity['schedule'])})"
        if isinstance(known, dict) and parts == ["start"]:
            more = f" (it was started from {known['start']}, and this one from {identity['start']})"
        raise TrainingError(
            f"{path} is of another configuration{more}; train into another folder, or resume with what it began with"
        )
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _differences(there: str, given: str) -> str:
    """Return the fields of two schedules that differ, as in "steps=24, now steps=48"."""
    old, new = (text.removeprefix("(").removesuffix(")").split(", ") for text in (there, given))
    if len(old) != len(new):
        return "other phases"
    apart = [
        f"{one.rpartition('(')[2]}, now {other.rpartition('(')[2]}".replace(")", "")
        for one, other in zip(old, new, strict=True)
        if one != other
    ]
    return f"{'; '.join(apart)}; --start with the finished package goes on from its weights"
