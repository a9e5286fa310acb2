"""Jobs as HTTP replies."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from geoengine.model import Job, JobItem, JobProgress, JobState
from geoengine.project import Project
from geoengine.tasks.finetune.plan import KIND, FinetuneReport, report_path
from geoengine.tasks.scenes.add_settings import KIND as ADD
from server.schemas.jobs import (
    ClassChangeReply,
    FinetuneReply,
    JobErrorReply,
    JobItemsReply,
    JobReply,
    JobSceneReply,
    JobSpeedReply,
)

log = logging.getLogger(__name__)


def job_reply(
    project: Project, job: Job, progress: JobProgress, names: Mapping[str, tuple[int, str]]
) -> JobReply:
    """Return a job; the worker's name stays in the server.

    Args:
        project: The project.
        job: The job.
        progress: Of its items.
        names: Number and name of every scene by its key.
    """
    speed = None
    if progress.per_second is not None and progress.left_s is not None:
        speed = JobSpeedReply(value=progress.per_second, unit=progress.unit, left_s=progress.left_s)
    path = result_path(project, job)
    known = names.get(str(job.params.get("scene")))
    return JobReply(
        id=job.id,
        kind=job.kind,
        state=job.state.value,
        params=shown_params(job),
        message=job.message,
        created_at=job.created_at,
        started_at=job.started_at,
        updated_at=job.updated_at,
        items=JobItemsReply(total=progress.total, done=progress.done, failed=progress.failed),
        speed=speed,
        result=None if path is None else path.name,
        result_bytes=None if path is None else path.stat().st_size,
        scene=None if known is None else JobSceneReply(id=known[0], name=known[1]),
        finetuned=finetune_reply(project, job),
    )


def shown_params(job: Job) -> dict[str, Any]:
    """Return the parameters of a job; of an addition, where it reads from stays in the server."""
    if job.kind != ADD:
        return dict(job.params)
    return {"from": job.params.get("from"), "names": len(job.params.get("names") or ())}


def added_scenes(
    items: Iterable[JobItem], names: Mapping[str, tuple[int, str]], limit: int
) -> list[JobSceneReply]:
    """Return the scenes that the items of an addition made and that are there still, at most `limit`."""
    keys = (key for item in items for key in json.loads(item.result or "{}").get("added", ()))
    there = (names[key] for key in keys if key in names)
    return [JobSceneReply(id=number, name=name) for number, name in islice(there, limit)]


def result_path(project: Project, job: Job) -> Path | None:
    """Return the file that an export has written; None where it has none, or it was removed."""
    path = project.export_path(job)
    return path if job.kind == "export" and job.state == JobState.DONE and path.is_file() else None


def finetune_reply(project: Project, job: Job) -> FinetuneReply | None:
    """Return the outcome of a fine-tuning that is done; None where it is not, or its report is gone."""
    if job.kind != KIND or job.state != JobState.DONE:
        return None
    try:
        report = FinetuneReport.read(report_path(project, job))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the report of job %d cannot be read: %s", job.id, error)
        return None
    before, after = report.f1
    return FinetuneReply(
        parent=report.parent,
        model=report.model,
        before=before,
        after=after,
        changes=[
            ClassChangeReply(
                key=change.class_key,
                iou=change.iou,
                learnt=change.learnt,
                held_out=change.held_out,
                before=change.before["f1"],
                after=change.after["f1"],
            )
            for change in report.changes
        ],
        forgotten=list(report.forgotten),
    )


def error_reply(item: JobItem) -> JobErrorReply:
    """Return the error of a failed item."""
    return JobErrorReply(item=item.index, params=dict(item.params), message=item.error)
