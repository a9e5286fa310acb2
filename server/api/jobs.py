"""Routes of jobs: queued, listed and cancelled here; workers run them, not this process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, send_file

from geoengine.errors import JobStateError, NotFoundError
from geoengine.model import Job, JobProgress, JobState, utc_now
from geoengine.store.jobs.requests import JobRequest
from geoengine.store.view import StoreView
from geoengine.tasks.scenes.add_settings import KIND as ADD
from server.api.job_work import check_classes, check_work, chosen_scenes, to_params
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.representations.job_json import added_scenes, error_reply, job_reply, result_path
from server.schemas.jobs import (
    MAX_ERRORS,
    JobDetailReply,
    JobReply,
    JobRequestReply,
    JobRequestsReply,
    JobsQuery,
    JobsReply,
    NewJobsBody,
    NothingBody,
    RequestBody,
    RequestsQuery,
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
        if query.request is not None:
            jobs = [(job, view.job_progress(job.id)) for job in view.jobs_of_request(query.request)]
        else:
            jobs = view.jobs_with_progress(query.limit, states, since=query.since)
        found = job_replies(view, jobs)
    return json_reply(JobsReply(jobs=found, now=utc_now()))


@jobs.get("/requests")
@documented("jobs", response=JobRequestsReply, query=RequestsQuery)
def get_requests() -> Response:
    """List the jobs by the request that recorded them, newest first."""
    limit, state = read_query(RequestsQuery).limit, current_state()
    with state.store.reading() as view:
        counts = {each.value: number for each, number in view.job_counts().items()}
        found = [_request_reply(view, one) for one in view.job_requests(limit)]
    return json_reply(JobRequestsReply(requests=found, states=counts, worker=state.runs_jobs()))


def _request_reply(view: StoreView, request: JobRequest) -> JobRequestReply:
    running: list[Job] = []
    if request.jobs > 1 and request.states.keys() & {JobState.RUNNING, JobState.CANCELLING}:
        active = (JobState.RUNNING, JobState.CANCELLING)
        running = [job for job in view.jobs_of_request(request.token) if job.state in active]
    first, *others = job_replies(
        view, [(job, view.job_progress(job.id)) for job in (request.first, *running)]
    )
    return JobRequestReply(
        token=request.token,
        jobs=request.jobs,
        states={state.value: number for state, number in request.states.items()},
        updated_at=request.updated_at,
        first=first,
        running=others,
    )


@jobs.post("/requests/cancel")
@documented(
    "jobs",
    response=JobsReply,
    body=RequestBody,
    problems=(404, 507),
    description="Those that have ended stay as they are.",
)
def post_cancel_request() -> Response:
    """Cancel all jobs of a request that have not ended."""
    store = current_state().store
    return _of_request(store.cancel_job, {JobState.QUEUED, JobState.RUNNING})


@jobs.post("/requests/retry")
@documented("jobs", response=JobsReply, body=RequestBody, problems=(404, 507))
def post_retry_request() -> Response:
    """Queue the jobs of a request that ended partial, failed or cancelled again, but for superseded ones."""
    store = current_state().store
    return _of_request(store.retry_job, {JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED})


def _of_request(act: Callable[[int], Job], states: set[JobState]) -> Response:
    """Do something about the jobs of a request that are in some states; one that changes meanwhile is left alone."""
    store, token = current_state().store, read_body(RequestBody).token
    with store.reading() as view:
        found = view.jobs_of_request(token)
    if not found:
        raise NotFoundError(f"there is no request {token!r}")
    for job in found:
        if job.state in states:
            with suppress(JobStateError):
                act(job.id)
    with store.reading() as view:
        replies = job_replies(view, [(job, view.job_progress(job.id)) for job in view.jobs_of_request(token)])
    return json_reply(JobsReply(jobs=replies, now=utc_now()))


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
    path = result_path(state.project, job)
    if path is None:
        raise NotFoundError(
            f"job {job_id} has no file: it is no export, is not done, or its file was removed"
        )
    return send_file(path, as_attachment=True, download_name=path.name, max_age=0)


@jobs.post("/<int:job_id>/result/remove")
@documented("jobs", response=JobDetailReply, body=NothingBody, problems=(404, 507))
def post_remove_result(job_id: int) -> Response:
    """Remove the file that an export has written; files stay until somebody does this."""
    read_body(NothingBody)
    state = current_state()
    state.store.check_writable()
    with state.store.reading() as view:
        path = result_path(state.project, view.job(job_id))
        if path is not None:
            path.unlink(missing_ok=True)
            log.info("%s was removed", path.name)
        return json_reply(job_detail(view, job_id))


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
        check_classes(view, body.work.classes)
    check_work(body.work, scenes)
    made = store.create_jobs(body.work.kind, to_params(body.token, body.work, scenes))
    log.info("%d %s jobs queued", len(made), body.work.kind)
    with store.reading() as view:
        replies = job_replies(view, [(job, view.job_progress(job.id)) for job in made])
    return json_reply(JobsReply(jobs=replies, now=utc_now()))


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


def job_replies(view: StoreView, jobs: list[tuple[Job, JobProgress]]) -> list[JobReply]:
    """Return jobs as replies."""
    project, names = current_state().project, view.scene_names()
    return [job_reply(project, job, progress, names) for job, progress in jobs]


def job_detail(view: StoreView, job_id: int) -> JobDetailReply:
    """Return a job with the errors of its failed items."""
    job, progress = view.job(job_id), view.job_progress(job_id)
    failed = view.job_items(job_id, [JobState.FAILED], MAX_ERRORS)
    [reply] = job_replies(view, [(job, progress)])
    errors = [error_reply(item) for item in failed]
    added = added_scenes(view.job_items(job_id), view.scene_names(), MAX_ERRORS) if job.kind == ADD else []
    return JobDetailReply(**dict(reply), errors=errors, added=added)
