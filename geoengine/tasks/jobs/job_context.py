"""Job context: what a worker gives to the function that runs a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geoengine.model import Job
from geoengine.project import Project
from geoengine.store import Store

ProgressCallback = Callable[[float], None]
"""Takes the fraction of the work that is done, 0..1."""


@dataclass(frozen=True)
class JobContext:
    """A job to run, with the project, the device and the callbacks it needs.

    Attributes:
        project: The project.
        store: Its open store.
        job: The job, leased by this process.
        device: `cpu`, `cuda` or `cuda:N`.
        stop: Polled between units of work; once it returns True, nothing new begins.
        progress: Called with the fraction that is done, 0..1.
    """

    project: Project
    store: Store
    job: Job
    device: str
    stop: Callable[[], bool]
    progress: ProgressCallback
