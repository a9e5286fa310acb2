"""Job queue: claiming, releasing, cancelling and retrying jobs."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import JobStateError, LeaseLostError
from geoengine.model import Job, JobState, utc_now
from geoengine.model.job import TRANSITIONS
from geoengine.store import tables
from geoengine.store.jobs.leases import is_expired
from geoengine.store.jobs.rows import JobReader, job_of, state_values
from geoengine.store.jobs.superseding import cancel_if_superseded, superseded_by

_jobs, _items = tables.jobs, tables.job_items
_ACTIVE = (JobState.RUNNING, JobState.CANCELLING)


def transition(
    connection: Connection,
    job_id: int,
    state: JobState,
    message: str | None,
    expected: Collection[JobState] | None = None,
) -> Job:
    """Move a job to a state, by compare-and-set.

    Args:
        connection: In a write transaction.
        job_id: The job.
        state: The new state.
        message: Replaces the job's message.
        expected: States that the job may be in; None for all that `TRANSITIONS` allows.

    Raises:
        NotFoundError: There is no such job.
        JobStateError: The job is in another state; nothing was changed.
    """
    before = [
        old for old, new in TRANSITIONS.items() if state in new and (expected is None or old in expected)
    ]
    changed = connection.execute(
        sa.update(_jobs)
        .where(_jobs.c.id == job_id, _jobs.c.state.in_([old.value for old in before]))
        .values(state_values(state, message))
    )
    job = JobReader(connection).job(job_id)
    if changed.rowcount != 1:
        wanted = " or ".join(before) or "another kind of job"
        raise JobStateError(f"job {job_id} is {job.state}, expected it to be {wanted} before it is {state}")
    return job


def claim_next(connection: Connection, worker: str, kinds: Collection[str]) -> Job | None:
    """Claim the oldest queued job for a worker; jobs whose lease expired are queued again first."""
    _release_expired(connection)
    queued = _jobs.c.state == JobState.QUEUED.value
    oldest = sa.select(sa.func.min(_jobs.c.id)).where(queued, _jobs.c.kind.in_(kinds)).scalar_subquery()
    row = connection.execute(
        sa.update(_jobs)
        .where(_jobs.c.id == oldest, queued)
        .values(**state_values(JobState.RUNNING, None), **_lease(worker))
        .returning(*_jobs.c)
    ).one_or_none()
    return None if row is None else job_of(row)


def claim(connection: Connection, job_id: int, worker: str) -> Job:
    """Claim one job, in whatever state, unless another worker holds it."""
    job = JobReader(connection).job(job_id)
    if job.state in _ACTIVE and job.worker == worker:
        return job
    if job.state in _ACTIVE and not is_expired(job.worker, job.heartbeat):
        raise JobStateError(f"job {job_id} is {job.state} in process {job.worker}, expected it to be free")
    values = {**state_values(JobState.RUNNING, None), **_lease(worker)}
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(values))
    return JobReader(connection).job(job_id)


def check_held(connection: Connection, job_id: int, worker: str) -> None:
    """Raise `LeaseLostError` unless the worker holds the job, so that what follows in the transaction is its own."""
    job = JobReader(connection).job(job_id)
    if job.worker != worker:
        now = f"{job.state} in process {job.worker}" if job.worker else str(job.state)
        raise LeaseLostError(
            f"job {job_id} is {now} by now, expected it to be held by {worker}, which was silent for too long or "
            "whose job was cancelled; it wrote nothing more"
        )


def renew(connection: Connection, job_id: int, worker: str) -> bool:
    """Record a heartbeat; return False if the worker does not hold the job any more."""
    own = sa.and_(_jobs.c.id == job_id, _jobs.c.worker == worker)
    return connection.execute(sa.update(_jobs).where(own).values(heartbeat=utc_now())).rowcount == 1


def release(connection: Connection, job_id: int, worker: str) -> Job:
    """Queue a worker's unfinished job again; cancel it where that was asked for."""
    job = JobReader(connection).job(job_id)
    if job.worker != worker:
        return job
    if job.state == JobState.CANCELLING:
        return transition(connection, job_id, JobState.CANCELLED, job.message)
    return cancel_if_superseded(connection, transition(connection, job_id, JobState.QUEUED, job.message))


def cancel(connection: Connection, job_id: int) -> Job:
    """Cancel a job at once where no worker holds it; else ask its worker to stop."""
    job = JobReader(connection).job(job_id)
    if job.state in _ACTIVE and not is_expired(job.worker, job.heartbeat):
        if job.state == JobState.CANCELLING:
            return job
        return transition(connection, job_id, JobState.CANCELLING, job.message)
    return transition(connection, job_id, JobState.CANCELLED, job.message, (JobState.QUEUED, *_ACTIVE))


def retry(connection: Connection, job_id: int) -> Job:
    """Queue a job that ended early again, with its failed items."""
    newer = superseded_by(connection, JobReader(connection).job(job_id))
    if newer is not None:
        raise JobStateError(
            f"job {job_id} was superseded by job {newer}, of the same scene and model, expected the newest; "
            "geoengine prelabel begins a new one"
        )
    ended = (JobState.CANCELLED, JobState.PARTIAL, JobState.FAILED)
    job = transition(connection, job_id, JobState.QUEUED, None, ended)
    failed = sa.and_(_items.c.job_id == job_id, _items.c.state == JobState.FAILED.value)
    queued = {"state": JobState.QUEUED.value, "error": None, "finished_at": None}
    connection.execute(sa.update(_items).where(failed).values(queued))
    return job


def _lease(worker: str) -> dict[str, str]:
    """Return the columns of a new lease."""
    now = utc_now()
    return {"worker": worker, "heartbeat": now, "started_at": now}


def _release_expired(connection: Connection) -> None:
    leased = _jobs.c.state.in_([state.value for state in _ACTIVE]) & _jobs.c.worker.is_not(None)
    for row in connection.execute(sa.select(_jobs).where(leased)).all():
        if is_expired(row.worker, row.heartbeat):
            release(connection, row.id, row.worker)
