"""Project of the demonstration: made once, and gone on with after that."""

from __future__ import annotations

from pathlib import Path

from detectors.model_package.card import ModelCard
from geoengine.model import JobState, LabelClass, Scene
from geoengine.project import SETTINGS_NAME, Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes.register import register_scene
from tiling.progress import Progress


def open_demo_project(directory: Path, card: ModelCard) -> Project:
    """Open the demonstration's project, or create it with the model's classes."""
    if (directory / SETTINGS_NAME).is_file():
        return Project.open(directory)
    classes = [LabelClass(info.key, info.key, info.color) for info in card.classes]
    return Project.create(directory, name="GeoEngine demo", classes=classes)


def demo_scene(project: Project, store: Store, raster: Path, progress: Progress) -> Scene:
    """Return the scene of a raster, which is registered if it is not yet.

    Raises:
        TilingError, StoreError: As `register_scene`.
    """
    try:
        return register_scene(project, store, raster, progress=progress)
    except DuplicateSceneError as duplicate:
        return duplicate.existing


def is_prelabelled(store: Store, scene: Scene, card: ModelCard) -> bool:
    """Return True if a job of these weights is done on the scene."""
    with store.reading() as view:
        jobs = view.jobs(states=[JobState.DONE])
    return any(
        job.params.get("scene") == scene.key and job.params.get("sha256") == card.sha256 for job in jobs
    )
