"""`geoengine export`: a project's features as one file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, PARTLY
from geoengine.cli.support.options import (
    CONFIDENCES,
    FEATURE_STATES,
    FILE,
    YES_NO,
    json_option,
    open_project,
    pick_class,
    pick_scenes,
    project_option,
)
from geoengine.cli.support.output import count, print_json
from geoengine.cli.support.values import CommaList

if TYPE_CHECKING:
    from geoengine.exchange.geojson import WriteReport
    from tiling.grid.window import PixelWindow


@click.command()
@project_option
@click.argument("out", metavar="OUT", type=FILE)
@click.option(
    "--scene", "scenes", metavar="SCENE", multiple=True, help="Only this scene; may be given several times."
)
@click.option(
    "--state",
    "states",
    metavar="LIST",
    type=CommaList(FEATURE_STATES),
    default="proposed,accepted",
    show_default=True,
    help="States to export, separated by commas: proposed, accepted, rejected.",
)
@click.option(
    "--class",
    "classes",
    metavar="KEY",
    multiple=True,
    help="Only this class and those below it; may be given several times.",
)
@click.option(
    "--complete",
    is_flag=True,
    help="Only scenes and areas that are complete for the classes exported; each of the --scene has to be, or an area "
    "of it.",
)
@click.option("--min-score", type=click.FloatRange(0, 1), help="Lowest score of a proposal.")
@click.option("--unsure", type=YES_NO, help="Only objects marked as unsure, or only the others.")
@click.option("--note", "noted", type=YES_NO, help="Only objects with a note, or only those without.")
@click.option(
    "--confidence",
    "confidences",
    metavar="LIST",
    type=CommaList(CONFIDENCES),
    help="Confidences to export, separated by commas: possible, probable, confirmed, none.",
)
@click.option(
    "--crs",
    default="EPSG:4326",
    show_default=True,
    help="CRS of the coordinates; 'scene' keeps the scene's own. Only EPSG:4326 is RFC 7946; GDAL reads all.",
)
@click.option(
    "--digits", type=click.IntRange(0, 17), default=9, show_default=True, help="Decimals of the coordinates."
)
@json_option
def export(
    directory: Path,
    out: Path,
    scenes: tuple[str, ...],
    states: tuple[str, ...],
    classes: tuple[str, ...],
    complete: bool,
    min_score: float | None,
    unsure: str | None,
    noted: str | None,
    confidences: tuple[str, ...] | None,
    crs: str,
    digits: int,
    as_json: bool,
) -> int:
    """Write a project's features to OUT, in the format of its suffix.

    .geojson, .gpkg (GeoPackage), .shp (Shapefile), .parquet (GeoParquet), .fgb (FlatGeobuf), .kml or .csv (with
    WKT). Beside polygons, the lines and points of a GeoPackage have layers of their own (OUT_lines, OUT_points), those
    of a Shapefile files of their own. The file appears whole or not at all, and replaces one of the same name. The
    project's folder `labels` always has the current labels of each scene, too. A feature that the wanted CRS cannot
    represent is left out and listed, and the exit code is 1.

        geoengine export -p town out.geojson --state accepted
    """
    from geoengine.model import FeatureState
    from geoengine.model.class_tree import with_descendants
    from geoengine.model.filter import stated_confidence
    from geoengine.tasks.labels.complete_ground import areas_of, only_complete
    from geoengine.tasks.labels.export import export_labels

    project = open_project(directory)
    with project.store() as store:
        for key in classes:
            pick_class(store, key)
        with store.reading() as view:
            wanted = with_descendants(classes, view.classes())
        chosen = pick_scenes(store, scenes)
        remarks: list[str] = []
        areas: dict[str, tuple[PixelWindow, ...]] = {}
        if complete:
            parts, remarks = only_complete(store, chosen, wanted, are_named=bool(scenes))
            chosen, areas = [part.scene for part in parts], areas_of(parts)
        report = export_labels(
            store,
            out,
            chosen,
            states=[FeatureState(state) for state in states],
            classes=wanted or None,
            min_score=min_score,
            unsure=None if unsure is None else unsure == "yes",
            noted=None if noted is None else noted == "yes",
            confidences=None if confidences is None else [stated_confidence(each) for each in confidences],
            areas=areas,
            crs=None if crs == "scene" else crs,
            digits=digits,
        )
    report = replace(report, notes=(*remarks, *report.notes))
    if as_json:
        print_json(_document(report))
    else:
        _tell(report)
    return PARTLY if report.left_out else DONE


def _document(report: WriteReport) -> dict[str, Any]:
    left_out = [{"uid": one.uid, "scene": one.scene, "reason": one.reason} for one in report.left_out]
    return {
        "path": str(report.path),
        "features": report.features,
        "scenes": report.scenes,
        "left_out": left_out,
        "notes": report.notes,
    }


def _tell(report: WriteReport) -> None:
    where = f"{count(len(report.scenes), 'scene')} in {report.path}"
    click.echo(f"{count(report.features, 'feature')} of {where}.")
    for note in report.notes:
        click.echo(f"Note: {note}.", err=True)
    for one in report.left_out:
        click.echo(f"Left out: {one}.", err=True)
