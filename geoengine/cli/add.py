"""`geoengine add`: register rasters as scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geoengine.cli.support.add_output import AddReport
from geoengine.cli.support.options import EXISTING_FILE, json_option, open_project, project_option
from geoengine.cli.support.output import bars, print_json
from geoengine.cli.support.raster_options import assign, assign_options, stretch_options
from geoengine.cli.support.values import Nodata


@click.command()
@project_option
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--nodata",
    type=Nodata(),
    help="Nodata value, a number or a colour, of files that have none.",
)
@click.option("--name", help="Name of the scene; for one raster only.  [default: the file's name]")
@click.option("--mosaic", metavar="NAME", help="Make one scene, NAME, of all files; later files are on top.")
@click.option(
    "--in-place",
    is_flag=True,
    help="Read pixels from the original files; only overviews are stored in the project.",
)
@click.option(
    "--dem",
    type=EXISTING_FILE,
    help="Elevation model, metres above the ellipsoid, for scenes georeferenced by RPCs.",
)
@click.option(
    "--height",
    type=float,
    metavar="M",
    help="Constant height above the ellipsoid, metres, instead of a DEM.",
)
@click.option(
    "--acquired", metavar="TIME", help="Time of acquisition, ISO 8601.  [default: what the file says]"
)
@click.option("--marking", help="Handling marking of the scenes.  [default: the file's classification]")
@assign_options("--force")
@stretch_options
@click.option(
    "--fill/--no-fill",
    "finds_fill",
    default=True,
    help="Leave a value that fills the border, and is not declared as nodata, out of the statistics.",
)
@json_option
def add(
    directory: Path,
    paths: tuple[Path, ...],
    nodata: float | tuple[int, ...] | None,
    name: str | None,
    mosaic: str | None,
    in_place: bool,
    dem: Path | None,
    height: float | None,
    acquired: str | None,
    marking: str | None,
    bands: str | None,
    limits: str | None,
    gamma: float | None,
    colormap: str | None,
    finds_fill: bool,
    as_json: bool,
    **assigned: Any,
) -> int:
    """Register rasters as scenes of a project.

    A PATH is a raster, a folder that is searched with its subfolders, or a pattern such as 'imagery/**/*.tif'.
    Side-cars, labels, hidden files and thumbnails in folders are counted and skipped. Each image of a file that
    holds several becomes a scene.

    A raster that is not yet tiled with overviews is copied, losslessly, into the project's folder `scenes`; the
    original is never changed. A raster that is already a scene is left as it is, so the same command may be run
    twice. A file that cannot be read is listed, the others are added, and the exit code is 1. What is given by --crs,
    --no-alpha, --force and --allow holds for all rasters named, and is kept with their scenes.

        geoengine add -p town banepa.tif --nodata 255,255,255
        geoengine add -p town /archive/2024 --in-place
        geoengine add -p town aerial.jpg --crs EPSG:32633
        geoengine add -p town --mosaic "Town, May" delivery/*.tif --acquired 2024-05-01
    """
    from geoengine.tasks.scenes.add import Addition
    from geoengine.tasks.scenes.collect import Found, collect
    from geoengine.tasks.scenes.register import Registration
    from tiling.access.source import RasterSource
    from tiling.display.stretch_request import StretchRequest

    project = open_project(directory)
    found = list(collect(paths, leave_out=project.directory))
    files = sum(isinstance(each, Found) for each in found)
    _check_options(name, mosaic, dem, height, max(files, len(paths)))
    if not files:
        click.echo(f"There is no raster in {', '.join(map(str, paths))}.", err=True)
    like = RasterSource(Path(), dem=None if dem is None else dem.absolute(), height_m=height)
    stretch = StretchRequest(bands, limits, gamma, colormap)
    settings = Registration(nodata, name, acquired, marking, in_place, stretch, finds_fill)
    with project.store() as store, bars() as progress:
        report = AddReport(_silent if as_json else progress.echo)
        addition = Addition(project, store, settings, assign(like, **assigned))
        for outcome in addition.add(found, progress.task, mosaic=mosaic):
            report.note(outcome)
    if as_json:
        print_json(report.document())
    else:
        click.echo("".join(f"{line}\n" for line in report.summary()), nl=False)
    return report.exit_code


def _check_options(
    name: str | None, mosaic: str | None, dem: Path | None, height: float | None, rasters: int
) -> None:
    if dem is not None and height is not None:
        raise click.UsageError("--dem and --height were both given, expected one of them")
    if mosaic is not None and (name is not None or dem is not None or height is not None):
        raise click.UsageError(
            "--mosaic names its scene itself, and --dem and --height are for single rasters"
        )
    if name is not None and rasters > 1:
        raise click.UsageError("--name is for one raster, and there are several")


def _silent(_line: str) -> None:
    """Print nothing: the JSON document has it."""
