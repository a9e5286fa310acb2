"""Long work, as far as the store knows of it; workers do it, not this process."""

from __future__ import annotations

from flask import Blueprint, Response

from geoengine.model import Job, JobProgress
from server.documentation import documented
from server.schemas.project import JobItemsReply, JobReply, JobsReply
from server.state import current_state
from server.wire import json_reply

jobs = Blueprint("jobs", __name__, url_prefix="/api/jobs")


@jobs.get("")
@documented("All jobs", "jobs", response=JobsReply)
def get_jobs() -> Response:
    store = current_state().store
    return json_reply(JobsReply(jobs=[job_reply(job, store.job_progress(job.id)) for job in store.jobs()]))


@jobs.get("/<int:job_id>")
@documented("One job", "jobs", response=JobReply)
def get_job(job_id: int) -> Response:
    store = current_state().store
    return json_reply(job_reply(store.job(job_id), store.job_progress(job_id)))


def job_reply(job: Job, progress: JobProgress) -> JobReply:
    """A job as it is sent."""
    return JobReply(
        id=job.id,
        kind=job.kind,
        state=job.state.value,
        params=dict(job.params),
        message=job.message,
        created_at=job.created_at,
        updated_at=job.updated_at,
        items=JobItemsReply(total=progress.total, done=progress.done, failed=progress.failed),
    )
