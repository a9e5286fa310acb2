"""`geoengine prelabel`: let a model propose polygons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, one_line
from geoengine.cli.support.min_scores import MinScores
from geoengine.cli.support.models import DEFAULT_MODEL, tell_restriction
from geoengine.cli.support.options import (
    author_option,
    device_names,
    json_option,
    map_option,
    open_project,
    pick_some_scenes,
    project_option,
)
from geoengine.cli.support.output import print_json
from geoengine.cli.support.prelabel_output import prelabel_document, run_prelabel, tell_undone

if TYPE_CHECKING:
    from geoengine.project import Project
    from geoengine.tasks.jobs.executors import TaskExecutor


@click.command()
@project_option
@click.argument("scenes", metavar="[SCENE…]", nargs=-1)
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="A model package: see geoengine models list."
)
@click.option(
    "--min-score",
    type=MinScores(),
    help="Lowest score of a proposal: 0.5, or building=0.6,tree=0.3, or 0.5,tree=0.3.  [default: each class's own, "
    "from the model's card]",
)
@click.option(
    "--classes", metavar="CLASS,…", help="Propose only these classes.  [default: all of the project's]"
)
@map_option("MODEL=PROJECT", "A class of the model and the project's class for it, where their names differ.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("--devices", help="One process on each device: cuda:0,cuda:1 or cpu,cpu.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Send the blocks to the workers of this Dask scheduler, as tcp://host:8786 (docs/cluster.md).",
)
@click.option(
    "--batch", type=click.IntRange(1, 256), help="Chips in one batch; larger batches need more memory."
)
@click.option("--yes", is_flag=True, help="Work on scenes far outside the model's resolutions, too.")
@click.option(
    "--again",
    is_flag=True,
    help="Pre-label scenes again that had the same model and settings last.",
)
@click.option(
    "--undo",
    is_flag=True,
    help="Take back the model's last run: its undecided proposals are removed, those that it replaced "
    "come back.",
)
@author_option
@json_option
def prelabel(
    directory: Path,
    scenes: tuple[str, ...],
    model: str,
    min_score: tuple[float | None, tuple[tuple[str, float], ...]] | None,
    classes: str | None,
    renamed: dict[str, str],
    device: str,
    devices: str | None,
    scheduler: str | None,
    batch: int | None,
    yes: bool,
    again: bool,
    undo: bool,
    author: str | None,
    as_json: bool,
) -> int:
    """Let a model propose polygons on scenes.

    Without a SCENE, all scenes of the project are pre-labelled.

    What people drew or decided is never changed, nor proposed again, even where they reshaped it. New proposals
    replace those of the same model that nobody has reviewed; those of other models stay. An interrupted or
    killed run resumes when the same command is repeated, and no object is proposed twice. A scene that fails is
    listed, the others are done, and the exit code is 1.
    """
    from detectors.inference.sizes import DEFAULT_BATCH
    from detectors.model_package.registry import Registry
    from geoengine.tasks.prelabel.settings import PrelabelSettings
    from geoengine.tasks.price import check_scenes

    project = open_project(directory)
    if undo:
        return _undo(project, scenes, model, author, as_json)
    package = Registry(project.models_dir).get(model)
    lowest, class_scores = min_score or (None, ())
    settings = PrelabelSettings(
        lowest,
        device,
        DEFAULT_BATCH if batch is None else batch,
        again,
        class_scores=class_scores,
        classes=tuple(name for name in (classes or "").split(",") if name.strip()),
        renamed=tuple(renamed.items()),
    )
    with project.store() as store:
        chosen = pick_some_scenes(store, scenes)
        tell_restriction(package.card)
        for warning in check_scenes(package.card, chosen, accepted=yes):
            click.echo(one_line(warning), err=True)
        with workers(device, devices, scheduler) as executor:
            reports = run_prelabel(
                project, store, chosen, package, settings, executor=executor, quiet=as_json
            )
    if as_json:
        print_json([prelabel_document(report) for report in reports])
    if all(report.state in ("done", "busy") for report in reports):
        return DONE
    return WRONG_INPUT if all(report.state == "failed" for report in reports) else PARTLY


def _undo(project: Project, keys: tuple[str, ...], model: str, author: str | None, as_json: bool) -> int:
    """Take back the model's last run over the scenes, and print what came of it."""
    from geoengine.tasks.prelabel.undo import undo_prelabel

    with project.store() as store:
        scenes = pick_some_scenes(store, keys)
        outcomes = undo_prelabel(project, store, scenes, model, author or project.author_default)
    tell_undone(outcomes, model, as_json)
    missing = sum(each.result is None for each in outcomes)
    if not missing:
        return DONE
    return WRONG_INPUT if missing == len(outcomes) else PARTLY


@contextmanager
def workers(device: str, devices: str | None, scheduler: str | None) -> Iterator[TaskExecutor | None]:
    """Open the executor of the blocks; None for this process."""
    if devices and scheduler:
        raise click.UsageError("--devices and --scheduler were both given, expected one of them")
    executor: TaskExecutor | None = None
    if devices:
        from geoengine.tasks.jobs.executors import DevicePool

        executor = DevicePool(device_names(devices))
    elif scheduler:
        from geoengine.tasks.prelabel.dask_executor import DaskExecutor

        executor = DaskExecutor(scheduler, device)
    try:
        yield executor
    finally:
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)
