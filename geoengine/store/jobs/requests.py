"""Jobs grouped by the request that recorded them: one for many scenes is one row, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geoengine.model import Job, JobState
from geoengine.store import tables
from geoengine.store.jobs.rows import job_of
from geoengine.store.reader import Reader

_jobs = tables.jobs

_suffix = "-" + sa.func.json_extract(_jobs.c.params, "$.scene")
# A request over many scenes has one token, and each of its jobs that token with the scene's key.
_request: sa.ColumnElement[str] = sa.case(
    (
        sa.func.substr(_jobs.c.token, -sa.func.length(_suffix)) == _suffix,
        sa.func.substr(_jobs.c.token, 1, sa.func.length(_jobs.c.token) - sa.func.length(_suffix)),
    ),
    else_=_jobs.c.token,
)


@dataclass(frozen=True)
class JobRequest:
    """Jobs that were recorded together.

    Attributes:
        token: Token of the request.
        first: The first of its jobs.
        states: Number of its jobs in each state that has some.
        updated_at: When one of them last changed, UTC ISO 8601.
    """

    token: str
    first: Job
    states: Mapping[JobState, int]
    updated_at: str

    @property
    def jobs(self) -> int:
        """Number of its jobs."""
        return sum(self.states.values())


class RequestReader(Reader):
    """The reads of jobs by request."""

    def job_requests(self, limit: int) -> list[JobRequest]:
        """Return the requests with the newest jobs, at most `limit`, newest first."""
        numbers = [
            sa.func.count().filter(_jobs.c.state == state.value).label(state.value) for state in JobState
        ]
        first = sa.func.min(_jobs.c.id).label("first")
        groups = (
            sa.select(
                _request.label("token"), first, sa.func.max(_jobs.c.updated_at).label("updated_at"), *numbers
            )
            .group_by(_request)
            .order_by(sa.func.max(_jobs.c.id).desc())
            .limit(limit)
        )
        rows = self._connection.execute(groups).all()
        wanted = sa.select(_jobs).where(_jobs.c.id.in_([row.first for row in rows]))
        firsts = {row.id: job_of(row) for row in self._connection.execute(wanted)}
        return [
            JobRequest(row.token, firsts[row.first], _states(row._asdict()), row.updated_at) for row in rows
        ]

    def jobs_of_request(self, token: str) -> list[Job]:
        """Return the jobs of a request, in the order they were recorded; none where there is no such request."""
        statement = sa.select(_jobs).where(_request == token).order_by(_jobs.c.id)
        return [job_of(row) for row in self._connection.execute(statement)]


def _states(row: Mapping[str, Any]) -> dict[JobState, int]:
    return {state: row[state.value] for state in JobState if row[state.value]}
