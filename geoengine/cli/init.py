"""`geoengine init`: start a project."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import DIRECTORY
from geoengine.cli.support.values import ClassSpec


@click.command()
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--name", help="Name of the project.  [default: the directory's name]")
@click.option(
    "--class",
    "classes",
    type=ClassSpec(),
    multiple=True,
    help="A label class, optionally with its colour as rrggbb, and box, oriented-box, line or point where its objects "
    "are no polygons; may be given several times.",
)
def init(directory: Path, name: str | None, classes: tuple[tuple[str, str | None, str | None], ...]) -> None:
    """Start a project in DIR.

    The directory gets geoengine.toml, the database and the folders scenes, labels, models, exports and jobs. A
    model proposes only classes that the project has; a project without classes gets the model's.

        geoengine init town --class building:26beff --class tree:ff9900 --class road:line
    """
    from geoengine.model import GeometryKind, LabelClass, default_color
    from geoengine.project import Project

    label_classes = [
        LabelClass(
            key=key,
            name=key.replace("_", " "),
            color=colour or default_color(index),
            geometry=GeometryKind(geometry or "polygon"),
        )
        for index, (key, colour, geometry) in enumerate(classes)
    ]
    project = Project.create(directory, name=name, classes=label_classes)
    keys = ", ".join(label_class.key for label_class in label_classes) or "no classes yet"
    click.echo(f"Project {project.name!r} is in {project.directory} ({keys}).")
