"""Long work, recorded so that a killed run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class JobState(StrEnum):
    """Where a job, or one item of it, stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job:
    """A named piece of work with JSON parameters; `token` makes creating it idempotent."""

    id: int
    kind: str
    params: Mapping[str, Any] = field(hash=False)
    state: JobState
    token: str
    created_at: str
    updated_at: str
    message: str | None


@dataclass(frozen=True)
class JobItem:
    """One block of a job.

    Attributes:
        job_id: the job.
        index: place in the job, from 0.
        state: where it stands.
        params: JSON parameters of this item.
        result: name of the result file (relative to the project), or None.
        error: what went wrong, one sentence, or None.
    """

    job_id: int
    index: int
    state: JobState
    params: Mapping[str, Any] = field(hash=False)
    result: str | None
    error: str | None


@dataclass(frozen=True)
class JobProgress:
    """How many items a job has, and how many of them are done and failed."""

    total: int
    done: int
    failed: int
