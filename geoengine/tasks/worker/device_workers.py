"""Worker processes, one for each device; each takes its jobs itself and reports to this process.

Nothing heavy is imported here: a process reads this module first and fixes its threads before torch comes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Literal

from geoengine.errors import StoreError
from geoengine.model import Job, JobProgress
from geoengine.tasks.jobs.executors import start_worker

_LISTEN_S = 0.2


@dataclass(frozen=True)
class WorkerEvent:
    """Message of a worker process.

    Attributes:
        worker: Its number, from 0, in the order of the devices.
        kind: `begun` and `ended` on a job, the `share` of it that is done, `idle` (no job is left), `trouble` (it tries
            again), or `lost` (the process is gone, and should not be).
        job: Of `begun` and `ended`.
        progress: The items of a job that has ended.
        share: 0..1.
        text: One sentence on trouble or loss.
    """

    worker: int
    kind: Literal["started", "progress", "ended", "idle", "retrying", "lost"]
    job: Job | None = None
    progress: JobProgress | None = None
    fraction: float = 0.0
    text: str = ""


def work_on_devices(
    directory: Path, devices: Sequence[str], end: threading.Event, *, once: bool
) -> Iterator[WorkerEvent]:
    """Run a project's jobs, one at a time on each device, until `end` is set or, with `once`, none is left.

    A process that dies is not replaced: its job is run by the others, or by the next worker.

    Args:
        directory: The project's.
        devices: `cpu`, `cuda` or `cuda:N` each; each gets an equal share of the cores.
        end: Asks all of them to end after their current block or step.
        once: Whether to end when nothing is left.
    """
    context = multiprocessing.get_context("spawn")  # neither CUDA nor GDAL survives a fork
    threads = max(1, len(os.sched_getaffinity(0)) // len(devices))
    processes, pipes = [], {}
    asked = False
    try:
        for number, device in enumerate(devices):
            ours, theirs = context.Pipe()
            work = (directory, device, number, threads, once, theirs)
            process = context.Process(target=_work, args=work, name=f"worker-{device}", daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            pipes[ours] = number
        while pipes:
            for pipe in wait(list(pipes), _LISTEN_S):
                assert isinstance(pipe, Connection)
                try:
                    yield pipe.recv()
                except (EOFError, OSError):  # it has ended, or was ended
                    number = pipes.pop(pipe)
                    processes[number].join()
                    if processes[number].exitcode:
                        text = f"the worker on {devices[number]} has died (exit code {processes[number].exitcode})"
                        yield WorkerEvent(number, "lost", text=text)
            if end.is_set() and not asked:
                asked = True
                for pipe in pipes:
                    with contextlib.suppress(OSError):
                        pipe.send("end")
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
            process.join()


def _work(directory: Path, device: str, number: int, threads: int, once: bool, pipe: Any) -> None:
    """Run a worker process; any message through the pipe, or its closing, ends it."""
    start_worker(threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal; the parent passes it on
    from geoengine.tasks.prelabel.report import FAILURES

    try:
        _take_jobs(directory, device, number, once, pipe)
    except FAILURES as error:
        pipe.send(WorkerEvent(number, "lost", text=" ".join(str(error).split())))


def _take_jobs(directory: Path, device: str, number: int, once: bool, pipe: Any) -> None:
    from geoengine.project import Project
    from geoengine.tasks.worker.worker import exclusive_device, run_next, take_jobs

    if device != "cpu":
        from detectors.inference.predictor import check_device

        check_device(device)  # else every job would fail on it

    def begun(job: Job) -> Callable[[float], None]:
        pipe.send(WorkerEvent(number, "started", job))
        return lambda share: pipe.send(WorkerEvent(number, "progress", fraction=share))

    project = Project.open(directory)
    with project.store() as store, exclusive_device(project, device):

        def run() -> Job | None:
            return run_next(project, store, device=device, stop=pipe.poll, started=begun)

        for news in take_jobs(run, pipe.poll, pipe.poll, once=once):
            if isinstance(news, StoreError):
                pipe.send(WorkerEvent(number, "retrying", text=f"{news}; trying again"))
            elif news is not None:
                with store.reading() as view:
                    items = view.job_progress(news.id)
                pipe.send(WorkerEvent(number, "ended", news, items))
            elif not once:
                pipe.send(WorkerEvent(number, "idle"))
