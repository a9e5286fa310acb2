"""Publication of a fine-tuned network as a package of the project."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from detectors.installation import install_package
from detectors.model_package.card import ModelCard
from detectors.model_package.card_file import load_package
from detectors.model_package.registry import Registry
from detectors.training.config import TrainConfig
from detectors.training.publish import publish
from geoengine.project import Project
from geoengine.tasks.finetune.labels import SceneLabels


def origin(project: Project, parent: ModelCard, labels: Sequence[SceneLabels]) -> dict[str, Any]:
    """Return the lineage for the card: the package before, and the labels with their changesets."""
    marking = {"marking": project.marking} if project.marking else {}
    scenes = {
        one.scene.key: {"content_hash": one.scene.content_hash, "changeset": one.changeset} for one in labels
    }
    return {
        "started_from": parent.reference,
        "parent_sha256": parent.sha256,
        "project": project.name,
        **marking,
        "scenes": scenes,
    }


def put_into_project(
    project: Project,
    config: TrainConfig,
    network: Any,
    metrics: dict[str, Any],
    facts: dict[str, Any],
    parent: ModelCard,
    staged: Path,
) -> str:
    """Publish into the project's `models/` under the next free name; the package appears whole or not at all.

    The same weights, which a run that was killed right afterwards had put there, are not put there twice.

    Args:
        project: The project.
        config: What was trained.
        network: The network to ship.
        metrics: Figures for the card.
        facts: Lineage for the card, from `origin`.
        parent: The card of the package it was started from.
        staged: A folder that the package is written into first; it is gone afterwards.

    Returns:
        The package's name: the parent's with `-tuned-` and a number.

    Raises:
        PackageError: Another process took the name at this very moment.
        OSError: The disk is full; nothing is left of it in `models/`.
    """
    models = project.models_dir
    base = re.sub(r"-tuned-\d+$", "", parent.name)
    number = 1
    while (models / f"{base}-tuned-{number}").exists():
        number += 1
    staged.mkdir(exist_ok=True)
    publish(replace(config, name=f"{base}-tuned-{number}"), network, metrics, facts, staged, parent)
    sha256 = load_package(staged).card.sha256
    there = [package.card for package in Registry(models).survey()[0] if package.card.sha256 == sha256]
    name = there[0].name if there else install_package(staged, models).card.name
    shutil.rmtree(staged)
    return name
