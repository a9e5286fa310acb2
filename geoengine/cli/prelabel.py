"""`geoengine prelabel`: let a model propose polygons."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.models import tell_restriction
from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, one_line
from geoengine.cli.support.min_scores import MinScores
from geoengine.cli.support.options import (
    author_option,
    device_names,
    json_option,
    map_option,
    open_project,
    pick_some_scenes,
    project_option,
)
from geoengine.cli.support.output import Report, bars, count, print_json

if TYPE_CHECKING:
    from detectors.model_package.card import ModelPackage
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.jobs.executors import TaskExecutor
    from geoengine.tasks.prelabel.api import ScenePrelabel
    from geoengine.tasks.prelabel.settings import PrelabelSettings

DEFAULT_MODEL = "overhead"


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
    from detectors.inference.sliced import DEFAULT_BATCH
    from detectors.model_package.registry import Registry
    from geoengine.tasks.prelabel.settings import PrelabelSettings
    from geoengine.tasks.price import check_range

    project = open_project(directory)
    if undo:
        return _undo(project, scenes, model, author, as_json)
    package = Registry(project.models_dir).get(model)
    with project.store() as store:
        chosen = pick_some_scenes(store, scenes)
        tell_restriction(package.card)
        for scene in chosen:
            grid = scene.grid
            text = check_range(package.card, scene.key, grid.gsd_m, (grid.width, grid.height), accepted=yes)
            if text:
                click.echo(one_line(text), err=True)
        with workers(device, devices, scheduler) as executor:
            reports = run_prelabel(
                project,
                store,
                chosen,
                package,
                PrelabelSettings(
                    None if min_score is None else min_score[0],
                    device,
                    DEFAULT_BATCH if batch is None else batch,
                    again,
                    class_scores=() if min_score is None else min_score[1],
                    classes=tuple(name for name in (classes or "").split(",") if name.strip()),
                    renamed=tuple(renamed.items()),
                ),
                executor=executor,
                quiet=as_json,
            )
    if as_json:
        print_json([_as_json(report) for report in reports])
    failed = [report for report in reports if report.state not in ("done", "busy")]
    if not failed:
        return DONE
    return WRONG_INPUT if all(report.state == "failed" for report in reports) else PARTLY


def _undo(project: Project, keys: tuple[str, ...], model: str, author: str | None, as_json: bool) -> int:
    """Take back the model's last run over the scenes, and print what came of it."""
    from geoengine.tasks.prelabel.undo import undo_prelabel

    with project.store() as store:
        scenes = pick_some_scenes(store, keys)
        outcomes = undo_prelabel(project, store, scenes, model, author or project.author_default)
    if as_json:
        print_json(
            [
                {"scene": each.scene_key, "undone": None if each.result is None else asdict(each.result)}
                for each in outcomes
            ]
        )
    for each in outcomes:
        if each.result is None:
            line = f"{each.scene_key}: {model} has no run here that can be taken back"
            click.echo(line, err=True)
        elif not as_json:
            back = f", {count(each.result.restored, 'earlier one')} back" if each.result.restored else ""
            removed = count(each.result.removed, "proposal")
            click.echo(f"{each.scene_key}: {removed} of {each.result.run} taken back{back}")
    missing = [each for each in outcomes if each.result is None]
    if not missing:
        return DONE
    return WRONG_INPUT if len(missing) == len(outcomes) else PARTLY


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


def run_prelabel(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    package: ModelPackage,
    settings: PrelabelSettings | None = None,
    *,
    executor: TaskExecutor | None = None,
    quiet: bool = False,
) -> list[ScenePrelabel]:
    """Pre-label scenes with a progress bar each, and print what each gave as soon as it is complete."""
    from geoengine.tasks.prelabel import api

    start = time.monotonic()
    shown: dict[str, tuple[ExitStack, Report]] = {}
    told: set[str] = set()  # it is the same for all scenes
    with bars() as progress, progress.task("scenes") as overall:
        complete = 0

        def advance(scene: Scene, share: float) -> None:
            if scene.key not in shown:
                stack = ExitStack()
                shown[scene.key] = stack, stack.enter_context(progress.task(scene.key))
            shown[scene.key][1](share)

        def finished(report: ScenePrelabel) -> None:
            nonlocal complete
            if report.scene_key in shown:
                shown.pop(report.scene_key)[0].close()
            complete += 1
            overall(complete / len(scenes))
            if report.left_out and report.left_out not in told:
                told.add(report.left_out)
                click.echo(report.left_out, err=True)
            for line in [*report.warnings, *report.errors]:
                click.echo(line if report.scene_key in line else f"{report.scene_key}: {line}", err=True)
            if not quiet:
                progress.echo(summary(report))

        reports = api.prelabel(
            project,
            store,
            scenes,
            package,
            settings or api.PrelabelSettings(),
            executor=executor,
            progress=advance,
            finished=finished,
        )
    if not quiet and len(scenes) > 1:
        click.echo(_totals(reports, time.monotonic() - start))
    return reports


def _totals(reports: Sequence[ScenePrelabel], wall_s: float) -> str:
    """Return the line under a run over several scenes."""
    states = [report.state for report in reports]
    cancelled = f", {states.count('cancelled')} cancelled" if "cancelled" in states else ""
    return (
        f"{states.count('done')} done, {states.count('partial')} in part, "
        f"{states.count('failed')} failed{cancelled}; "
        f"{count(sum(report.proposed for report in reports), 'proposal')} in {wall_s:.0f} s, "
        f"peak memory {peak_memory_gb():.1f} GB."
    )


_STATES = {
    "done": "",
    "partial": " (in part)",
    "failed": " (FAILED)",
    "cancelled": " (cancelled)",
    "busy": " (another process works on it)",
}


def summary(report: ScenePrelabel) -> str:
    """Return two lines on one scene: what was proposed, and where the time went."""
    timing = report.timing
    parts = [count(report.proposed, "proposal")]
    if report.kept_by_people:
        parts.append(f"{report.kept_by_people:,} left to what people decided")
    if report.replaced:
        parts.append(f"{report.replaced:,} earlier ones replaced")
    if report.resumed_blocks:
        parts.append(f"{count(report.resumed_blocks, 'block')} taken over from an earlier run")
    state = _STATES[report.state]
    return (
        f"{report.scene_key}{state}: {', '.join(parts)}\n"
        f"  {report.wall_s:.1f} s: read {timing.read_s:.1f}, infer {timing.infer_s:.1f}, merge {timing.merge_s:.1f}, "
        f"write {report.write_s:.1f}; {timing.megapixels:.0f} Mpx in {count(timing.chips, 'chip')}, "
        f"{timing.skipped_chips} empty ones skipped; peak memory {peak_memory_gb():.1f} GB"
    )


def peak_memory_gb() -> float:
    """Return the peak memory of this process so far, GB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9


def _as_json(report: ScenePrelabel) -> dict[str, Any]:
    timing = report.timing
    return {
        "scene": report.scene_key,
        "state": report.state,
        "job": report.job_id,
        "proposed": report.proposed,
        "kept_by_people": report.kept_by_people,
        "replaced": report.replaced,
        "resumed_blocks": report.resumed_blocks,
        "errors": report.errors,
        "warnings": report.warnings,
        "left_out": report.left_out,
        "seconds": {
            "read": timing.read_s,
            "infer": timing.infer_s,
            "merge": timing.merge_s,
            "write": report.write_s,
        },
        "chips": timing.chips,
        "skipped_chips": timing.skipped_chips,
        "megapixels": timing.megapixels,
        "peak_memory_gb": peak_memory_gb(),
    }
