"""`geoengine predict`: run a model on files that belong to no project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, one_line
from geoengine.cli.support.models import DEFAULT_MODEL, find_package, tell_restriction
from geoengine.cli.support.options import EXISTING_FILE, FILE, check_writable, map_option
from geoengine.cli.support.output import bars, count
from geoengine.cli.support.raster_options import assign, assign_options

if TYPE_CHECKING:
    from detectors.model_package.card import ModelCard
    from geoengine.tasks.predict import Prediction
    from tiling.access.source import RasterSource


@click.command()
@click.argument("raster", metavar="[RASTER]", type=EXISTING_FILE, required=False)
@click.option(
    "--model",
    default=DEFAULT_MODEL,
    show_default=True,
    help="A model package: its name (see geoengine models list) or its directory.",
)
@click.option("--coco", "annotations", type=EXISTING_FILE, help="Detect on the images of this COCO file.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the images.  [default: the COCO file's directory]",
)
@click.option("--out", required=True, type=FILE, help="GeoJSON for a raster, COCO results for images.")
@click.option(
    "--gsd",
    "gsd_m",
    metavar="M",
    type=click.FloatRange(0, min_open=True),
    help="Ground metres per pixel of images without georeference.  [default: they are taken as they are]",
)
@map_option("CLASS=CATEGORY", "Category of a class, where their names differ.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    help="Lowest score that is written.  [default: 0.005 for COCO results, else each class's own]",
)
@click.option(
    "--shape",
    type=click.Choice(("outline", "regular", "oriented")),
    default="outline",
    show_default=True,
    help="Outlines as traced, with right angles, or oriented boxes.",
)
@click.option(
    "--merge-iou",
    type=click.FloatRange(0, 1),
    default=0.4,
    show_default=True,
    help="Two detections are one object where they share more of their union; 1 for never.",
)
@click.option(
    "--merge-ios",
    type=click.FloatRange(0, 1),
    default=0.7,
    show_default=True,
    help="… or more of the smaller one; 1 keeps a small object inside a large one.",
)
@click.option(
    "--any-class", is_flag=True, help="Detections of different classes may be one object: the surest stays."
)
@click.option("--yes", is_flag=True, help="Work on a raster far outside the model's resolutions, too.")
@assign_options("--force")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option(
    "--precision",
    type=click.Choice(("fp32", "bf16")),
    help="Number format of the network.  [default: bf16 on a CPU that has instructions for it, else fp32]",
)
def predict(
    raster: Path | None,
    model: str,
    annotations: Path | None,
    images: Path | None,
    out: Path,
    gsd_m: float | None,
    renamed: dict[str, str],
    min_score: float | None,
    shape: str,
    merge_iou: float,
    merge_ios: float,
    any_class: bool,
    yes: bool,
    crs: str | None,
    no_alpha: bool,
    force_place: bool,
    allow: tuple[Path, ...],
    device: str,
    precision: str | None,
) -> int:
    """Run a model on files that belong to no project.

    The input is either one RASTER, and the output GeoJSON, or the images of a COCO file, and the output COCO
    results. Category names are compared without regard to case. An image that cannot be read is listed, the
    others are done, and the exit code is 1.

        geoengine predict --model overhead scene.tif --out found.geojson
        geoengine predict --model vhr10 --coco annotations.json --images images --out predictions.json
    """
    _check_input(raster, annotations, images, renamed)
    check_writable(out, "--out")

    from detectors.inference.predictor import Precision, Predictor
    from detectors.merging.merge import MergeRules
    from geoengine.tasks import predict as task
    from tiling.access.source import RasterSource

    package, source = find_package(model), RasterSource(raster or Path())
    source = assign(source, crs=crs, no_alpha=no_alpha, force_place=force_place, allow=allow)
    if raster is not None:
        _tell_price(package.card, source, gsd_m, yes)
    elif min_score is None:
        min_score = task.COCO_MIN_SCORE
    predictor = Predictor.load(package, device, min_score, Precision(precision) if precision else None)
    settings = task.PredictSettings(gsd_m, shape, MergeRules(merge_iou, merge_ios, any_class))
    with bars() as progress, progress.task("predicting") as share:
        if raster is not None:
            report = task.predict_raster(predictor, source, out, settings, progress=share)
        else:
            assert annotations is not None
            folder = images or annotations.parent
            report = task.predict_coco(
                predictor, annotations, folder, out, settings, renamed=renamed, progress=share
            )
    return _tell(report, out, package.card)


def _check_input(
    raster: Path | None, annotations: Path | None, images: Path | None, renamed: dict[str, str]
) -> None:
    if (raster is None) == (annotations is None):
        raise click.UsageError("expected either a RASTER or --coco, and not both")
    if raster is not None and (images is not None or renamed):
        raise click.UsageError("--images and --map go with --coco, not with a RASTER")


def _tell_price(card: ModelCard, source: RasterSource, gsd_m: float | None, yes: bool) -> None:
    """Print the price of a raster outside the model's resolutions, or refuse it, before anything is done."""
    from geoengine.tasks.price import check_raster

    text = check_raster(card, source, gsd_m, accepted=yes)
    if text:
        click.echo(one_line(text), err=True)


def _tell(report: Prediction, out: Path, card: ModelCard) -> int:
    for line in [*report.warnings, *report.failures]:
        click.echo(one_line(line), err=True)
    tell_restriction(card)
    failed = f", {count(len(report.failures), 'image')} left out" if report.failures else ""
    click.echo(f"{out}: {count(report.objects, 'object')} on {count(report.images, 'image')}{failed}.")
    if not report.failures:
        return DONE
    return PARTLY if report.images else WRONG_INPUT
