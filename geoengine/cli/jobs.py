"""`geoengine jobs`: list, cancel and retry the jobs of a project."""

from __future__ import annotations

from pathlib import Path

import click

from geoengine.cli.support.job_output import duration, error_document, job_document, speed, subject
from geoengine.cli.support.options import json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table

STATES = ("queued", "running", "cancelling", "done", "partial", "failed", "cancelled")
SHOWN_ERRORS = 20
JOB = click.IntRange(1, 2**63 - 1)
"""A job's number, as far as the database counts."""


@click.group()
def jobs() -> None:
    """List, show, cancel and retry jobs."""


@jobs.command("list")
@project_option
@click.option(
    "--state",
    "states",
    type=click.Choice(STATES),
    multiple=True,
    help="Only jobs in this state; may be given several times.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Only so many, the newest."
)
@click.option("--before", type=JOB, metavar="N", help="Only jobs older than job N: the next page.")
@json_option
def list_(directory: Path, states: tuple[str, ...], limit: int, before: int | None, as_json: bool) -> None:
    """List the jobs, the newest first."""
    from geoengine.model import JobState

    with open_project(directory).store() as store, store.reading() as view:
        found = view.jobs_with_progress(limit, [JobState(state) for state in states] or None, before)
    if as_json:
        print_json([job_document(job, progress) for job, progress in found])
        return
    headers = ["job", "kind", "what", "state", "done", "failed", "speed", "left", "updated", "message"]
    rows = [
        [
            job.id,
            job.kind,
            subject(job),
            job.state,
            f"{progress.done}/{progress.total}" if progress.total else None,
            progress.failed or None,
            speed(progress),
            duration(progress.left_s),
            job.updated_at[:19] + "Z",
            job.message,
        ]
        for job, progress in found
    ]
    click.echo(table(headers, rows, right=(0, 4, 5, 6, 7)) if rows else "There are no such jobs.")
    if len(found) == limit:
        click.echo(f"Older ones: --before {found[-1][0].id}", err=True)


@jobs.command()
@click.argument("number", metavar="N", type=JOB)
@project_option
@json_option
def show(number: int, directory: Path, as_json: bool) -> None:
    """Show the progress and the errors of job N."""
    from geoengine.model import JobState

    with open_project(directory).store() as store, store.reading() as view:
        job, progress = view.job(number), view.job_progress(number)
        failed = view.job_items(number, [JobState.FAILED])
    if as_json:
        print_json({**job_document(job, progress), "errors": [error_document(item) for item in failed]})
        return
    click.echo(f"job {job.id}: {job.kind}, {job.state}")
    facts = [
        ("what", subject(job)),
        (
            "items",
            f"{progress.done} of {progress.total} done, {progress.failed} failed" if progress.total else None,
        ),
        ("speed", speed(progress)),
        ("time left", duration(progress.left_s)),
        ("took", duration(progress.took_s)),
        ("recorded", job.created_at),
        ("last run", job.started_at),
        ("updated", job.updated_at),
        ("process", job.worker),
        ("message", job.message),
    ]
    click.echo("\n".join(f"  {label:<11}{text}" for label, text in facts if text))
    for item in failed[:SHOWN_ERRORS]:
        click.echo(f"  item {item.index}: {item.error or 'failed without a reason'}")
    if len(failed) > SHOWN_ERRORS:
        click.echo(f"  … and {count(len(failed) - SHOWN_ERRORS, 'item')} more (--json lists all)")


@jobs.command()
@click.argument("number", metavar="N", type=JOB)
@project_option
def cancel(number: int, directory: Path) -> None:
    """Cancel job N.

    A queued job is cancelled at once, a running one after its current block. Finished blocks are kept, and
    geoengine jobs retry continues from there.
    """
    with open_project(directory).store() as store:
        job = store.cancel_job(number)
    ending = f"is {job.state}" if job.worker is None else f"ends after its current block ({job.worker})"
    click.echo(f"Job {job.id} {ending}.")


@jobs.command()
@click.argument("number", metavar="N", type=JOB)
@project_option
def retry(number: int, directory: Path) -> None:
    """Queue job N again after it ended partial, failed or cancelled.

    Only its unfinished items are run again; geoengine worker runs them.
    """
    with open_project(directory).store() as store:
        job = store.retry_job(number)
    click.echo(f"Job {job.id} is {job.state}; geoengine worker -p {directory} runs it.")
