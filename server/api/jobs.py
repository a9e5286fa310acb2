"""Routes of jobs: queued, listed and cancelled here; workers run them, not this process."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, send_file

from geoengine.errors import NotFoundError, UnknownClassError
from geoengine.model import Job, JobItem, JobProgress, JobState, Scene
from geoengine.store.view import StoreView
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.schemas.jobs import (
    MAX_ERRORS,
    ExportWork,
    FinetuneWork,
    JobDetailReply,
    JobErrorReply,
    JobItemsReply,
    JobReply,
    JobSpeedReply,
    JobsQuery,
    JobsReply,
    NewJobsBody,
    NothingBody,
    PrelabelWork,
)
from server.state import current_state

log = logging.getLogger(__name__)

jobs = Blueprint("jobs", __name__, url_prefix="/api/jobs")


@jobs.get("")
@documented("jobs", response=JobsReply, query=JobsQuery)
def get_jobs() -> Response:
    """List jobs, newest first."""
    query = read_query(JobsQuery)
    states = None if query.state is None else [JobState(state) for state in query.state]
    with current_state().store.reading() as view:
        found = view.jobs_with_progress(query.limit, states)
    return json_reply(JobsReply(jobs=[JobReply(**job_fields(job, progress)) for job, progress in found]))


@jobs.get("/<int:job_id>")
@documented("jobs", response=JobDetailReply)
def get_job(job_id: int) -> Response:
    """Return one job with the errors of its items."""
    with current_state().store.reading() as view:
        return json_reply(job_detail(view, job_id))


@jobs.get("/<int:job_id>/result")
@documented("jobs", media_types=("*/*",), problems=(404,))
def get_result(job_id: int) -> Response:
    """Return the file that an export has written."""
    state = current_state()
    with state.store.reading() as view:
        job = view.job(job_id)
    path = state.project.export_path(job)
    if result_name(job) is None or not path.is_file():
        raise NotFoundError(
            f"job {job_id} has no file: it is no export, is not done, or its file was removed"
        )
    return send_file(path, as_attachment=True, download_name=path.name, max_age=0)


@jobs.post("")
@documented(
    "jobs",
    response=JobsReply,
    body=NewJobsBody,
    problems=(404, 507),
    description="Pre-labeling makes one job for each scene, an export or a fine-tuning one for all. `geoengine worker` "
    "runs them, the oldest first. Sending the same token again is safe and gets the same jobs.",
)
def post_jobs() -> Response:
    """Queue jobs for a worker."""
    store = current_state().store
    body = read_body(NewJobsBody)
    with store.reading() as view:
        scenes = chosen_scenes(view, body.work.scenes)
        params = to_params(view, body.token, body.work, scenes)
    made = store.create_jobs(body.work.kind, params)
    log.info("%d %s jobs queued", len(made), body.work.kind)
    with store.reading() as view:
        replies = [JobReply(**job_fields(job, view.job_progress(job.id))) for job in made]
    return json_reply(JobsReply(jobs=replies))


@jobs.post("/<int:job_id>/cancel")
@documented(
    "jobs",
    response=JobDetailReply,
    body=NothingBody,
    problems=(409, 507),
    description="A queued job is cancelled at once; a running one is cancelling until its current block is done. "
    "One that has ended gets 409.",
)
def post_cancel(job_id: int) -> Response:
    """Cancel a job."""
    read_body(NothingBody)
    store = current_state().store
    store.cancel_job(job_id)
    with store.reading() as view:
        return json_reply(job_detail(view, job_id))


@jobs.post("/<int:job_id>/retry")
@documented(
    "jobs",
    response=JobDetailReply,
    body=NothingBody,
    problems=(409, 507),
    description="A job that ended partial, failed or cancelled goes on where it stopped, its failed items anew. "
    "One that is done, or has not ended, gets 409.",
)
def post_retry(job_id: int) -> Response:
    """Queue a job again."""
    read_body(NothingBody)
    store = current_state().store
    store.retry_job(job_id)
    with store.reading() as view:
        return json_reply(job_detail(view, job_id))


def chosen_scenes(view: StoreView, ids: list[int] | None) -> list[Scene]:
    """Return the scenes of these ids, each once; all scenes for None."""
    if ids is None:
        return view.scenes()
    return [view.scene(scene_id) for scene_id in dict.fromkeys(ids)]


def to_params(
    view: StoreView, token: str, work: PrelabelWork | ExportWork | FinetuneWork, scenes: list[Scene]
) -> dict[str, dict[str, Any]]:
    """Return the parameters of each job by its token, as `geoengine.tasks.worker` plans from them."""
    if isinstance(work, PrelabelWork):
        settings = {"model": work.model, "min_score": work.min_score}
        return {f"{token}-{scene.key}": {"scene": scene.key, **settings} for scene in scenes}
    known = {label_class.key for label_class in view.classes()}
    for key in work.classes or ():
        if key not in known:
            raise UnknownClassError(f"the project has no class {key!r}", key, "work.classes")
    keys = [scene.key for scene in scenes]
    if isinstance(work, FinetuneWork):
        return {
            token: {"scenes": keys, **work.model_dump(include={"model", "classes", "steps", "seed", "quick"})}
        }
    wanted = work.model_dump(include={"states", "classes", "min_score", "format", "complete"})
    return {token: {"scenes": keys, **wanted}}


def result_name(job: Job) -> str | None:
    """Return the name of the file that a job has written, None where it has none."""
    is_there = job.kind == "export" and job.state == JobState.DONE
    return current_state().project.export_path(job).name if is_there else None


def job_detail(view: StoreView, job_id: int) -> JobDetailReply:
    """Return a job with the errors of its failed items."""
    job, progress = view.job(job_id), view.job_progress(job_id)
    failed = view.job_items(job_id, [JobState.FAILED], MAX_ERRORS)
    return JobDetailReply(**job_fields(job, progress), errors=[error_reply(item) for item in failed])


def job_fields(job: Job, progress: JobProgress) -> dict[str, Any]:
    """Return the fields of `JobReply`; the worker's name stays in the server."""
    speed = None
    if progress.per_second is not None and progress.left_s is not None:
        speed = JobSpeedReply(value=progress.per_second, unit=progress.unit, left_s=progress.left_s)
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "params": dict(job.params),
        "message": job.message,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "updated_at": job.updated_at,
        "items": JobItemsReply(total=progress.total, done=progress.done, failed=progress.failed),
        "speed": speed,
        "result": result_name(job),
    }


def error_reply(item: JobItem) -> JobErrorReply:
    """Return the error of a failed item."""
    return JobErrorReply(item=item.index, params=dict(item.params), message=item.error)
