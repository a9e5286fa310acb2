"""`geoengine import`: a GeoJSON file into a scene."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

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
from geoengine.cli.support.output import count, print_json

LISTED = 20


@click.command("import")
@project_option
@click.argument("path", metavar="FILE.geojson", type=EXISTING_FILE)
@click.option("--scene", required=True, metavar="SCENE", help="Scene to import into.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="State of every feature.  [default: what the file says, else accepted]",
)
@click.option("--class", "default_class", metavar="KEY", help="Class of features that have none.")
@click.option(
    "--class-property",
    metavar="NAME",
    default="class",
    show_default=True,
    help="The property that names the class.",
)
@author_option
@json_option
def import_(
    directory: Path,
    path: Path,
    scene: str,
    state: str | None,
    default_class: str | None,
    class_property: str,
    author: str | None,
    as_json: bool,
) -> int:
    """Read the polygons of FILE.geojson, or of a COCO file, into a scene.

    Good features go in as one changeset; the others are listed with the reason, and the exit code is 1.
    Importing the same file twice adds nothing. A feature that was edited or deleted in the project since the
    file was written is listed and not overwritten. COCO annotations (outlines, or boxes where there are none) go into
    a scene without georeference, from the image of its name.
    """
    from geoengine.model import FeatureState
    from geoengine.tasks.labels.coco_labels import label_source
    from geoengine.tasks.labels.import_labels import import_labels

    project = open_project(directory)
    with project.store() as store:
        [target] = pick_scenes(store, (scene,))
        with store.reading() as view:
            known = [label_class.key for label_class in view.classes()]
        if default_class is not None and default_class not in known:
            raise click.UsageError(
                f"there is no class {default_class!r} in this project, which has {', '.join(known)}"
            )
        with label_source(path, target) as source:
            report = import_labels(
                project,
                store,
                target,
                source.path,
                author=author or project.author_default,
                state=FeatureState(state) if state else None,
                class_property=class_property,
                default_class=default_class,
            )
    for line in source.remarks:
        click.echo(one_line(line), err=True)
    if as_json:
        print_json(
            {
                "added": report.added,
                "known": report.known,
                "changeset": report.changeset,
                "problems": [asdict(problem) for problem in report.problems],
            }
        )
    else:
        already = f", {report.known:,} there already" if report.known else ""
        left_out = f", {len(report.problems):,} left out" if report.problems else ""
        click.echo(f"{count(report.added, 'feature')} added to {scene}{already}{left_out}.")
        for problem in report.problems[:LISTED]:
            click.echo(f"  {problem.sentence()}", err=True)
        if len(report.problems) > LISTED:
            click.echo(f"  … and {len(report.problems) - LISTED:,} more (--json lists them all)", err=True)
    if not report.problems:
        return PARTLY if source.left_out else DONE
    return PARTLY if report.added or report.known else WRONG_INPUT
