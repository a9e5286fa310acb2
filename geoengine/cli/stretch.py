"""`geoengine stretch`: how scenes are shown, to people and to models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, sentence
from geoengine.cli.support.options import json_option, open_project, pick_scenes, project_option
from geoengine.cli.support.output import bars, print_json, table
from geoengine.cli.support.raster_options import stretch_options

if TYPE_CHECKING:
    from geoengine.model import Scene


@click.command()
@project_option
@click.argument("scenes", metavar="[SCENE…]", nargs=-1)
@stretch_options
@click.option(
    "--fill/--no-fill",
    "fill",
    default=None,
    help="Measure the scene anew, without a value that fills its border undeclared (--fill), or with all of it.",
)
@click.option("--reset", is_flag=True, help="Restore the stretch that was chosen when the scene was added.")
@json_option
def stretch(directory: Path, scenes: tuple[str, ...], reset: bool, as_json: bool, **wanted: Any) -> int:
    """Show or set how scenes are shown.

    Without a SCENE, the command covers all scenes of the project; without an option, it only shows. Options
    that are not given are chosen as when the scene was added: with --gamma alone, the usual bands and limits.

    The map and the detector read a scene through this one stretch. Existing proposals do not change; geoengine
    prelabel makes new ones. A scene that cannot have the stretch is listed, the others are set, and the exit
    code is 1.

        geoengine stretch -p town banepa --bands cir --limits percentile:1,99
        geoengine stretch -p town banepa --bands ndvi
        geoengine stretch -p town banepa --no-fill
    """
    from geoengine.tasks.scenes.restretch import restretch
    from tiling.display.statistics import fill_note

    if reset and any(value is not None for value in wanted.values()):
        raise click.UsageError("--reset goes with none of --bands, --limits, --gamma, --colormap and --fill")
    changes = reset or any(value is not None for value in wanted.values())
    project = open_project(directory)
    shown: list[Scene] = []
    failed: list[dict[str, str]] = []
    with project.store() as store, bars() as progress, progress.task("scenes") as share:
        chosen = pick_scenes(store, scenes)
        for number, scene in enumerate(chosen):
            share(number / len(chosen))
            try:
                shown.append(restretch(project, store, scene, **wanted) if changes else scene)
            except Exception as error:
                known = sentence(error)
                if known is None:
                    raise
                failed.append({"scene": scene.key, "error": known[0]})
                click.echo(f"{scene.key}: {known[0]}", err=True)
    if as_json:
        entries = [{"scene": scene.key, "stretch": scene.stretch.to_json()} for scene in shown]
        print_json({"scenes": entries, "failed": failed})
    elif shown:
        headers = ["scene", "bands", "black", "white", "gamma", "colours"]
        click.echo(table(headers, [_row(scene) for scene in shown]))
        for scene in shown:
            note = fill_note(scene.statistics)
            if note:
                click.echo(f"{scene.key}: {note}")
    if not failed:
        return DONE
    return PARTLY if shown else WRONG_INPUT


def _row(scene: Scene) -> list[str | None]:
    from tiling.display.stretch import quantities

    stretch = scene.stretch
    bands = ",".join(map(str, stretch.bands))
    if stretch.index is not None:
        bands = f"{stretch.index}({bands})"
    black, white = (
        ",".join(f"{value:.6g}" for value in values) for values in quantities(stretch, scene.statistics)
    )
    return [scene.key, bands, black, white, f"{stretch.gamma:g}", stretch.colormap]
