"""`geoengine pins`: list questions on places of scenes, and write them as points."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.failures import DONE, PARTLY
from geoengine.cli.support.options import (
    FILE,
    check_writable,
    json_option,
    open_project,
    pick_scenes,
    project_option,
)
from geoengine.cli.support.output import count, print_json, table


@click.group()
def pins() -> None:
    """List questions on places of scenes, and write them as points."""


@pins.command("list")
@click.option(
    "--scene", "scenes", metavar="KEY", multiple=True, help="Only this scene; may be given several times."
)
@click.option("--state", type=click.Choice(("open", "resolved")), help="Only open or only resolved ones.")
@click.option(
    "--out",
    type=FILE,
    help="Write them to this file too, as GeoJSON points in longitude and latitude (WGS 84), for QGIS and others.",
)
@project_option
@json_option
def list_(
    scenes: tuple[str, ...], state: str | None, out: Path | None, directory: Path, as_json: bool
) -> int:
    """List the questions that people asked on places of scenes, oldest first.

    A pin lies where no object need be; removed ones are not listed. x and y are in the scene's CRS.

        geoengine pins list -p town --state open --out questions.geojson
    """
    from geoengine.exchange.pin_file import pin_properties, write_pins

    project = open_project(directory)
    if out is not None:
        check_writable(out, "--out")
    with project.store() as store:
        chosen = pick_scenes(store, scenes)
        with store.reading() as view:
            found = [
                (scene, [pin for pin in view.pins(scene.id) if state in (None, pin.state.value)])
                for scene in chosen
            ]
    report = None if out is None else write_pins(out, found)
    each = [(scene, pin) for scene, pins in found for pin in pins]
    if as_json:
        print_json(
            {
                "pins": [{**pin_properties(pin, scene), "x": pin.x, "y": pin.y} for scene, pin in each],
                "out": out,
                "written": None if report is None else report.written,
                "unplaced": None if report is None else report.unplaced,
            }
        )
    elif report is None:
        rows = [[s.key, p.state.value, p.asked_by, p.asked_at, p.x, p.y, p.text] for s, p in each]
        headers = ["scene", "state", "asked by", "time", "x", "y", "question"]
        click.echo(
            table(headers, rows, right=(4, 5))
            if rows
            else f"There are no {f'{state} ' if state else ''}pins."
        )
    else:
        click.echo(f"{count(report.written, 'pin')} in {out}.")
    if report is None or not report.unplaced:
        return DONE
    for key, number in report.unplaced.items():
        click.echo(
            f"Note: {count(number, 'pin')} of scene {key} left out: nothing places them in longitude and latitude.",
            err=True,
        )
    return PARTLY
