"""Jobs and their items in the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, JobStateError, NotFoundError, TokenReuseError
from geoengine.model import Job, JobItem, JobState, utc_now
from geoengine.model.checks import check_attributes, check_text
from geoengine.store import tables
from geoengine.store.canonical_json import json_text
from geoengine.store.reader import Reader

_jobs = tables.jobs
_items = tables.job_items


class JobReader(Reader):
    """The reads of jobs and their items."""

    def job(self, job_id: int) -> Job:
        """Return one job.

        Raises:
            NotFoundError: There is no such job.
        """
        row = self._connection.execute(sa.select(_jobs).where(_jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"job {job_id} does not exist in this project")
        return job_of(row)

    def jobs(
        self,
        limit: int | None = None,
        states: Collection[JobState] | None = None,
        before: int | None = None,
        since: str | None = None,
    ) -> list[Job]:
        """Return jobs, newest first, of all states or of some.

        Args:
            limit: At most so many; None for all.
            states: Only those in one of these states.
            before: Only those older than this job.
            since: Only those that changed after this time, as `utc_now` writes it.

        Raises:
            InvalidValueError: The limit is negative.
        """
        if limit is not None and limit < 0:
            raise InvalidValueError(f"limit is {limit}, expected 0 or more", "limit")
        statement = sa.select(_jobs).order_by(_jobs.c.id.desc()).limit(limit)
        if states is not None:
            statement = statement.where(_jobs.c.state.in_([JobState(state).value for state in states]))
        if before is not None:
            statement = statement.where(_jobs.c.id < before)
        if since is not None:
            statement = statement.where(_jobs.c.updated_at > since)
        return [job_of(row) for row in self._connection.execute(statement)]

    def job_counts(self) -> dict[JobState, int]:
        """Return the number of jobs in each state that has some."""
        statement = sa.select(_jobs.c.state, sa.func.count()).group_by(_jobs.c.state)
        return {JobState(state): number for state, number in self._connection.execute(statement)}

    def find_jobs(self, kind: str, params: Mapping[str, Any]) -> list[Job]:
        """Return the jobs of a kind with exactly these parameters, newest first."""
        same = (_jobs.c.kind == kind, _jobs.c.params == json_text(dict(params)))
        statement = sa.select(_jobs).where(*same).order_by(_jobs.c.id.desc())
        return [job_of(row) for row in self._connection.execute(statement)]

    def job_items(
        self, job_id: int, states: Collection[JobState] | None = None, limit: int | None = None
    ) -> list[JobItem]:
        """Return the items of a job in their order, of all states or of some.

        Raises:
            NotFoundError: There is no such job.
        """
        self.job(job_id)
        statement = sa.select(_items).where(_items.c.job_id == job_id).order_by(_items.c.index).limit(limit)
        if states is not None:
            statement = statement.where(_items.c.state.in_([JobState(state).value for state in states]))
        return [_item(row) for row in self._connection.execute(statement)]


def create_job(
    connection: Connection,
    kind: str,
    params: Mapping[str, Any],
    token: str,
    items: Sequence[Mapping[str, Any]],
) -> Job:
    """Record a job, or return the one with this token; `superseding.supersede` is for the caller."""
    check_text(kind, "kind")
    check_text(token, "token")
    check_attributes(params, "params")
    for index, item in enumerate(items):
        check_attributes(item, f"items[{index}]")
    texts = [json_text(dict(item)) for item in items]
    row = connection.execute(sa.select(_jobs).where(_jobs.c.token == token)).one_or_none()
    if row is not None:
        there = sa.select(_items.c.params).where(_items.c.job_id == row.id).order_by(_items.c.index)
        # One recorded without items may have been planned since.
        if row.kind != kind or (texts and list(connection.execute(there).scalars()) != texts):
            raise TokenReuseError(
                f"token {token!r} belongs to job {row.id} ({row.kind}) with other items, expected a new one"
            )
        return job_of(row)
    now = utc_now()
    values = {
        "kind": kind,
        "params": json_text(dict(params)),
        "state": JobState.QUEUED.value,
        "token": token,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(sa.insert(_jobs).values(values))
    row = connection.execute(sa.select(_jobs).where(_jobs.c.token == token)).one()
    _insert_items(connection, row.id, texts)
    return job_of(row)


def plan_job(
    connection: Connection, job_id: int, params: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> Job:
    """Give a job that was recorded without items its items and its full parameters."""
    check_attributes(params, "params")
    for index, item in enumerate(items):
        check_attributes(item, f"items[{index}]")
    if JobReader(connection).job_items(job_id, limit=1):
        raise JobStateError(f"job {job_id} has items already, expected one that is not planned yet")
    values = {"params": json_text(dict(params)), "updated_at": utc_now()}
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(values))
    _insert_items(connection, job_id, [json_text(dict(item)) for item in items])
    return JobReader(connection).job(job_id)


def set_item(
    connection: Connection, job_id: int, index: int, state: JobState, result: str | None, error: str | None
) -> JobItem:
    """Update an item, and the time of its job."""
    here = sa.and_(_items.c.job_id == job_id, _items.c.index == index)
    now = utc_now()
    finished = now if state in (JobState.DONE, JobState.FAILED) else None
    changed = connection.execute(
        sa.update(_items)
        .where(here)
        .values(state=JobState(state).value, result=result, error=error, finished_at=finished)
    )
    if changed.rowcount != 1:
        raise NotFoundError(f"item {index} of job {job_id} does not exist in this project")
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(updated_at=now))
    return _item(connection.execute(sa.select(_items).where(here)).one())


def set_items_done(connection: Connection, job_id: int, results: Mapping[int, str]) -> None:
    """Mark many items as done: index -> result file."""
    if not results:
        return
    statement = (
        sa.update(_items)
        .where(_items.c.job_id == job_id, _items.c.index == sa.bindparam("item"))
        .values(state=JobState.DONE.value, result=sa.bindparam("file"), error=None)
    )
    connection.execute(statement, [{"item": index, "file": name} for index, name in results.items()])
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(updated_at=utc_now()))


def set_state(connection: Connection, job_id: int, state: JobState, message: str | None) -> Job:
    """Set the state of a job."""
    changed = connection.execute(
        sa.update(_jobs).where(_jobs.c.id == job_id).values(state_values(state, message))
    )
    if changed.rowcount != 1:
        raise NotFoundError(f"job {job_id} does not exist in this project")
    return JobReader(connection).job(job_id)


def state_values(state: JobState, message: str | None) -> dict[str, Any]:
    """Return the columns that go with a state; a job that is queued or has ended has no worker."""
    values: dict[str, Any] = {
        "state": JobState(state).value,
        "message": message,
        "updated_at": utc_now(),
    }
    if state not in (JobState.RUNNING, JobState.CANCELLING):
        values |= {"worker": None, "heartbeat": None}
    return values


def job_of(row: sa.Row[Any]) -> Job:
    """Return the job of a row."""
    values = {**row._mapping, "params": json.loads(row.params), "state": JobState(row.state)}
    return Job(**values)


def _insert_items(connection: Connection, job_id: int, texts: Sequence[str]) -> None:
    queued = JobState.QUEUED.value
    rows = [
        {"job_id": job_id, "index": index, "state": queued, "params": text}
        for index, text in enumerate(texts)
    ]
    if rows:
        connection.execute(sa.insert(_items), rows)


def _item(row: sa.Row[Any]) -> JobItem:
    # Not by attribute: a row is a tuple, and `index` is one of its methods.
    values = {**row._mapping, "params": json.loads(row.params), "state": JobState(row.state)}
    return JobItem(**values)
