"""`geoengine models`: list, show and install model packages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.options import DIRECTORY, json_option, open_project
from geoengine.cli.support.output import print_json, table

if TYPE_CHECKING:
    from detectors.model_package.card import ModelCard


def project_models(directory: Path | None) -> list[Path]:
    """Return the folder of the project's own packages; without a project, of the working directory if it is one."""
    from geoengine.errors import ProjectError

    try:
        return [open_project(directory or Path(".")).models_dir]
    except ProjectError:
        if directory is not None:
            raise
        return []


def tell_restriction(card: ModelCard) -> None:
    """Print on stderr where a model is for research only."""
    if card.licence.startswith("research use only"):
        click.echo(f"{card.name}: {card.licence}", err=True)


project_of_models = click.option(
    "-p",
    "--project",
    "directory",
    type=DIRECTORY,
    default=None,
    help="A project whose own packages are included.  [default: the current directory, where it is a project]",
)


@click.group()
def models() -> None:
    """List, show and install model packages."""


@models.command("list")
@project_of_models
@json_option
def list_(directory: Path | None, as_json: bool) -> None:
    """List the shipped packages and the project's own."""
    from detectors.model_package.registry import Registry

    packages = Registry(*project_models(directory)).packages()
    if as_json:
        print_json([{**asdict(package.card), "directory": str(package.directory)} for package in packages])
        return
    rows = [
        [
            package.card.name,
            package.card.version,
            ", ".join(package.card.class_keys),
            f"{package.card.gsd_m:g} m",
            package.card.licence,
        ]
        for package in packages
    ]
    click.echo(
        table(["model", "version", "classes", "resolution", "licence"], rows)
        if rows
        else "No model is installed."
    )


@models.command()
@click.argument("name")
@project_of_models
@json_option
def show(name: str, directory: Path | None, as_json: bool) -> None:
    """Show the card of the package NAME, and check its weights."""
    from detectors.model_package.registry import Registry

    package = Registry(*project_models(directory)).get(name)
    package.check_weights()
    if as_json:
        print_json({**asdict(package.card), "directory": str(package.directory)})
        return
    card = package.card
    click.echo(f"{card.name} {card.version}: {card.description}")
    facts = [
        ("architecture", card.architecture),
        (
            "classes",
            ", ".join(
                f"{info.key} ({info.geometry}, from score {info.min_score:g})" for info in card.classes
            ),
        ),
        (
            "resolution",
            f"{card.gsd_m:g} m, for scenes of {card.gsd_range_m[0]:g} to {card.gsd_range_m[1]:g} m",
        ),
        ("licence", card.licence),
        ("weights", f"{package.weights} (sha256 {card.sha256[:16]}…, checked)"),
    ]
    click.echo("\n".join(f"  {label:<13}{text}" for label, text in facts))
    for source in card.sources:
        click.echo("  learnt from  " + "; ".join(str(value) for value in source.values()))
    for data_set, metrics in card.metrics.items():
        figures = metrics.items() if isinstance(metrics, dict) else [("", metrics)]
        click.echo(
            f"  measured on {data_set}: " + ", ".join(f"{key} {value}".strip() for key, value in figures)
        )
    for note in card.notes:
        click.echo(f"  note: {note}")


@models.command()
@click.argument("source", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-p", "--project", "directory", type=DIRECTORY, default=Path("."), help="The project to install it into."
)
def install(source: Path, directory: Path) -> None:
    """Install a package, a .zip or a directory, into a project.

    The weights are first compared with the sha256 on the package's card. The package is installed whole or not
    at all.
    """
    from detectors.model_package.registry import install_package

    package = install_package(source, open_project(directory).models_dir)
    click.echo(f"{package.card.name} {package.card.version} is in {package.directory}.")
