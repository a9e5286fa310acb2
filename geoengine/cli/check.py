"""`geoengine check`: damaged rows of a project's database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.support.failures import DONE, PARTLY
from geoengine.cli.support.options import author_option, json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json


@click.command()
@project_option
@click.option("--remove", is_flag=True, help="Take damaged features out; their history stays.")
@click.option(
    "--restore",
    is_flag=True,
    help="Write damaged features anew from their history or the label file, and damaged scenes from their rasters.",
)
@author_option
@json_option
def check(directory: Path, remove: bool, restore: bool, author: str | None, as_json: bool) -> int:
    """Name damaged rows of a project's database, take them out or restore them.

    Every row is read. Without an option nothing is changed. The exit code is 1 while damage is left.

        geoengine check -p town --restore
    """
    if remove and restore:
        raise click.UsageError("--remove and --restore were both given, expected one of them")
    from geoengine.tasks.check import Remedy, check_project

    remedy = Remedy.REMOVE if remove else Remedy.RESTORE if restore else Remedy.NONE
    project = open_project(directory)
    with project.store() as store:
        found = check_project(project, store, remedy, author or project.author_default)
    left = [one for one in found if one.done is None]
    if as_json:
        print_json({"damage": [asdict(one) for one in found], "left": len(left)})
    else:
        for one in found:
            click.echo(f"{one.what}: it {one.done or one.hint}.", err=one.done is None)
        click.echo(
            f"{count(len(found), 'fault')} found, {count(len(left), 'fault')} left."
            if found
            else "Every row can be read."
        )
    return PARTLY if left else DONE
