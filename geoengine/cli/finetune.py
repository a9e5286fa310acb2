"""`geoengine finetune`: train a model on reviewed labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.ending import ending
from geoengine.cli.support.failures import DONE, FAULT, INTERRUPTED, PARTLY, WRONG_INPUT
from geoengine.cli.support.models import DEFAULT_MODEL, tell_restriction
from geoengine.cli.support.options import (
    EXISTING_FILE,
    json_option,
    open_project,
    pick_some_scenes,
    project_option,
)
from geoengine.cli.support.output import bars, table
from geoengine.cli.support.values import CommaList

if TYPE_CHECKING:
    from geoengine.model import Job
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.finetune.plan import FinetuneReport


@click.command()
@project_option
@click.argument("scenes", metavar="[SCENE…]", nargs=-1)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="The model package to start from.")
@click.option(
    "--classes",
    metavar="KEY,…",
    type=CommaList(),
    help="Train only these classes.  [default: all of the model's that have enough labels]",
)
@click.option(
    "--area",
    type=EXISTING_FILE,
    help="Polygons inside which every object is labelled.  [default: where objects were accepted or rejected]",
)
@click.option("--area-layer", metavar="NAME", help="The layer of the --area, where a GeoPackage has several.")
@click.option("--steps", type=click.IntRange(1), default=200, show_default=True, help="Training steps.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of random choices.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@json_option
def finetune(
    directory: Path,
    scenes: tuple[str, ...],
    model: str,
    classes: tuple[str, ...] | None,
    area: Path | None,
    area_layer: str | None,
    steps: int,
    seed: int,
    device: str,
    as_json: bool,
) -> int:
    """Train a model on reviewed labels.

    Accepted objects, corrected and drawn ones included, are the truth. An area counts as reviewed for a class
    where somebody accepted or rejected an object of it and no proposal of it is left, and on the seen ground
    of scenes that were marked complete for it; with --area, everywhere inside but where a proposal is left. A
    quarter of the reviewed area, in blocks with a buffer around them, is held out. The model is measured
    there before and after training, and is added to the project's models, under a new name, only if it got
    better. It finds the classes that were trained, and no others of the model.

    A step takes one to two seconds on two CPU cores. An interrupted run resumes from its last checkpoint when
    the same command is repeated and the labels are the same. geoengine worker runs the jobs that the web server
    records.
    """
    from detectors.model_package.registry import Registry
    from geoengine.model import JobState
    from geoengine.tasks.finetune.plan import FinetuneSettings, read_report, record_job

    if area_layer is not None and area is None:
        raise click.UsageError("--area-layer needs an --area")
    project = open_project(directory)
    package = Registry(project.models_dir).get(model)
    with project.store() as store:
        chosen = pick_some_scenes(store, scenes)
        tell_restriction(package.card)
        path = None if area is None else str(area.resolve())
        settings = FinetuneSettings(
            model, tuple(scene.key for scene in chosen), classes, steps, seed, path, area_layer
        )
        job = record_job(store, settings, package.card)
        if job.state == JobState.DONE:
            click.echo(f"job {job.id} has done this before, with the same labels", err=True)
        else:
            job = _run(project, store, job, device)
        if job.state != JobState.DONE:
            return _not_done(job)
        report = read_report(project, store, job)
    click.echo(report.to_json().rstrip() if as_json else summary(report))
    return DONE


def _run(project: Project, store: Store, job: Job, device: str) -> Job:
    from geoengine.tasks.worker.worker import run_one

    with ending() as end, bars() as progress, progress.task(f"job {job.id}") as share:
        return run_one(project, store, job, device=device, stop=end.is_set, started=lambda _job: share)


def _not_done(job: Job) -> int:
    """Print why there is no outcome and return the exit code."""
    if job.state == "queued":
        click.echo("Interrupted; the same command again goes on.", err=True)
        return INTERRUPTED
    click.echo(job.message or f"job {job.id} is {job.state}: it was cancelled", err=True)
    if job.state != "failed":
        return PARTLY
    return FAULT if (job.message or "").startswith("a fault of the program") else WRONG_INPUT


def summary(report: FinetuneReport) -> str:
    """Return a table of each class before and after, and the outcome."""
    rows = [
        [
            change.class_key,
            f"{change.iou:g}",
            change.learnt,
            change.held_out,
            when,
            *(f"{figures[name]:.3f}" for name in ("precision", "recall", "f1")),
        ]
        for change in report.changes
        for when, figures in (("before", change.before), ("after", change.after))
    ]
    headers = ["class", "IoU", "learnt", "held out", "", "precision", "recall", "F1"]
    lines = [table(headers, rows, right=(1, 2, 3, 5, 6, 7)), f"{report.sentence}."]
    if report.model:
        lines.append(f"geoengine prelabel --model {report.model} proposes with it.")
    return "\n".join(lines)
