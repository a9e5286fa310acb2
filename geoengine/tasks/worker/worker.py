"""Worker: run queued jobs one after the other; no two workers run the same one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from detectors.model_package.registry import Registry
from geoengine.errors import GeoEngineError, StoreError
from geoengine.locks import LockedError, locked
from geoengine.machine import MachineError, machine_trouble
from geoengine.model import Job, JobState
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.jobs.job_context import JobContext, ProgressCallback
from geoengine.tasks.jobs.lease import lease
from geoengine.tasks.labels.export_job import run_export_job
from geoengine.tasks.prelabel.api import run_prelabel_job
from geoengine.tasks.prelabel.block import forget_models
from geoengine.tasks.prelabel.report import FAILURES, message
from geoengine.tasks.scenes.add_job import run_add_job

logger = logging.getLogger(__name__)

POLL_S = 2.0


class DeviceInUseError(GeoEngineError, RuntimeError):
    """Another worker of the project runs on the device."""


@contextmanager
def exclusive_device(project: Project, device: str) -> Iterator[None]:
    """Lock a GPU for this worker of the project; a CPU may be shared, for it has cores and no memory of its own.

    Raises:
        DeviceInUseError: Another worker runs on it.
    """
    if device == "cpu":
        yield
        return
    name = "cuda:0" if device == "cuda" else device
    path = project.jobs_dir / f".worker-{name.replace(':', '-')}"
    with ExitStack() as held:
        try:
            held.enter_context(locked(path, wait=False))
        except LockedError:
            raise DeviceInUseError(
                f"another worker runs on {name} in this project, expected it to be free"
            ) from None
        yield


def take_jobs(
    run: Callable[[], Job | None], ended: Callable[[], bool], wait: Callable[[float], object], *, once: bool
) -> Iterator[Job | StoreError | None]:
    """Run one job after the other until `ended` or, with `once`, until none is left.

    Args:
        run: Runs one job, as `run_next`; None where there is none.
        ended: Returns whether to end.
        wait: Waits so many seconds, less where it has ended.
        once: Ends where nothing is left, instead of waiting for more.

    Yields:
        Each job that ended; an error of the store, before it tries again; None, once, where nothing is left.

    Raises:
        StoreError: With `once`, at once.
    """
    idle = False
    while not ended():
        try:
            job = run()
        except StoreError as error:
            if once:
                raise
            yield error
            wait(POLL_S)
            continue
        if job is not None or not idle:
            yield job
        idle = job is None
        if idle and once:
            return
        if idle:
            wait(POLL_S)


def run_next(
    project: Project,
    store: Store,
    *,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
    started: Callable[[Job], ProgressCallback] = lambda job: lambda share: None,
) -> Job | None:
    """Run the oldest queued job to its end; a job that fails records why, and no other is affected.

    Args:
        project: The project.
        store: Its open store.
        device: Device that models run on: `cpu`, `cuda` or `cuda:N`.
        stop: Returns whether the worker is to end; polled between blocks. The job is queued again then.
        started: Called with the job when it is taken; what it returns is called with the share done, 0..1.

    Returns:
        The job as it is afterwards, or None where none is queued.

    Raises:
        StoreError: The database cannot be used; the next worker continues the job.
        MachineError: The machine is in trouble (a full disk, no memory); the job is queued again.
    """
    job = store.claim_next_job(worker_name(), RUNNERS)
    return None if job is None else run_one(project, store, job, device=device, stop=stop, started=started)


def run_one(
    project: Project,
    store: Store,
    job: Job,
    *,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
    started: Callable[[Job], ProgressCallback] = lambda job: lambda share: None,
) -> Job:
    """Run the given job to its end; see `run_next`.

    Raises:
        JobStateError: Another process works on it.
        StoreError: The database cannot be used.
    """
    with lease(store, job.id) as job:
        cancelled = _run(JobContext(project, store, job, device, stop, started(job)))
    with store.reading() as view:
        job = view.job(job.id)
    if job.state == JobState.CANCELLED and stop() and not cancelled:
        return store.retry_job(job.id)
    return job


def _run(context: JobContext) -> bool:
    """Run a job and make sure that it has ended; return whether it was cancelled."""
    store, job = context.store, context.job
    cancelled = False

    def stop() -> bool:
        nonlocal cancelled
        cancelled = cancelled or _state(store, job) == JobState.CANCELLING
        return cancelled or context.stop()

    try:
        problem = RUNNERS[job.kind](replace(context, stop=stop))
    except FAILURES as error:
        trouble = machine_trouble(error)
        if trouble is not None:  # the job is put back, for when the machine is well again
            raise MachineError(trouble) from error
        logger.debug("job %d failed", job.id, exc_info=True)
        problem = " ".join(str(error).split())
    except Exception as error:
        # One job's fault of the program must not end the night's work.
        logger.exception("job %d failed by a fault of the program", job.id)
        problem = f"a fault of the program: {type(error).__name__}: {' '.join(str(error).split())}"
    left = _state(store, job) in (JobState.RUNNING, JobState.CANCELLING)
    if left and (problem or not stop()):  # else it was not begun, and is put back
        store.set_job_state(job.id, JobState.FAILED, problem or "it ended without saying how")
    return cancelled


def _state(store: Store, job: Job) -> JobState:
    with store.reading() as view:
        return view.job(job.id).state


def _prelabel(context: JobContext) -> str | None:
    package = Registry(context.project.models_dir).get(context.job.params["model"])
    return message(run_prelabel_job(context, package).errors)


def _finetune(context: JobContext) -> str | None:
    from geoengine.tasks.finetune.run import run_finetune_job  # brings all of the training with it

    forget_models()  # its memory is needed now
    package = Registry(context.project.models_dir).get(context.job.params["model"])
    run_finetune_job(context, package)
    return None


def _export(context: JobContext) -> str | None:
    run_export_job(context)  # one file, so there is nothing to stop at
    return None


def _add(context: JobContext) -> str | None:
    run_add_job(context)
    return None


RUNNERS: Mapping[str, Callable[[JobContext], str | None]] = {
    "add": _add,
    "prelabel": _prelabel,
    "export": _export,
    "finetune": _finetune,
}
"""What each kind of job is run by; it returns what went wrong where it could not set the job's state."""
