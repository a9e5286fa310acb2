"""Pre-labeling of whole scenes: detect block by block, store the detections as proposals.

Each block's result is a file that appears under its final name only when it is complete, so a run that was killed
continues where it stopped. An executor runs the blocks: this process, one process for each device, or a cluster. Only
this process writes to the store. When all blocks of a scene are there, they are merged and committed as one changeset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detectors.model_package.card import ModelPackage
from geoengine.model import Job, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.jobs.executors import InProcess, TaskExecutor
from geoengine.tasks.jobs.job_context import JobContext
from geoengine.tasks.prelabel.block import ModelSpec, load_model
from geoengine.tasks.prelabel.partners import PrelabelError, find_partners, with_min_scores
from geoengine.tasks.prelabel.report import ScenePrelabel
from geoengine.tasks.prelabel.run import PrelabelRun, Progress
from geoengine.tasks.prelabel.settings import PrelabelSettings

__all__ = [
    "PrelabelError",
    "PrelabelSettings",
    "Progress",
    "ScenePrelabel",
    "prelabel",
    "run_prelabel_job",
]

DEFAULT_SETTINGS = PrelabelSettings()


def prelabel(
    project: Project,
    store: Store,
    scenes: Sequence[Scene],
    package: ModelPackage,
    settings: PrelabelSettings = DEFAULT_SETTINGS,
    *,
    executor: TaskExecutor | None = None,
    progress: Progress | None = None,
    finished: Callable[[ScenePrelabel], None] | None = None,
    stop: Callable[[], bool] | None = None,
    job: Job | None = None,
) -> list[ScenePrelabel]:
    """Propose objects on scenes. A scene, or a block, that fails does not stop the others.

    Only classes that the project has are proposed, and each report says which are left out; a project without classes
    gets the model's.

    Args:
        project: The project.
        store: Its open store.
        scenes: The scenes to pre-label.
        package: The model package.
        settings: Device, lowest scores, classes and batch size.
        executor: Runs the blocks (see `geoengine.tasks.jobs.executors` and `dask_executor`); None for this process.
            The outcome is the same. The caller shuts it down.
        progress: Called as chips (in another process: blocks) are finished.
        finished: Called with each scene's report when it is complete, or left because its job was cancelled.
        stop: Polled before every block. Once it returns True nothing is begun, running blocks are awaited, and jobs
            that are not complete become `cancelled`; the same call again continues them.
        job: The recorded job of the one scene; None finds the one of the same settings, or records it.

    Returns:
        One report for each scene, in their order.

    Raises:
        DetectorError: The model cannot be used.
        PrelabelError: The model knows none of the project's classes.
        WorkerError: The workers cannot run it, or their cluster went away; the same call again continues.
    """
    executor = executor or InProcess()
    partners = find_partners(store, package.card, settings)
    package = with_min_scores(package, partners, settings)
    model = ModelSpec(package, settings.device, None if settings.class_scores else settings.min_score)
    # First: a model that fails leaves no classes behind.
    for check in [executor.submit(load_model, model) for _ in range(executor.workers)]:
        check.result()
    if partners.new:
        store.put_classes(partners.new)
    run = PrelabelRun(project, store, model, partners, settings, executor, progress, finished, job)
    return run.run(scenes, stop)


def run_prelabel_job(context: JobContext, package: ModelPackage) -> ScenePrelabel:
    """Run a recorded job of pre-labeling, or continue it.

    A job that was recorded with no more than a scene, a model and perhaps a lowest score is planned first. Where the
    scene, its stretch or the model's weights have changed since it was planned, it fails.

    Args:
        context: The job, with its project, device and callbacks.
        package: The model package.

    Raises:
        NotFoundError: The scene is not in the project.
        DetectorError: As `prelabel`.
        PrelabelError: As `prelabel`.
        WorkerError: As `prelabel`.
    """
    params = context.job.params
    with context.store.reading() as view:
        scene = view.scene_by_key(params["scene"])
    [report] = prelabel(
        context.project,
        context.store,
        [scene],
        package,
        PrelabelSettings.of_job(params, context.device),
        progress=lambda _scene, share: context.progress(share),
        stop=context.stop,
        job=context.job,
    )
    return report
