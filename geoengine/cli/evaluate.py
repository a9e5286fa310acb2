"""`geoengine evaluate`: compare predicted objects with true ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import DONE, PARTLY, one_line
from geoengine.cli.support.options import (
    DIRECTORY,
    EXISTING_FILE,
    json_option,
    map_option,
    open_project,
)
from geoengine.cli.support.output import print_json, table

if TYPE_CHECKING:
    from geoengine.tasks.labels.evaluate import Evaluation
    from geoengine.tasks.labels.scores import ClassScore, LineScore, PointScore

_HEADERS = ("class", "IoU", "precision", "recall", "F1", "right", "wrong", "missed")
_POINT_HEADERS = (
    "class", "within m", "precision", "recall", "F1", "right", "wrong", "missed", "apart m"
)  # fmt: skip
_LINE_HEADERS = (
    "class", "within m", "completeness", "correctness", "quality", "true m", "predicted m"
)  # fmt: skip


@click.command()
@click.option("--truth", required=True, type=EXISTING_FILE, help="The true objects.")
@click.option("--pred", "predictions", required=True, type=EXISTING_FILE, help="The predicted objects.")
@click.option(
    "--iou",
    "ious",
    type=click.FloatRange(0, 1, min_open=True),
    multiple=True,
    default=(0.5,),
    show_default="0.5",
    help="Lowest IoU at which a prediction counts; may be given several times.",
)
@click.option(
    "--distance",
    type=click.FloatRange(0, min_open=True),
    default=3.0,
    show_default=True,
    help="Metres that a predicted point may lie from the true one.",
)
@click.option(
    "--buffer",
    type=click.FloatRange(0, min_open=True),
    default=3.0,
    show_default=True,
    help="Metres that a predicted line may run from the true one.",
)
@click.option("--area", type=EXISTING_FILE, help="Compare only inside these polygons.")
@click.option(
    "--complete",
    type=DIRECTORY,
    help="A project: compare only on its complete ground, where what is not labelled is background.",
)
@click.option("--truth-layer", metavar="NAME", help="The layer of --truth, where a GeoPackage has several.")
@click.option("--pred-layer", metavar="NAME", help="The layer of --pred.")
@click.option("--area-layer", metavar="NAME", help="The layer of --area.")
@click.option(
    "--class", "class_key", metavar="KEY", help="Compare only this class; features without one count as it."
)
@map_option("PREDICTED=TRUE", "True class of a predicted one, where their names differ.")
@click.option("--min-score", type=click.FloatRange(0, 1), help="Lowest score of a prediction.")
@click.option("--coco", "as_coco", is_flag=True, help="Both files are COCO: annotations and results.")
@click.option("--report", type=DIRECTORY, help="With --coco: a folder for tables and charts of the errors.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --report: the folder of the images, to draw the worst mistakes.",
)
@json_option
def evaluate(
    truth: Path,
    predictions: Path,
    ious: tuple[float, ...],
    distance: float,
    buffer: float,
    area: Path | None,
    complete: Path | None,
    truth_layer: str | None,
    pred_layer: str | None,
    area_layer: str | None,
    class_key: str | None,
    renamed: dict[str, str],
    min_score: float | None,
    as_coco: bool,
    report: Path | None,
    images: Path | None,
    as_json: bool,
) -> int:
    r"""Compare predicted objects with true ones.

    Prints precision, recall and F1 of polygons by IoU, and of points by distance. Of lines it prints the share of the
    true length beside which a predicted line runs (completeness), that of the predicted length beside a true one
    (correctness), and the length that is right over all that is predicted or missed (quality; Heipke and others,
    1997). Any vector file is read (docs/limits.md). Files that this program wrote carry classes, scores and states;
    their rejected features are left out. A feature is inside the area when a point on it is.

    With --coco, the figures are COCO's AP at IoU 0.5, and F1, of boxes and of masks, with 95 % intervals by
    bootstrap over images. F1 counts predictions that score at least --min-score; without it, the score at which
    the F1 of the class is highest on this very set.

        geoengine evaluate --truth buildings.geojson --pred out.geojson --class building \
                           --area labelled_area.geojson --iou 0.5
        geoengine evaluate --coco --truth annotations.json --pred predictions.json --report out --images images
    """
    layers = (truth_layer, pred_layer, area_layer)
    if area_layer is not None and area is None:
        raise click.UsageError("--area-layer needs an --area")
    if area is not None and complete is not None:
        raise click.UsageError("--area and --complete were both given, expected one of them")
    if as_coco:
        if area is not None or complete is not None or class_key is not None or renamed or any(layers):
            raise click.UsageError("--area, --complete, --class, --map and layers do not go with --coco")
        return _coco(truth, predictions, min_score, report, images, as_json)
    if report is not None or images is not None:
        raise click.UsageError("--report and --images go with --coco")
    from geoengine.tasks.labels.evaluate import evaluate_files

    found = evaluate_files(
        truth,
        predictions,
        ious,
        area=area,
        complete=None if complete is None else open_project(complete),
        layers=layers,
        class_key=class_key,
        min_score=min_score,
        renamed=renamed,
        distance_m=distance,
        buffer_m=buffer,
    )
    _print(found, as_json)
    return DONE if found.is_complete else PARTLY


def _print(found: Evaluation, as_json: bool) -> None:
    for line in found.remarks:
        click.echo(one_line(line), err=True)
    if as_json:
        print_json(found.to_json())
        return
    click.echo(f"{found.truth:,} true, {found.predictions:,} predicted")
    for reason, number in found.left_out.items():
        click.echo(f"  left out of {reason}: {number:,}")
    for headers, rows in (
        (_HEADERS, [_row(score) for score in found.scores]),
        (_POINT_HEADERS, [_point_row(score) for score in found.points]),
        (_LINE_HEADERS, [_line_row(score) for score in found.lines]),
    ):
        if rows:
            click.echo(table(headers, rows, right=range(1, len(headers))))


def _row(score: ClassScore) -> list[str | int]:
    """Return the cells of a score, in the order of `_HEADERS`; a dash where there is nothing to measure."""
    values = score.to_json()
    ratios = [_ratio(values[key]) for key in ("precision", "recall", "f1")]
    return [_name(score), f"{score.iou:g}", *ratios, score.tp, score.fp, score.fn]


def _point_row(score: PointScore) -> list[str | int]:
    name, _, *rest = _row(score.counts)
    apart = "-" if score.apart_m is None else f"{score.apart_m:.2f}"
    return [name, f"{score.distance_m:g}", *rest, apart]


def _line_row(score: LineScore) -> list[str | int]:
    ratios = [_ratio(value) for value in (score.completeness, score.correctness, score.quality)]
    lengths = [f"{value:,.0f}" for value in (score.true_m, score.predicted_m)]
    return [_name(score), f"{score.buffer_m:g}", *ratios, *lengths]


def _name(score: ClassScore | LineScore) -> str:
    return "all" if score.is_total else score.class_key


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _coco(
    truth: Path,
    predictions: Path,
    min_score: float | None,
    report: Path | None,
    images: Path | None,
    as_json: bool,
) -> int:
    from geoengine.tasks.labels.evaluate_coco import evaluate_coco

    found = evaluate_coco(truth, predictions, min_score=min_score, report=report, images=images)
    for line in found.remarks:
        click.echo(one_line(line), err=True)
    if as_json:
        print_json(found.to_json())
    else:
        for kind, figures in found.figures.items():
            click.echo({"bbox": "Boxes", "segm": "Masks"}[kind] + ", IoU 0.5")
            rows = [[f.category, f.labels, f.ap50, f.f1, f.limit] for f in figures]
            click.echo(table(["class", "labels", "AP50", "F1", "from score"], rows, right=[1]))
        if report is not None:
            click.echo(f"The report is in {report}.")
    return PARTLY if found.left_out else DONE
