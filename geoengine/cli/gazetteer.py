"""`geoengine gazetteer`: load, search and remove the names of places that the map goes to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.support.options import EXISTING_FILE, json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table


@click.group()
def gazetteer() -> None:
    """Load, search and remove the names of places that the map goes to."""


@gazetteer.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=EXISTING_FILE)
@project_option
@json_option
def load(files: tuple[Path, ...], directory: Path, as_json: bool) -> None:
    """Load files in GeoNames' format, in place of what was loaded before.

    Text files or the archives that GeoNames publishes, such as NP.zip for a country; nothing is fetched. "Go to" on
    the map (key g) then knows their names, in every language they have there.

        geoengine gazetteer load -p town NP.zip IN.zip
    """
    from geoengine.tasks.gazetteer import load_gazetteer

    project = open_project(directory)
    with (
        project.store()
    ):  # a project of a newer version, or one that cannot be written, is refused as everywhere
        loaded = load_gazetteer(project, files)
    if as_json:
        print_json(asdict(loaded))
        return
    left_out = ""
    if loaded.left_out:
        left_out = f"; {count(loaded.left_out, 'line')} left out, the first: {loaded.first_reason}"
    click.echo(f"{count(loaded.places, 'place')} loaded{left_out}.")


@gazetteer.command()
@click.argument("text", metavar="NAME")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many.")
@project_option
@json_option
def find(text: str, limit: int, directory: Path, as_json: bool) -> None:
    """Find places by the beginnings of their names' words."""
    from geoengine.store.gazetteer import find_places

    project = open_project(directory)
    if not project.gazetteer_path.exists():
        raise click.UsageError("the project has no gazetteer; geoengine gazetteer load makes one")
    found = find_places(project.gazetteer_path, text, limit=limit)
    if as_json:
        print_json({"places": [asdict(place) for place in found]})
        return
    rows = [[p.name, p.kind, p.country, p.population, f"{p.lon:.5f}", f"{p.lat:.5f}"] for p in found]
    headers = ["name", "kind", "country", "population", "longitude", "latitude"]
    click.echo(table(headers, rows, right=(3, 4, 5)) if rows else f"No place is called {text}.")


@gazetteer.command()
@project_option
@json_option
def remove(directory: Path, as_json: bool) -> None:
    """Remove the gazetteer from the project; the files it was loaded from stay."""
    from geoengine.tasks.gazetteer import remove_gazetteer

    removed = remove_gazetteer(open_project(directory))
    if as_json:
        print_json({"removed": removed})
    else:
        click.echo("The gazetteer is removed." if removed else "The project has no gazetteer.")
