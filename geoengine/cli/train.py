"""`geoengine train`: train a model package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geoengine.cli.support.failures import DONE, PARTLY, one_line
from geoengine.cli.support.models import find_package
from geoengine.cli.support.options import DIRECTORY, EXISTING_FILE
from geoengine.cli.support.output import bars

CONFIG = "train.toml"


@click.command()
@click.argument("config", metavar="[CONFIG]", type=EXISTING_FILE, required=False)
@click.option(
    "--coco", type=EXISTING_FILE, help="Learn from this COCO file; its configuration is OUT/train.toml."
)
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where its images are.  [default: the COCO file's directory]",
)
@click.option(
    "--validation",
    type=EXISTING_FILE,
    help="COCO file of images in the same folder that are held out.  [default: a fifth of --coco, or its split]",
)
@click.option(
    "--category", "categories", multiple=True, help="Learn only this category; may be given several times."
)
@click.option(
    "--gsd", "gsd_m", type=float, metavar="M", help="Ground metres per pixel, where the images do not say."
)
@click.option("--name", help="Name of the package.  [default: that of the --out directory]")
@click.option(
    "--steps", type=click.IntRange(min=1), default=2000, show_default=True, help="Steps, with --coco."
)
@click.option(
    "--out", required=True, type=DIRECTORY, help="Folder of the package, its checkpoint and its log."
)
@click.option(
    "--start",
    metavar="MODEL",
    help="Start from this model package: its name (see geoengine models list) or its directory.  [default: ImageNet "
    "weights]",
)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("--resume", is_flag=True, help="Resume from the checkpoint in the --out directory.")
@click.option(
    "--tensorboard", is_flag=True, help="Write events for TensorBoard beside the log, into OUT/tensorboard."
)
def train(
    config: Path | None,
    out: Path,
    start: str | None,
    device: str,
    resume: bool,
    tensorboard: bool,
    **given: Any,
) -> int:
    """Train a model package from a configuration, or from a COCO file.

    CONFIG is a TOML file with the classes, the data sets (COCO, or a raster with GeoJSON) and the schedule;
    docs/training.md describes its fields. --resume continues an interrupted run. At the end it is printed what was
    learnt from, what was held out, and how well that was found. What is left out (names that the configuration does
    not have, categories that the COCO file does not have, labels that are none) is listed, and the exit code is 1.

        geoengine train --coco annotations.json --images images --gsd 0.3 --out ships
        geoengine train config.toml --start overhead --out tuned
    """
    if not resume and out.is_dir() and any(out.iterdir()):
        raise click.UsageError(
            f"{out} is not empty: --resume goes on with the run in it, another --out starts anew"
        )
    config = _configuration(config, out, resume, given)
    from detectors.model_package.card_file import load_package
    from detectors.outlines.outline_card import CARD_FILE, SamCard
    from detectors.training.loop import train as run
    from detectors.training.summary import left_out, outliner_report, training_report

    package = None if start is None else find_package(start).directory

    with bars() as progress, progress.task("training") as share:

        def advance(step: int, steps: int, _loss: float) -> None:
            share(step / steps)

        directory = run(
            config,
            out,
            device=device,
            start=package,
            resume=resume,
            progress=advance,
            tensorboard=tensorboard,
        )
    if (directory / CARD_FILE).exists():
        outliner = SamCard.read(directory / CARD_FILE)
        report, missed = outliner_report(outliner), left_out(outliner.training, ())
        use = f"copied into a project's models/{outliner.name} it outlines there."
    else:
        card = load_package(directory).card
        report, missed = training_report(card, directory), left_out(card.training, card.class_keys)
        use = f"`geoengine models install {directory} -p DIR` puts it into a project."
    for line in report:
        click.echo(one_line(line))
    for line in missed:
        click.echo(one_line(line), err=True)
    click.echo(f"The package is in {directory}; {use}")
    return PARTLY if missed else DONE


def _configuration(config: Path | None, out: Path, resume: bool, given: dict[str, Any]) -> Path:
    """Return the configuration: the one that was given, or one written for a COCO file."""
    coco: Path | None = given["coco"]
    if config is not None and coco is not None:
        raise click.UsageError("expected either CONFIG or --coco, and not both")
    if config is not None:
        return config
    written = out / CONFIG
    if resume and written.exists():
        return written
    if coco is None:
        raise click.UsageError("expected CONFIG or --coco FILE")
    from detectors.training.starter import write_coco_config

    write_coco_config(
        written,
        coco,
        given["images"] or coco.parent,
        given["name"] or out.resolve().name,
        gsd_m=given["gsd_m"],
        steps=given["steps"],
        categories=given["categories"],
        validation=given["validation"],
    )
    return written
