"""Jobs: recorded work that a killed run resumes where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class JobState(StrEnum):
    """State of a job, or of one of its items."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING})
"""States of a job that is running or will be run."""

_ENDS = frozenset({JobState.DONE, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED})
TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: _ENDS | {JobState.QUEUED, JobState.CANCELLING},  # queued: released, unfinished
    JobState.CANCELLING: _ENDS,  # the block that runs may have been the last
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
    JobState.PARTIAL: frozenset({JobState.QUEUED}),
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.DONE: frozenset(),
}
"""States that may follow each state of a job."""


@dataclass(frozen=True)
class Job:
    """A named piece of work with JSON parameters; `token` makes creating it idempotent.

    A job without items was recorded by a process that could not plan them; the worker plans them.

    Attributes:
        id: Its number in the project.
        kind: What is to be done, e.g. ``prelabel``.
        params: JSON parameters of the whole job.
        state: Where it stands.
        token: Names it; the same token is the same job.
        created_at: When it was recorded (UTC ISO 8601, as the other times).
        updated_at: When it, or an item of it, last changed.
        message: What is to be said of its state, or None.
        started_at: When its last run began, or None before the first.
        worker: The process that runs it, ``host:pid``, or None.
        heartbeat: When that process last said that it is alive, or None.
    """

    id: int
    kind: str
    params: Mapping[str, Any] = field(hash=False)
    state: JobState
    token: str
    created_at: str
    updated_at: str
    message: str | None
    started_at: str | None = None
    worker: str | None = None
    heartbeat: str | None = None


@dataclass(frozen=True)
class JobItem:
    """One block of a job.

    Attributes:
        job_id: The job.
        index: Place in the job, from 0.
        state: Where it stands.
        params: JSON parameters of this item.
        result: Name of the result file (relative to the project); of an addition the scenes, as JSON; or None.
        error: What went wrong, one sentence, or None.
        finished_at: When it was done or had failed (UTC ISO 8601), or None.
    """

    job_id: int
    index: int
    state: JobState
    params: Mapping[str, Any] = field(hash=False)
    result: str | None
    error: str | None
    finished_at: str | None = None


@dataclass(frozen=True)
class JobProgress:
    """Progress of a job, and the speed and duration of its last run.

    Attributes:
        total: Items it has.
        done: Items that are done.
        failed: Items that failed.
        unit: What the speed counts: megapixels where items are blocks of a raster, else items.
        per_second: `unit` finished in each second of this run, or None where nothing can be said yet.
        left_s: Seconds until the end at that speed, or None.
        took_s: Seconds that its last run took, or has taken so far, or None before the first.
    """

    total: int
    done: int
    failed: int
    unit: Literal["Mpx", "items"] = "items"
    per_second: float | None = None
    left_s: float | None = None
    took_s: float | None = None


@dataclass(frozen=True)
class Workload:
    """Work of a running job, in items and in pixels.

    Attributes:
        items: Items in this run finished so far.
        items_left: Items not finished.
        px: Pixels of the finished ones; 0 where items are no blocks.
        px_left: Pixels not finished.
    """

    items: int
    items_left: int
    px: int
    px_left: int

    def speed(self, elapsed_s: float) -> tuple[Literal["Mpx", "items"], float | None, float | None]:
        """Return unit, units a second and seconds left, after `elapsed_s` seconds of this run."""
        blocks = self.px + self.px_left > 0
        finished, left = (self.px / 1e6, self.px_left / 1e6) if blocks else (self.items, self.items_left)
        unit: Literal["Mpx", "items"] = "Mpx" if blocks else "items"
        if finished <= 0 or elapsed_s <= 0:
            return unit, None, None
        return unit, finished / elapsed_s, left * elapsed_s / finished
