"""Output on jobs: their subject, speed and outcome, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoengine.cli.support.output import count

if TYPE_CHECKING:
    from geoengine.model import Job, JobItem, JobProgress


def outcome(job: Job, items: JobProgress) -> str:
    """Return one line on a job that has ended."""
    message = f": {job.message}" if job.message else ""
    return f"job {job.id}: {job.state}, {items.done} of {count(items.total, 'item')}{message}"


def subject(job: Job) -> str | None:
    """Return what a job is about: its scenes or where they come from, and the model where it has one."""
    scenes = job.params.get("scene") or job.params.get("from") or ", ".join(job.params.get("scenes") or ())
    return " with ".join(str(part) for part in (scenes, job.params.get("model")) if part) or None


def speed(progress: JobProgress) -> str | None:
    """Format a speed as `2.4 Mpx/s`, or return None."""
    return None if progress.per_second is None else f"{progress.per_second:.3g} {progress.unit}/s"


def duration(seconds: float | None) -> str | None:
    """Format a duration as `45 s`, `12 min`, `3 h 05 min`, or return None."""
    if seconds is None:
        return None
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def job_document(job: Job, progress: JobProgress) -> dict[str, Any]:
    """Return a job as `--json` prints it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": str(job.state),
        "params": dict(job.params),
        "message": job.message,
        "items": {"total": progress.total, "done": progress.done, "failed": progress.failed},
        "speed": {"unit": f"{progress.unit}/s", "value": progress.per_second},
        "left_s": progress.left_s,
        "took_s": progress.took_s,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "updated_at": job.updated_at,
        "worker": job.worker,
    }


def error_document(item: JobItem) -> dict[str, Any]:
    """Return a failed item as `--json` prints it."""
    return {"item": item.index, "params": dict(item.params), "error": item.error}
