"""Progress of jobs, counted from their items."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Job, JobProgress, JobState, utc_now
from geoengine.model.job import Workload
from geoengine.store import tables
from geoengine.store.jobs.rows import JobReader
from geoengine.store.reader import Reader

_jobs, _items = tables.jobs, tables.job_items
_NOTHING = JobProgress(0, 0, 0)


class ProgressReader(Reader):
    """The reads of jobs' progress."""

    def job_progress(self, job_id: int) -> JobProgress:
        """Return the progress of one job.

        Raises:
            NotFoundError: There is no such job.
        """
        return self._progress([JobReader(self._connection).job(job_id)])[job_id]

    def jobs_with_progress(
        self,
        limit: int | None = None,
        states: Collection[JobState] | None = None,
        before: int | None = None,
        since: str | None = None,
    ) -> list[tuple[Job, JobProgress]]:
        """Return jobs and their progress, newest first; see `JobReader.jobs`."""
        found = JobReader(self._connection).jobs(limit, states, before, since)
        progress = self._progress(found)
        return [(job, progress[job.id]) for job in found]

    def _progress(self, jobs: Collection[Job]) -> dict[int, JobProgress]:
        """Return the progress of each job by its number, with a speed for those that run or ran."""
        counts = _count(self._connection, [job.id for job in jobs])
        now = datetime.fromisoformat(utc_now())
        found: dict[int, JobProgress] = {}
        for job in jobs:
            progress = counts.get(job.id, _NOTHING)
            if job.started_at is not None and job.state != JobState.QUEUED:
                runs = job.state in (JobState.RUNNING, JobState.CANCELLING)
                end = now if runs else datetime.fromisoformat(job.updated_at)
                took_s = (end - datetime.fromisoformat(job.started_at)).total_seconds()
                unit, per_second, left_s = _workload(self._connection, job).speed(took_s)
                progress = replace(progress, unit=unit, per_second=per_second, took_s=took_s)
                progress = replace(progress, left_s=left_s) if runs else progress
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
