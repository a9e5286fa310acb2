"""Pre-labeling: a detector goes over whole scenes, block by block, and its proposals go into the store.

Each block's result is a file that appears under its final name only when it is complete, so a run that was
killed goes on where it stopped. Blocks are done by an executor: this process, one process for each device, or a
cluster. This process alone writes to the store. When all blocks of a scene are there, they are merged and
committed as one changeset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

from detectors.inference.sliced import DEFAULT_BATCH
from detectors.model_package.card import ModelPackage
from geoengine.model import Job, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.jobs.executors import InProcess
from geoengine.tasks.prelabel.block import ModelSpec, load_model
from geoengine.tasks.prelabel.plan import PrelabelError, shared_classes
from geoengine.tasks.prelabel.report import ScenePrelabel
from geoengine.tasks.prelabel.run import PrelabelRun, Progress

__all__ = ["PrelabelError", "Progress", "ScenePrelabel", "prelabel", "run_prelabel_job"]


def prelabel(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    package: ModelPackage,
    *,
    min_score: float | None = None,
    device: str = "cpu",
    batch: int = DEFAULT_BATCH,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finished: Callable[[ScenePrelabel], None] | None = None,
    stop: Callable[[], bool] | None = None,
    again: bool = False,
    job: Job | None = None,
) -> list[ScenePrelabel]:
    """Propose objects on scenes. A scene, or a block, that fails does not stop the others.

    Only classes that the project has are proposed; a project without classes gets the model's.

    Args:
        project: the project.
        store: its open store.
        scenes: which scenes.
        package: the model package.
        min_score: lowest score to propose; None takes each class's own from the model card.
        device: `cpu`, `cuda` or `cuda:N`; a `DevicePool` knows its own.
        batch: chips per forward pass.
        executor: who does the blocks (see `geoengine.tasks.jobs.executors` and `cluster`); None for this process. The
            outcome is the same. It is the caller's to shut down.
        progress: called as chips (in another process: blocks) are finished.
        finished: called with each scene's report when it is complete, or left because its job was called off.
        stop: asked before every block; once it is True nothing is begun, running blocks are awaited, and jobs that
            are not complete become `cancelled`: the same call again goes on with them.
        again: whether to do scenes again that the same model has been over last, with the same settings.
        job: the recorded job that this is, of one scene; None finds the one of the same settings, or makes it.

    Returns:
        One report for each scene, in their order.

    Raises:
        DetectorError: the model cannot be used.
        PrelabelError: the model knows none of the project's classes.
        WorkerError: the workers cannot do it, or their cluster went away; the same call again goes on.
    """
    executor = executor or InProcess()
    model = ModelSpec(package, device, min_score)
    # First: a model that fails leaves no classes behind.
    for check in [executor.submit(load_model, model) for _ in range(getattr(executor, "workers", 1))]:
        check.result()
    classes = shared_classes(store, package.card)
    run = PrelabelRun(project, store, model, classes, batch, executor, progress, finished, again, job)
    return run.all(scenes, stop)


def run_prelabel_job(
    project: Project, store: Store, job: Job, package: ModelPackage, **options: Any
) -> ScenePrelabel:
    """Runs a recorded job of pre-labeling, or goes on with it; `options` are those of `prelabel`.

    One that was recorded with no more than a scene, a model and perhaps a lowest score is planned first. Where the
    scene, the way it is shown or the model's weights have changed since it was planned, it fails.

    Raises:
        NotFoundError: the scene is not in the project.
        DetectorError, PrelabelError, WorkerError: as `prelabel`.
    """
    with store.reading() as view:
        scene = view.scene_by_key(job.params["scene"])
    min_score = job.params.get("min_score")
    [report] = prelabel(project, store, [scene], package, min_score=min_score, job=job, **options)
    return report
