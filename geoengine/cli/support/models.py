"""Model packages as commands name them, and what is printed about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import one_line
from geoengine.cli.support.options import open_project

if TYPE_CHECKING:
    from detectors.model_package.card import ModelCard, ModelPackage

DEFAULT_MODEL = "overhead"


def project_models(directory: Path | None) -> list[Path]:
    """Return the folder of the project's own packages; without a project, of the working directory if it is one."""
    from geoengine.errors import ProjectError

    try:
        return [open_project(directory or Path(".")).models_dir]
    except ProjectError:
        if directory is not None:
            raise
        return []


def find_package(model: str, directory: Path | None = None) -> ModelPackage:
    """Return the package of that name, or in that directory."""
    from detectors.model_package.card import CARD_FILE
    from detectors.model_package.card_file import load_package
    from detectors.model_package.registry import Registry

    if (Path(model) / CARD_FILE).is_file():
        return load_package(Path(model))
    return Registry(*project_models(directory)).get(model)


def tell_restriction(card: ModelCard) -> None:
    """Print on stderr where a model is for research only."""
    if card.is_research_only:
        click.echo(one_line(f"{card.name}: {card.licence}"), err=True)


def tell_shadow(package: ModelPackage) -> None:
    """Print on stderr where a project's package hides a shipped one."""
    from detectors.model_package.registry import shadows_shipped

    if shadows_shipped(package):
        click.echo(
            f"{package.card.name}: the package in {package.directory} stands in for the shipped one of that name.",
            err=True,
        )
