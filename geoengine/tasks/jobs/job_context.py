"""What a worker hands to whatever does a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geoengine.model import Job
from geoengine.project import Project
from geoengine.store import Store

Share = Callable[[float], None]


@dataclass(frozen=True)
class Order:
    """One job to be run, and by what.

    Attributes:
        project: the project.
        store: its open store.
        job: the job, this process's own.
        device: `cpu`, `cuda` or `cuda:N`.
        stop: asked between the pieces of the work.
        share: told how much is done, 0..1.
    """

    project: Project
    store: Store
    job: Job
    device: str
    stop: Callable[[], bool]
    share: Share
