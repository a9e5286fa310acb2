"""A model package of the shipped kind whose weights are random."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import safetensors.torch
import torch

from detectors.architectures import build_network


def write_random_package(directory: Path, name: str = "random") -> Path:
    """Write a package of one class; the same weights every time."""
    directory.mkdir(parents=True)
    torch.manual_seed(5)
    network = build_network("condinst_efficientnet_lite0", 1)
    state = {
        key: value.half() if value.is_floating_point() else value
        for key, value in network.state_dict().items()
    }
    weights = directory / "weights.safetensors"
    safetensors.torch.save_file(state, weights)
    card = {
        "name": name,
        "version": "0.1",
        "description": "Finds nothing.",
        "architecture": "condinst_efficientnet_lite0",
        "classes": [{"key": "thing", "geometry": "polygon", "min_score": 0.4}],
        "gsd_m": 0.2,
        "gsd_range_m": [0.1, 0.4],
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "licence": "Apache-2.0",
        "sources": [],
        "metrics": {},
        "notes": [],
    }
    (directory / "model.json").write_text(json.dumps(card))
    return directory
