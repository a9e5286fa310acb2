"""Jobs as they change hands: who works on which, and how one is called off or begun again."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import JobStateError
from geoengine.model import Job, JobState, utc_now
from geoengine.model.job import MOVES
from geoengine.store import tables
from geoengine.store.jobs.holders import is_gone
from geoengine.store.jobs.rows import JobReader, job_of, state_values

_jobs, _items = tables.jobs, tables.job_items
_AT_WORK = (JobState.RUNNING, JobState.CANCELLING)


def transition(
    connection: Connection,
    job_id: int,
    state: JobState,
    message: str | None,
    expected: Collection[JobState] | None = None,
) -> Job:
    """Compare and set: moves a job on, where it is in a state that this one may follow."""
    before = [old for old, new in MOVES.items() if state in new and (expected is None or old in expected)]
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


def claim(connection: Connection, holder: str, kinds: Collection[str]) -> Job | None:
    """Gives the oldest job that waits to a process; what the dead have left waits again first."""
    _release_left(connection)
    waiting = _jobs.c.state == JobState.QUEUED.value
    oldest = sa.select(sa.func.min(_jobs.c.id)).where(waiting, _jobs.c.kind.in_(kinds)).scalar_subquery()
    row = connection.execute(
        sa.update(_jobs)
        .where(_jobs.c.id == oldest, waiting)
        .values(**state_values(JobState.RUNNING, None), **_begun(holder))
        .returning(*_jobs.c)
    ).one_or_none()
    return None if row is None else job_of(row)


def take(connection: Connection, job_id: int, holder: str) -> Job:
    """Gives one job, whatever became of it before, to a process, unless another one works on it."""
    job = JobReader(connection).job(job_id)
    if job.state in _AT_WORK and job.worker == holder:
        return job
    if job.state in _AT_WORK and not is_gone(job.worker, job.heartbeat):
        raise JobStateError(f"job {job_id} is {job.state} in process {job.worker}, expected it to be free")
    values = {**state_values(JobState.RUNNING, None), **_begun(holder)}
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(values))
    return JobReader(connection).job(job_id)


def beat(connection: Connection, job_id: int, holder: str) -> bool:
    """Notes that a process is alive; False where the job is not its own any more."""
    mine = sa.and_(_jobs.c.id == job_id, _jobs.c.worker == holder)
    return connection.execute(sa.update(_jobs).where(mine).values(heartbeat=utc_now())).rowcount == 1


def put_back(connection: Connection, job_id: int, holder: str) -> Job:
    """Lets an unfinished job wait for somebody else; one that is being called off is cancelled."""
    job = JobReader(connection).job(job_id)
    if job.worker != holder:
        return job
    state = JobState.CANCELLED if job.state == JobState.CANCELLING else JobState.QUEUED
    return transition(connection, job_id, state, job.message)


def cancel(connection: Connection, job_id: int) -> Job:
    """Calls a job off: at once where nobody works on it, else after what is in hand."""
    job = JobReader(connection).job(job_id)
    if job.state in _AT_WORK and not is_gone(job.worker, job.heartbeat):
        if job.state == JobState.CANCELLING:
            return job
        return transition(connection, job_id, JobState.CANCELLING, job.message)
    return transition(connection, job_id, JobState.CANCELLED, job.message, (JobState.QUEUED, *_AT_WORK))


def retry(connection: Connection, job_id: int) -> Job:
    """Lets a job that ended early wait again, its failed items with it."""
    ended = (JobState.CANCELLED, JobState.PARTIAL, JobState.FAILED)
    job = transition(connection, job_id, JobState.QUEUED, None, ended)
    failed = sa.and_(_items.c.job_id == job_id, _items.c.state == JobState.FAILED.value)
    waiting = {"state": JobState.QUEUED.value, "error": None, "finished_at": None}
    connection.execute(sa.update(_items).where(failed).values(waiting))
    return job


def _begun(holder: str) -> dict[str, str]:
    now = utc_now()
    return {"worker": holder, "heartbeat": now, "started_at": now}


def _release_left(connection: Connection) -> None:
    held = _jobs.c.state.in_([state.value for state in _AT_WORK]) & _jobs.c.worker.is_not(None)
    for row in connection.execute(sa.select(_jobs).where(held)).all():
        if is_gone(row.worker, row.heartbeat):
            put_back(connection, row.id, row.worker)
