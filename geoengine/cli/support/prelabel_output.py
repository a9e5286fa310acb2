"""Output of `geoengine prelabel`: progress, a summary of each scene, the JSON document."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.output import Bars, bars, count, print_json

if TYPE_CHECKING:
    from detectors.model_package.card import ModelPackage
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.jobs.executors import TaskExecutor
    from geoengine.tasks.prelabel.api import ScenePrelabel
    from geoengine.tasks.prelabel.settings import PrelabelSettings
    from geoengine.tasks.prelabel.undo import SceneUndo
    from tiling.progress import Progress


class _Shown:
    """Progress bars of the scenes at work, and what is printed of each when it is complete."""

    def __init__(self, bars: Bars, overall: Progress, total: int, quiet: bool) -> None:
        """Show nothing yet."""
        self._bars, self._overall, self._total, self._quiet = bars, overall, total, quiet
        self._scenes: dict[str, tuple[ExitStack, Progress]] = {}
        self._told: set[str] = set()  # classes that are left out are the same for all scenes
        self._complete = 0

    def advance(self, scene: Scene, share: float) -> None:
        """Show a scene's share."""
        if scene.key not in self._scenes:
            stack = ExitStack()
            self._scenes[scene.key] = stack, stack.enter_context(self._bars.task(scene.key))
        self._scenes[scene.key][1](share)

    def finished(self, report: ScenePrelabel) -> None:
        """Print what a scene gave."""
        if report.scene_key in self._scenes:
            self._scenes.pop(report.scene_key)[0].close()
        self._complete += 1
        self._overall(self._complete / self._total)
        if report.left_out and report.left_out not in self._told:
            self._told.add(report.left_out)
            click.echo(report.left_out, err=True)
        for line in [*report.warnings, *report.errors]:
            click.echo(line if report.scene_key in line else f"{report.scene_key}: {line}", err=True)
        if not self._quiet:
            self._bars.echo(summary(report))


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
    with bars() as progress, progress.task("scenes") as overall:
        shown = _Shown(progress, overall, len(scenes), quiet)
        reports = api.prelabel(
            project,
            store,
            scenes,
            package,
            settings or api.PrelabelSettings(),
            executor=executor,
            progress=shown.advance,
            finished=shown.finished,
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


def prelabel_document(report: ScenePrelabel) -> dict[str, Any]:
    """Return a scene's report as `--json` prints it."""
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


def tell_undone(outcomes: Sequence[SceneUndo], model: str, as_json: bool) -> None:
    """Print what came of taking back a model's last run over some scenes."""
    if as_json:
        results = [(each.scene_key, each.result) for each in outcomes]
        print_json([{"scene": key, "undone": None if one is None else asdict(one)} for key, one in results])
    for each in outcomes:
        if each.result is None:
            click.echo(f"{each.scene_key}: {model} has no run here that can be taken back", err=True)
        elif not as_json:
            back = f", {count(each.result.restored, 'earlier one')} back" if each.result.restored else ""
            removed = count(each.result.removed, "proposal")
            click.echo(f"{each.scene_key}: {removed} of {each.result.run} taken back{back}")
