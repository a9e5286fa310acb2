"""How far jobs are: a few numbers for each, out of however many items."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Job, JobProgress, JobState, utc_now
from geoengine.model.job import Workload
from geoengine.store import tables

_jobs, _items = tables.jobs, tables.job_items
_NOTHING = JobProgress(0, 0, 0)


def read_progress(connection: Connection, jobs: Collection[Job]) -> dict[int, JobProgress]:
    """The progress of each job by its number; only of those that run it says how fast they go."""
    counts = _count(connection, [job.id for job in jobs])
    running = [job for job in jobs if job.state in (JobState.RUNNING, JobState.CANCELLING)]
    work = {job.id: _workload(connection, job) for job in running if job.started_at is not None}
    now = datetime.fromisoformat(utc_now())
    found: dict[int, JobProgress] = {}
    for job in jobs:
        progress = counts.get(job.id, _NOTHING)
        if job.id in work and job.started_at is not None:
            elapsed_s = (now - datetime.fromisoformat(job.started_at)).total_seconds()
            progress = JobProgress(
                progress.total, progress.done, progress.failed, *work[job.id].speed(elapsed_s)
            )
        found[job.id] = progress
    return found


def _count(connection: Connection, job_ids: Collection[int]) -> dict[int, JobProgress]:
    statement = (
        sa.select(
            _items.c.job_id,
            sa.func.count(),
            _number(_items.c.state == JobState.DONE.value),
            _number(_items.c.state == JobState.FAILED.value),
        )
        .where(_items.c.job_id.in_(job_ids))
        .group_by(_items.c.job_id)
    )
    return {job_id: JobProgress(*numbers) for job_id, *numbers in connection.execute(statement)}


def _workload(connection: Connection, job: Job) -> Workload:
    # A block's item says where its core is: [column, row, width, height].
    width, height = (sa.func.json_extract(_items.c.params, f"$.core[{n}]") for n in (2, 3))
    area = sa.func.coalesce(width * height, 0)
    left = _items.c.state.not_in([JobState.DONE.value, JobState.FAILED.value])
    here = _items.c.finished_at >= job.started_at
    statement = sa.select(_number(here), _number(left), _number(here, area), _number(left, area))
    return Workload(*connection.execute(statement.where(_items.c.job_id == job.id)).one())


def _number(condition: sa.ColumnElement[bool], amount: Any = 1) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, amount), else_=0)), 0)
