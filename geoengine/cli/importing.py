"""`geoengine import`: a file of polygons into the scenes it touches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.export import STATES
from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, one_line
from geoengine.cli.support.options import (
    EXISTING_FILE,
    author_option,
    json_option,
    open_project,
    pick_scenes,
    project_option,
)
from geoengine.cli.support.output import bars, count, print_json

if TYPE_CHECKING:
    from geoengine.tasks.labels.import_options import ImportReport

LISTED = 20


@click.command("import")
@project_option
@click.argument("path", metavar="FILE", type=EXISTING_FILE)
@click.option(
    "--scene",
    "scenes",
    metavar="SCENE",
    multiple=True,
    help="Where the polygons go; may be given several times.  [default: the scenes they lie in]",
)
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="Of every feature.  [default: what the file says, else accepted]",
)
@click.option("--class", "default_class", metavar="KEY", help="Of features that name no class.")
@click.option(
    "--class-property",
    metavar="NAME",
    help="The property that names the class.  [default: the first of class, class_key, label, category, "
    "category_name, name]",
)
@click.option(
    "--map",
    "mapped",
    metavar="NAME=CLASS",
    multiple=True,
    help="A class name of the file and the project's class that it means; may be given several times.",
)
@click.option("--layer", metavar="NAME", help="The layer of a GeoPackage, or the file within a zip.")
@click.option("--crs", metavar="CRS", help="Of the coordinates, whatever the file says, as in EPSG:32633.")
@click.option("--repair", is_flag=True, help="Repair rings that cross or touch themselves.")
@click.option("--deletions", is_flag=True, help="Delete objects that an edited label file lacks.")
@author_option
@json_option
def import_(
    directory: Path,
    path: Path,
    scenes: tuple[str, ...],
    state: str | None,
    default_class: str | None,
    class_property: str | None,
    mapped: tuple[str, ...],
    layer: str | None,
    crs: str | None,
    repair: bool,
    deletions: bool,
    author: str | None,
    as_json: bool,
) -> int:
    """Read the polygons of FILE into the scenes they lie in.

    FILE is GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or KML (docs/limits.md). The good ones go in as one
    changeset for each scene; the others are listed with the reason, and the exit code is 1. The same file twice is in
    the project once.

    A label file or export that was edited elsewhere, in QGIS for example, comes back as its edits: what was moved,
    reclassified, split or merged there changes here, unless the object was changed here too; then it is listed.
    Objects that the file lacks are deleted with --deletions.

    \b
        geoengine import -p town labels/town.geojson --deletions
        geoengine import -p town cars.gpkg --layer cars --map "Small Car=small-car"
    """
    from geoengine.model import FeatureState
    from geoengine.tasks.labels.coco_labels import LabelSource, is_coco, label_source
    from geoengine.tasks.labels.import_labels import import_labels
    from geoengine.tasks.labels.import_options import ImportOptions

    project = open_project(directory)
    with project.store() as store, bars() as shown:
        targets = pick_scenes(store, scenes)
        with store.reading() as view:
            known = [label_class.key for label_class in view.classes()]
        if default_class is not None and default_class not in known:
            raise click.UsageError(
                f"there is no class {default_class!r} in this project, which has {', '.join(known)}"
            )
        options = ImportOptions(
            author=author or project.author_default,
            state=FeatureState(state) if state else None,
            class_property=class_property,
            default_class=default_class,
            renamed=_renamed(mapped),
            layer=layer,
            crs=crs,
            repair=repair,
            deletions=deletions,
        )
        if len(targets) != 1 and is_coco(path):
            raise click.UsageError("a COCO file goes into one scene, expected --scene with one")
        with (
            label_source(path, targets[0]) if len(targets) == 1 else nullcontext(LabelSource(path)) as source,
            shown.task(f"Importing {path.name}") as progress,
        ):
            report = import_labels(
                project, store, targets, source.path, options, is_named=bool(scenes), progress=progress
            )
    for line in source.remarks:
        click.echo(one_line(line), err=True)
    if as_json:
        document = asdict(report)
        print_json({**document, "changeset": next(iter(report.changesets.values()), None)})
    else:
        _tell(report, scenes or tuple(report.changesets))
    if not report.problems and not report.kept:
        return PARTLY if source.left_out else DONE
    done = report.added or report.changed or report.deleted or report.known
    return PARTLY if done else WRONG_INPUT


def _renamed(mapped: Sequence[str]) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for pair in mapped:
        name, sign, key = pair.rpartition("=")
        if not sign or not name.strip() or not key.strip():
            raise click.UsageError(f"--map is {pair!r}, expected a name and a class: 'Small Car=small-car'")
        renamed[name.strip()] = key.strip()
    return renamed


def _tell(report: ImportReport, scenes: Sequence[str]) -> None:
    where = f" to {scenes[0]}" if len(scenes) == 1 else f" to {count(len(scenes), 'scene')}" if scenes else ""
    parts = [f"{count(report.added, 'feature')} added{where}"]
    parts += [f"{report.changed:,} changed"] if report.changed else []
    parts += [f"{report.deleted:,} deleted"] if report.deleted else []
    parts += [f"{report.known:,} there already"] if report.known else []
    parts += [f"{len(report.problems):,} left out"] if report.problems else []
    click.echo(f"{', '.join(parts)}.")
    click.echo(f"Read as {report.format}.", err=True)
    if report.newer:
        click.echo(
            f"{count(report.newer, 'object')} changed here since the file was written: kept.", err=True
        )
    if report.repaired:
        click.echo(f"{count(report.repaired, 'feature')} with rings repaired.", err=True)
    for note in report.notes:
        click.echo(f"Note: {note}.", err=True)
    if report.unknown_classes:
        names = sorted(report.unknown_classes.items(), key=lambda pair: -pair[1])
        listed = ", ".join(f"{name!r} ({number:,})" for name, number in names[:LISTED])
        click.echo(f"Unknown classes: {listed}; --map NAME=CLASS says what they mean.", err=True)
    if any(problem.reason.startswith("is not valid") for problem in report.problems):
        click.echo("Rings cross or touch themselves; --repair repairs them.", err=True)
    for problem in report.problems[:LISTED]:
        click.echo(f"  {problem.sentence()}", err=True)
    if len(report.problems) > LISTED:
        click.echo(f"  … and {len(report.problems) - LISTED:,} more (--json lists them all)", err=True)
