"""`geoengine chip`: cut a raster into chips."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.failures import DONE, PARTLY
from geoengine.cli.options import DIRECTORY, EXISTING_FILE, json_option
from geoengine.cli.output import bars, count, print_json


@click.command()
@click.argument("raster", metavar="RASTER", type=click.Path(path_type=Path))
@click.argument("outdir", metavar="OUTDIR", type=DIRECTORY)
@click.option(
    "--size", type=click.IntRange(16, 16384), default=512, show_default=True, help="Side of a chip, pixels."
)
@click.option(
    "--overlap",
    type=click.IntRange(min=0),
    default=64,
    show_default=True,
    help="Shared with the next, pixels.",
)
@click.option(
    "--labels", type=EXISTING_FILE, help="Polygons to cut along; COCO annotations.json is written then."
)
@json_option
def chip(raster: Path, outdir: Path, size: int, overlap: int, labels: Path | None, as_json: bool) -> int:
    """Cut RASTER, and labels with it, into chips in OUTDIR.

    Chips are GeoTIFFs that keep the raster's pixel type, CRS and nodata; manifest.jsonl lists them. Chips
    without a valid pixel are skipped and counted.

    \b
        geoengine chip banepa.tif chips --size 512 --overlap 64 --labels buildings.geojson
    """
    if overlap >= size:
        raise click.UsageError(f"--overlap is {overlap}, expected less than --size, which is {size}")
    from tiling.chip_files import write_chips
    from tiling.chips import ChipSpec
    from tiling.raster import open_raster

    with open_raster(raster) as source, bars() as progress, progress.task(raster.name) as share:
        report = write_chips(source, outdir, ChipSpec(size, overlap), labels, progress=share)
    if as_json:
        print_json(asdict(report))
    else:
        click.echo(
            f"{count(report.written, 'chip')} in {outdir}, {report.empty} without a valid pixel left out."
        )
        if labels is not None:
            left_out = f"; {report.skipped_labels} features hold no area" if report.skipped_labels else ""
            click.echo(f"{count(report.annotations, 'polygon')} in {report.annotations_file}{left_out}.")
    return PARTLY if report.skipped_labels else DONE
