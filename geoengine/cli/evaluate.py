"""`geoengine evaluate`: compare predicted polygons with true ones."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.options import DIRECTORY, EXISTING_FILE, json_option
from geoengine.cli.support.output import print_json, table


@click.command()
@click.option("--truth", required=True, type=EXISTING_FILE, help="The true polygons.")
@click.option("--pred", "predictions", required=True, type=EXISTING_FILE, help="The predicted polygons.")
@click.option(
    "--iou",
    "ious",
    type=click.FloatRange(0, 1, min_open=True),
    multiple=True,
    default=(0.5,),
    show_default="0.5",
    help="Overlap from which a prediction counts; may be given several times.",
)
@click.option("--area", type=EXISTING_FILE, help="Compare only inside these polygons.")
@click.option(
    "--class", "class_key", metavar="KEY", help="Compare only this class; features without one count as it."
)
@click.option("--min-score", type=click.FloatRange(0, 1), help="Leave predictions with a lower score out.")
@click.option("--coco", "as_coco", is_flag=True, help="Both are COCO files: annotations, and results.")
@click.option(
    "--report", type=DIRECTORY, help="With --coco: a folder for tables and pictures of what went wrong."
)
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --report: the folder of the images, for cuttings of the worst mistakes.",
)
@json_option
def evaluate(
    truth: Path,
    predictions: Path,
    ious: tuple[float, ...],
    area: Path | None,
    class_key: str | None,
    min_score: float | None,
    as_coco: bool,
    report: Path | None,
    images: Path | None,
    as_json: bool,
) -> None:
    """Compare predicted polygons with true ones.

    Prints precision, recall and F1. Any vector file GDAL reads will do; GeoJSON that this program wrote carries
    classes, scores and states, and rejected features are left out. A feature is inside the area when a point on
    its surface is.

    With --coco the figures are COCO's AP at IoU 0.5, and F1, of boxes and of masks, with 95 % intervals by bootstrap
    over images. F1 counts what scores --min-score, or where it is best for the class on this very set.

    \b
        geoengine evaluate --truth buildings.geojson --pred out.geojson --class building \\
                           --area labelled_area.geojson --iou 0.5
        geoengine evaluate --coco --truth annotations.json --pred predictions.json --report out --images images
    """
    if as_coco:
        if area is not None or class_key is not None:
            raise click.UsageError("--area and --class do not go with --coco")
        _coco(truth, predictions, min_score, report, images, as_json)
        return
    if report is not None or images is not None:
        raise click.UsageError("--report and --images go with --coco")
    from geoengine.tasks.labels.evaluate import ANY_CLASS, evaluate_files

    found = evaluate_files(truth, predictions, ious, area=area, class_key=class_key, min_score=min_score)
    if as_json:
        print_json(
            {
                "truth": found.truth,
                "predictions": found.predictions,
                "left_out": found.left_out,
                "scores": [
                    {
                        "class": score.class_key,
                        "iou": score.iou,
                        "tp": score.tp,
                        "fp": score.fp,
                        "fn": score.fn,
                        "precision": score.precision,
                        "recall": score.recall,
                        "f1": score.f1,
                    }
                    for score in found.scores
                ],
            }
        )
        return
    click.echo(f"{found.truth:,} true, {found.predictions:,} predicted")
    for reason, number in found.left_out.items():
        click.echo(f"  left out of {reason}: {number:,}")
    rows = [
        [
            "all" if score.class_key == ANY_CLASS else score.class_key,
            f"{score.iou:g}",
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            score.tp,
            score.fp,
            score.fn,
        ]
        for score in found.scores
    ]
    headers = ["class", "IoU", "precision", "recall", "F1", "right", "wrong", "missed"]
    click.echo(table(headers, rows, right=range(1, len(headers))))


def _coco(
    truth: Path,
    predictions: Path,
    min_score: float | None,
    report: Path | None,
    images: Path | None,
    as_json: bool,
) -> None:
    from geoengine.tasks.labels.evaluate_coco import evaluate_coco, figures_json

    found = evaluate_coco(truth, predictions, min_score=min_score, report=report, images=images)
    if as_json:
        print_json(figures_json(found))
        return
    for kind, figures in found.items():
        click.echo({"bbox": "Boxes", "segm": "Masks"}[kind] + ", IoU 0.5")
        rows = [[f.category, f.labels, f.ap50, f.f1, f.limit] for f in figures]
        click.echo(table(["class", "labels", "AP50", "F1", "from score"], rows, right=[1]))
    if report is not None:
        click.echo(f"The report is in {report}.")
