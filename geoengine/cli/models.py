"""`geoengine models`: list, show, install and remove model packages, and how they did in a project."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.support.failures import DONE, PARTLY, one_line
from geoengine.cli.support.models import find_package, project_models, tell_shadow
from geoengine.cli.support.options import DIRECTORY, json_option, open_project, project_option
from geoengine.cli.support.output import print_json, table

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
    """List, show, install and remove model packages, and show how they did in a project."""


@models.command("list")
@project_of_models
@json_option
def list_(directory: Path | None, as_json: bool) -> int:
    """List the shipped packages and the project's own.

    A package that cannot be read is named, and the exit code is 1.
    """
    from detectors.model_package.registry import Registry

    packages, broken = Registry(*project_models(directory)).survey()
    for error in broken:
        click.echo(one_line(f"left out: {error}"), err=True)
    for package in packages:
        tell_shadow(package)
    ends = PARTLY if broken else DONE
    if as_json:
        print_json([{**asdict(package.card), "directory": str(package.directory)} for package in packages])
        return ends
    rows = [
        [
            one_line(package.card.name),
            one_line(package.card.version),
            ", ".join(package.card.class_keys),
            f"{package.card.gsd_m:g} m",
            one_line(package.card.licence),
        ]
        for package in packages
    ]
    click.echo(
        table(["model", "version", "classes", "resolution", "licence"], rows)
        if rows
        else "No model is installed."
    )
    return ends


@models.command()
@click.argument("name")
@project_of_models
@json_option
def show(name: str, directory: Path | None, as_json: bool) -> None:
    """Show the card of the package NAME, and check its weights.

    NAME may be the directory of a package, too, such as the --out of a training.
    """
    package = find_package(name, directory)
    package.check_weights()
    tell_shadow(package)
    if as_json:
        print_json({**asdict(package.card), "directory": str(package.directory)})
        return
    card = package.card
    click.echo(one_line(f"{card.name} {card.version}: {card.description}"))
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
    click.echo("\n".join(f"  {label:<13}{one_line(text)}" for label, text in facts))
    for source in card.sources:
        click.echo("  learnt from  " + one_line("; ".join(str(value) for value in source.values())))
    for data_set, metrics in card.metrics.items():
        figures = metrics.items() if isinstance(metrics, dict) else [("", metrics)]
        text = ", ".join(f"{key} {value}".strip() for key, value in figures)
        click.echo("  " + one_line(f"measured on {data_set}: {text}"))
    for note in card.notes:
        click.echo("  " + one_line(f"note: {note}"))


@models.command()
@project_option
@json_option
def here(directory: Path, as_json: bool) -> None:
    """Show what people made of each model's proposals in a project.

    Of each class: accepted as proposed, accepted with another outline or class, rejected, and not decided yet.
    *Right* is the share of the decided ones that were accepted, with its 95 % interval as if objects were
    independent. Proposals that later ones replaced are not counted.
    """
    from detectors.model_package.figures import wilson

    with open_project(directory).store() as store, store.reading() as view:
        found = view.model_results()
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = []
    for one in found:
        right = wilson(one.unchanged + one.corrected, one.decided)
        share = f"{right.value:.2f} ({right.low:.2f} to {right.high:.2f})" if one.decided else None
        rows.append(
            [
                one_line(one.model),
                one.class_key,
                *(f"{number:,}" for number in (one.unchanged, one.corrected, one.rejected, one.undecided)),
                share,
            ]
        )
    headers = ["model", "class", "unchanged", "corrected", "rejected", "undecided", "right"]
    click.echo(
        table(headers, rows, right=(2, 3, 4, 5))
        if rows
        else "No model has proposed anything in this project."
    )


@models.command()
@click.argument("source", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-p", "--project", "directory", type=DIRECTORY, default=Path("."), help="The project to install it into."
)
@click.option("--replace", is_flag=True, help="Put it in the place of an installed package of its name.")
def install(source: Path, directory: Path, replace: bool) -> None:
    """Install a package, a .zip or a directory, into a project.

    The weights are first compared with the sha256 on the package's card, and loaded once. The package is installed
    whole or not at all.
    """
    from detectors.installation import install_package

    package = install_package(source, open_project(directory).models_dir, replace=replace)
    tell_shadow(package)
    click.echo(one_line(f"{package.card.name} {package.card.version} is in {package.directory}."))


@models.command()
@click.argument("name")
@click.option(
    "-p", "--project", "directory", type=DIRECTORY, default=Path("."), help="The project that has it."
)
def remove(name: str, directory: Path) -> None:
    """Remove the package NAME from a project; its proposals and labels stay.

    Shipped packages cannot be removed.
    """
    from detectors.installation import remove_package

    click.echo(f"{name} is no longer in {remove_package(name, open_project(directory).models_dir).parent}.")
