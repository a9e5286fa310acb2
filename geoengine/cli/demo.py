"""`geoengine demo`: from nothing to a map with proposals on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.failures import DONE, WRONG_INPUT
from geoengine.cli.support.models import DEFAULT_MODEL
from geoengine.cli.support.options import DIRECTORY
from geoengine.cli.support.output import bars, table
from geoengine.cli.support.prelabel_output import run_prelabel
from geoengine.cli.support.serving import address_options, serve_project

if TYPE_CHECKING:
    from detectors.model_package.card import ModelPackage
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store
    from geoengine.tasks.labels.evaluate import ClassScore

DEFAULT_DIRECTORY = Path("geoengine-demo")


@click.command()
@click.option("--scene", "raster", type=click.Path(path_type=Path), help="A raster of your own instead.")
@click.option("--no-serve", is_flag=True, help="Stop before the map is served.")
@click.option(
    "-p",
    "--project",
    "directory",
    type=DIRECTORY,
    default=DEFAULT_DIRECTORY,
    show_default=True,
    help="The project to use.",
)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="A model package.")
@address_options
def demo(raster: Path | None, no_serve: bool, directory: Path, model: str, host: str, port: int) -> int:
    """Pre-label a real scene and open it on the map.

    Without --scene, the image is one from Yellowstone (NEON), taken from a Python wheel that is downloaded
    once. The proposed tree crowns are compared with the hand-drawn ones that come with it. A second run reuses
    what the first one made.
    """
    from detectors.model_package.registry import Registry
    from geoengine.tasks import demo as task

    package = Registry(directory / "models").get(model)
    files = None
    if raster is None:
        cache = task.cache_directory()
        click.echo(f"The scene: NEON Yellowstone, kept in {cache}.")
        files = task.fetch_demo(cache)
        raster = files.image
        click.echo(click.wrap_text(task.PLACE_NOTE, 100))
    project = task.open_demo_project(directory, package.card)
    with project.store() as store:
        with bars() as progress, progress.task(raster.name) as share:
            scene = task.demo_scene(project, store, raster, share)
        state = _propose(project, store, scene, package)
        _tell_counts(store, scene)
        if files:
            _tell_scores(task.compare_with_crowns(store, scene, files.crowns))
    if state == "failed":
        return WRONG_INPUT
    if no_serve:
        click.echo(f"\nThe project is in {project.directory}: geoengine serve -p {directory}")
        return DONE
    click.echo()
    serve_project(directory, host=host, port=port, open_browser=_has_screen())
    return DONE


def _propose(project: Project, store: Store, scene: Scene, package: ModelPackage) -> str:
    """Pre-label the scene unless this model has done so, and return the job's state."""
    from geoengine.tasks.demo import is_prelabelled

    reference = f"{package.card.name} {package.card.version}"
    if is_prelabelled(store, scene, package.card):
        click.echo(f"{scene.key} is pre-labelled already by {reference}.")
        return "done"
    click.echo(f"Pre-labelling {scene.key} with {reference} …")
    [report] = run_prelabel(project, store, [scene], package)
    return report.state


def _tell_counts(store: Store, scene: Scene) -> None:
    with store.reading() as view:
        counts = view.counts(scene.id)
    counted = [f"{entry.count:,} {entry.class_key} {entry.state}" for entry in counts]
    click.echo(f"On the map: {', '.join(counted) or 'nothing yet'}.")


def _tell_scores(scores: Sequence[ClassScore]) -> None:
    click.echo("\nTree crowns against the hand-drawn ones, as boxes:")
    rows = [
        [f"{s.iou:g}", f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", s.tp, s.fp, s.fn]
        for s in scores
    ]
    click.echo(table(["IoU", "precision", "recall", "F1", "right", "wrong", "missed"], rows, right=range(7)))


def _has_screen() -> bool:
    """Return True if a browser window can open here: there is a desktop, and a person at the terminal."""
    return sys.stdout.isatty() and (
        sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )
