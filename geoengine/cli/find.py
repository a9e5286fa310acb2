"""`geoengine find`: propose more objects like a few examples."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT
from geoengine.cli.support.models import DEFAULT_MODEL, tell_restriction
from geoengine.cli.support.options import (
    json_option,
    open_project,
    pick_class,
    pick_some_scenes,
    project_option,
)
from geoengine.cli.support.output import bars, count, print_json

if TYPE_CHECKING:
    from geoengine.tasks.find.settings import FindReport, SceneFind


@click.command()
@project_option
@click.option("--class", "class_key", metavar="CLASS", required=True, help="The class to propose.")
@click.option(
    "--like",
    metavar="UID",
    multiple=True,
    help="An object to take for an example. May be given several times.",
)
@click.option(
    "--from-class", is_flag=True, help="Take all accepted objects of the class for examples.  [default]"
)
@click.option(
    "--scene",
    "scenes",
    metavar="SCENE",
    multiple=True,
    help="A scene to search. May be given several times.  [default: all scenes]",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="Most proposals on a scene.",
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="Lowest score of a proposal.",
)
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="The model package whose features are compared."
)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or cuda:N.")
@json_option
def find(
    directory: Path,
    class_key: str,
    like: tuple[str, ...],
    from_class: bool,
    scenes: tuple[str, ...],
    limit: int,
    min_score: float,
    model: str,
    device: str,
    as_json: bool,
) -> int:
    """Propose more objects like a few examples, also of a class that no model knows.

    One accepted object is enough, ten are better. The proposals are those of a model called find-CLASS. Accept and
    reject some and repeat the command: it learns from both, ranks again, and replaces the proposals that nobody has
    decided about. What people drew or decided is never changed, nor proposed again.

    The features of a scene are computed once and kept in the project's cache. A scene that fails is listed, the others
    are done, and the exit code is 1. geoengine prelabel --undo --model find-CLASS takes the last search back.
    """
    from detectors.model_package.registry import Registry
    from geoengine.tasks.find.api import find as run_find
    from geoengine.tasks.find.settings import FindSettings

    if like and from_class:
        raise click.UsageError("--like and --from-class were both given, expected one of them")
    project = open_project(directory)
    package = Registry(project.models_dir).get(model)
    with project.store() as store:
        chosen = pick_some_scenes(store, scenes)
        pick_class(store, class_key)
        tell_restriction(package.card)
        settings = FindSettings(class_key, like, limit, min_score, device)
        with bars() as shown, shown.task("features") as overall:
            order = {scene.id: number for number, scene in enumerate(chosen)}
            report = run_find(
                project,
                store,
                chosen,
                package,
                settings,
                progress=lambda scene, share: overall((order.get(scene.id, 0) + share) / len(chosen)),
            )
    if as_json:
        print_json(_document(report))
    _tell(report, quiet=as_json)
    failed = sum(each.error is not None for each in report.scenes)
    if not failed:
        return DONE
    return WRONG_INPUT if failed == len(report.scenes) else PARTLY


def _tell(report: FindReport, *, quiet: bool) -> None:
    """Print what was learned from and what each scene gave; failures go to stderr."""
    for each in report.scenes:
        if each.error is not None:
            click.echo(
                each.error if each.scene_key in each.error else f"{each.scene_key}: {each.error}", err=True
            )
        elif not quiet:
            click.echo(_line(each))
    if quiet:
        return
    at = "" if report.gsd_m is None else f" at {report.gsd_m:.3g} m"
    scores = (
        "scores are the share that was accepted so far"
        if report.calibrated
        else "scores only rank until five proposals are accepted and five rejected"
    )
    rejected = f" and {report.rejected:,} rejected ones" if report.rejected else ""
    click.echo(f"{report.model}: learned from {count(report.examples, 'example')}{rejected}{at}; {scores}.")


def _line(found: SceneFind) -> str:
    outcome = found.outcome
    assert outcome is not None  # there is one where nothing failed
    parts = [count(outcome.created, "proposal")]
    if outcome.skipped:
        parts.append(f"{outcome.skipped:,} left to what people decided")
    if outcome.removed:
        parts.append(f"{outcome.removed:,} earlier ones replaced")
    made = "computed" if found.made_features else "kept from before"
    return (
        f"{found.scene_key}: {', '.join(parts)} (features {made}, {found.features_s:.1f} s; "
        f"search {found.search_s:.1f} s)"
    )


def _document(report: FindReport) -> dict[str, Any]:
    """Return the report as `--json` prints it."""
    document = asdict(report)
    for each, scene in zip(document["scenes"], report.scenes, strict=True):
        outcome = scene.outcome
        del each["outcome"]
        each["scene"] = each.pop("scene_key")
        each["proposed"] = outcome.created if outcome else 0
        each["kept_by_people"] = outcome.skipped if outcome else 0
        each["replaced"] = outcome.removed if outcome else 0
    return document
