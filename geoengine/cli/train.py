"""`geoengine train`: train a model package."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.models import find_package
from geoengine.cli.support.options import DIRECTORY, EXISTING_FILE
from geoengine.cli.support.output import bars


@click.command()
@click.argument("config", metavar="CONFIG", type=EXISTING_FILE)
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
def train(config: Path, out: Path, start: str | None, device: str, resume: bool, tensorboard: bool) -> None:
    """Train a model package from a configuration.

    CONFIG is a TOML file with the classes, the data sets (COCO, or a raster with GeoJSON) and the schedule;
    detectors/configs/overhead.toml is that of the shipped package. --resume continues an interrupted run.
    """
    if not resume and out.is_dir() and any(out.iterdir()):
        raise click.UsageError(
            f"{out} is not empty: --resume goes on with the run in it, another --out starts anew"
        )
    from detectors.training.loop import train as run

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
    click.echo(
        f"The package is in {directory}; `geoengine models install {directory} -p DIR` puts it into a project."
    )
