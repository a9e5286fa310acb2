"""`geoengine demo`: from nothing to a map with proposals on it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.serve import DEFAULT_HOST, DEFAULT_PORT
from geoengine.cli.support.failures import DONE, WRONG_INPUT
from geoengine.cli.support.options import DIRECTORY
from geoengine.cli.support.output import bars, table

if TYPE_CHECKING:
    from detectors.model_package.card import ModelPackage
    from geoengine.model import Scene
    from geoengine.project import Project
    from geoengine.store import Store

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
@click.option("--model", default="overhead", show_default=True, help="A model package.")
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on.",
)
def demo(raster: Path | None, no_serve: bool, directory: Path, model: str, host: str, port: int) -> int:
    """Pre-label a real scene and open it on the map.

    Without --scene, the image is one from Yellowstone (NEON), taken from a Python wheel that is downloaded
    once. The proposed tree crowns are compared with the hand-drawn ones that come with it. A second run reuses
    what the first one made.
    """
    from detectors.model_package.registry import Registry
    from geoengine.tasks.demo import PLACE_NOTE, cache_directory, compare_with_crowns, fetch_demo

    package = Registry(directory / "models").get(model)
    files = None
    if raster is None:
        cache = cache_directory()
        click.echo(f"The scene: NEON Yellowstone, kept in {cache}.")
        files = fetch_demo(cache)
        raster = files.image
        click.echo(click.wrap_text(PLACE_NOTE, 100))
    project = _project(directory, package)
    with project.store() as store:
        scene = _scene(project, store, raster)
        state = _propose(project, store, scene, package)
        with store.reading() as view:
            counts = view.counts(scene.id)
        counted = [f"{entry.count:,} {entry.class_key} {entry.state}" for entry in counts]
        click.echo(f"On the map: {', '.join(counted) or 'nothing yet'}.")
        if files:
            click.echo("\nTree crowns against the hand-drawn ones, as boxes:")
            rows = [
                [f"{s.iou:g}", f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", s.tp, s.fp, s.fn]
                for s in compare_with_crowns(store, scene, files.crowns)
            ]
            click.echo(
                table(["IoU", "precision", "recall", "F1", "right", "wrong", "missed"], rows, right=range(7))
            )
    if state == "failed":
        return WRONG_INPUT
    if no_serve:
        click.echo(f"\nThe project is in {project.directory}: geoengine serve -p {directory}")
        return DONE
    from geoengine.cli.serve import serve_project

    click.echo()
    serve_project(directory, host=host, port=port, open_browser=_has_screen())
    return DONE


def _project(directory: Path, package: ModelPackage) -> Project:
    """Open the demonstration's project, or create it with the model's classes."""
    from geoengine.model import LabelClass
    from geoengine.project import SETTINGS_NAME, Project

    if (directory / SETTINGS_NAME).is_file():
        return Project.open(directory)
    classes = [LabelClass(info.key, info.key, info.color) for info in package.card.classes]
    return Project.create(directory, name="GeoEngine demo", classes=classes)


def _scene(project: Project, store: Store, raster: Path) -> Scene:
    """Return the scene of a raster, which is registered if it is not yet."""
    from geoengine.store.errors import DuplicateSceneError
    from geoengine.tasks.scenes.register import register_scene

    try:
        with bars() as progress, progress.task(raster.name) as share:
            return register_scene(project, store, raster, progress=share)
    except DuplicateSceneError as duplicate:
        return duplicate.existing


def _propose(project: Project, store: Store, scene: Scene, package: ModelPackage) -> str:
    """Pre-label the scene unless this model has done so, and return the job's state."""
    from geoengine.cli.support.prelabel_output import run_prelabel
    from geoengine.model import JobState

    with store.reading() as view:
        jobs = view.jobs(states=[JobState.DONE])
    done = any(
        job.params.get("scene") == scene.key and job.params.get("sha256") == package.card.sha256
        for job in jobs
    )
    if done:
        click.echo(f"{scene.key} is pre-labelled already by {package.card.name} {package.card.version}.")
        return "done"
    click.echo(f"Pre-labelling {scene.key} with {package.card.name} {package.card.version} …")
    [report] = run_prelabel(project, store, [scene], package)
    return report.state


def _has_screen() -> bool:
    """Return True if a browser window can open here: there is a desktop, and a person at the terminal."""
    return sys.stdout.isatty() and (
        sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )
