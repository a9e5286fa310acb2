"""Newer jobs supersede older ones of the same kind, scene and model: the last settings asked for are what counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Job, JobState
from geoengine.store import tables
from geoengine.store.jobs.rows import JobReader, state_values
from geoengine.store.reader import Reader

_jobs = tables.jobs
# One that failed or was cancelled has changed nothing, and an older one may still be wanted.
_COUNTS = [state.value for state in JobState if state not in (JobState.FAILED, JobState.CANCELLED)]


class SupersedingReader(Reader):
    """The read of what supersedes a job."""

    def superseded_by(self, job: Job) -> int | None:
        """Return the number of the newest job that supersedes this one, or None."""
        return superseded_by(self._connection, job)


def supersede(connection: Connection, jobs: Sequence[Job]) -> None:
    """Cancel what is queued for the scenes and models of new jobs and is older than they."""
    newest: dict[tuple[object, ...], Job] = {}
    for job in jobs:
        target = _target(job.kind, job.params)
        if target is not None and (target not in newest or newest[target].id < job.id):
            newest[target] = job
    if not newest:
        return
    queued = sa.select(_jobs.c.id, _jobs.c.kind, _jobs.c.params).where(_jobs.c.state == JobState.QUEUED.value)
    for row in connection.execute(queued).all():
        params = json.loads(row.params)
        newer = newest.get(_target(row.kind, params) or ())
        if newer is not None and row.id < newer.id and _share_classes(params, newer.params):
            _cancel(connection, row.id, newer.id)


def superseded_by(connection: Connection, job: Job) -> int | None:
    """Return the number of the newest job that supersedes this one, or None."""
    target = _target(job.kind, job.params)
    if target is None:
        return None
    newer = (
        sa.select(_jobs.c.id, _jobs.c.kind, _jobs.c.params)
        .where(_jobs.c.kind == job.kind, _jobs.c.id > job.id, _jobs.c.state.in_(_COUNTS))
        .order_by(_jobs.c.id.desc())
    )
    for row in connection.execute(newer):
        params = json.loads(row.params)
        if _target(row.kind, params) == target and _share_classes(params, job.params):
            return int(row.id)
    return None


def cancel_if_superseded(connection: Connection, job: Job) -> Job:
    """Cancel a queued job that a newer one supersedes; return it as it is then."""
    number = superseded_by(connection, job)
    if number is None:
        return job
    _cancel(connection, job.id, number)
    return JobReader(connection).job(job.id)


def _cancel(connection: Connection, job_id: int, number: int) -> None:
    message = f"superseded by job {number}, of the same scene and model"
    values = state_values(JobState.CANCELLED, message)
    connection.execute(sa.update(_jobs).where(_jobs.c.id == job_id).values(values))


def _target(kind: str, params: Mapping[str, Any]) -> tuple[object, ...] | None:
    """Return what a job works on, or None for one that has no single scene and model."""
    scene, model = params.get("scene"), params.get("model")
    return (kind, scene, model) if isinstance(scene, str) and isinstance(model, str) else None


def _share_classes(params: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Return whether two jobs propose a class in common; one that is not planned yet may propose any."""
    ours, theirs = params.get("classes"), others.get("classes")
    return ours is None or theirs is None or bool(set(ours) & set(theirs))
