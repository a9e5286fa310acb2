"""`geoengine import`: a file of polygons, lines and points into the scenes it touches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, one_line
from geoengine.cli.support.import_output import import_document, tell_import
from geoengine.cli.support.options import (
    EXISTING_FILE,
    FEATURE_STATES,
    author_option,
    json_option,
    open_project,
    pick_class,
    pick_scenes,
    project_option,
)
from geoengine.cli.support.output import bars, print_json

if TYPE_CHECKING:
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.labels.coco_labels import LabelSource
    from geoengine.tasks.labels.import_options import ImportOptions, ImportReport


@click.command("import")
@project_option
@click.argument("path", metavar="FILE", type=EXISTING_FILE)
@click.option(
    "--scene",
    "scenes",
    metavar="SCENE",
    multiple=True,
    help="Where the objects go; may be given several times.  [default: the scenes they lie in]",
)
@click.option(
    "--state",
    type=click.Choice(FEATURE_STATES),
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
@click.option("--split-parts", is_flag=True, help="Make an object of each part of a MultiPolygon.")
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
    split_parts: bool,
    deletions: bool,
    author: str | None,
    as_json: bool,
) -> int:
    """Read the polygons, lines and points of FILE into the scenes they lie in.

    FILE is GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or KML (docs/limits.md). The good ones go in as one
    changeset for each scene; the others are listed with the reason, and the exit code is 1. The same file twice is in
    the project once. An object that is not of the geometry of its class is left out, but an outline becomes the box
    around it where the class is of boxes. A MultiPolygon stays one object unless --split-parts is given.

    A label file or export that was edited elsewhere, in QGIS for example, comes back as its edits: what was moved,
    reclassified, split or merged there changes here, unless the object was changed here too; then it is listed.
    Objects that the file lacks are deleted with --deletions.

        geoengine import -p town labels/town.geojson --deletions
        geoengine import -p town cars.gpkg --layer cars --map "Small Car=small-car"
    """
    from geoengine.model import FeatureState
    from geoengine.tasks.labels.import_options import ImportOptions

    project = open_project(directory)
    with project.store() as store:
        targets = pick_scenes(store, scenes)
        if default_class is not None:
            pick_class(store, default_class)
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
            split_parts=split_parts,
        )
        report, source = _import(project, store, targets, path, options, is_named=bool(scenes))
    for line in source.remarks:
        click.echo(one_line(line), err=True)
    if as_json:
        print_json(import_document(report))
    else:
        tell_import(report, scenes or tuple(report.changesets))
    if not report.problems and not report.kept and not source.left_out:
        return DONE
    done = report.added or report.changed or report.deleted or report.known
    return PARTLY if done else WRONG_INPUT


def _import(
    project: Project,
    store: Store,
    targets: Sequence[Scene],
    path: Path,
    options: ImportOptions,
    *,
    is_named: bool,
) -> tuple[ImportReport, LabelSource]:
    """Import with a progress bar; a COCO file goes into the one scene that it is of."""
    from geoengine.tasks.labels.coco_labels import LabelSource, is_coco, label_source
    from geoengine.tasks.labels.import_labels import import_labels

    if len(targets) != 1 and is_coco(path):
        raise click.UsageError("a COCO file goes into one scene, expected --scene with one")
    opened = (
        label_source(path, targets[0], project.cache_dir)
        if len(targets) == 1
        else nullcontext(LabelSource(path))
    )
    with opened as source, bars() as shown, shown.task(f"Importing {path.name}") as progress:
        report = import_labels(
            project, store, targets, source.path, options, is_named=is_named, progress=progress
        )
    return report, source


def _renamed(mapped: Sequence[str]) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for pair in mapped:
        name, sign, key = pair.rpartition("=")
        if not sign or not name.strip() or not key.strip():
            raise click.UsageError(f"--map is {pair!r}, expected a name and a class: 'Small Car=small-car'")
        renamed[name.strip()] = key.strip()
    return renamed
