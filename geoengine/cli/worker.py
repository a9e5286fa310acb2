"""`geoengine worker`: run what is recorded."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.failures import DONE, PARTLY, sentence
from geoengine.cli.jobs import subject
from geoengine.cli.options import open_project, project_option
from geoengine.cli.output import Report, bars, count

if TYPE_CHECKING:
    from geoengine.model import Job
    from geoengine.project import Project
    from geoengine.store import Store

POLL_S = 2.0


@click.command()
@project_option
@click.option("--device", default="cpu", show_default=True, help="What models run on: cpu, cuda or cuda:N.")
@click.option("--once", is_flag=True, help="End when nothing is left, instead of waiting for more.")
def worker(directory: Path, device: str, once: bool) -> int:
    """Run a project's queued jobs, one at a time.

    It takes the oldest job first: pre-labeling and exports that the web server has recorded, what geoengine jobs
    retry has queued, and what a killed process has left. Several workers may run on one project, but on each GPU
    only one; none gets a job that another one has. Ctrl-C ends it after the block in hand, and the job is queued again.

    With --once the exit code is 1 where a job did not end done.
    """
    from geoengine.tasks.worker import device_to_itself

    project = open_project(directory)
    with project.store() as store, device_to_itself(project, device), ending() as end:
        ended = run_jobs(project, store, device, end, once=once)
    return DONE if all(state == "done" for state in ended) or not once else PARTLY


def run_jobs(project: Project, store: Store, device: str, end: threading.Event, *, once: bool) -> list[str]:
    """Runs jobs until it is told to end, or, with `once`, until none is left; returns how each one ended."""
    from geoengine.errors import StoreError

    ended: list[str] = []
    idle = False
    while not end.is_set():
        try:
            job = _next(project, store, device, end)
        except StoreError as error:
            known = sentence(error)
            if once or known is None:
                raise
            click.echo(f"{known[0]}; trying again", err=True)
            end.wait(POLL_S)
            continue
        if job is not None:
            ended.append(str(job.state))
            idle = False
            continue
        if once:
            click.echo(f"Nothing is left to do ({count(len(ended), 'job')} run).")
            break
        if not idle:
            click.echo("Nothing is left to do; waiting for more (Ctrl-C ends).")
        idle = True
        end.wait(POLL_S)
    return ended


def _next(project: Project, store: Store, device: str, end: threading.Event) -> Job | None:
    """Runs one job with a bar and says what came of it."""
    from geoengine.tasks.worker import run_next

    with bars() as progress, progress.task("job") as share:

        def tell(job: Job) -> Report:
            click.echo(f"job {job.id}: {' '.join(filter(None, (job.kind, subject(job))))}", err=True)
            return share

        job = run_next(project, store, device=device, stop=end.is_set, begun=tell)
        if job is not None:
            items = store.job_progress(job.id)
            message = f": {job.message}" if job.message else ""
            progress.echo(f"job {job.id}: {job.state}, {items.done} of {count(items.total, 'item')}{message}")
    return job


@contextmanager
def ending() -> Iterator[threading.Event]:
    """An event that the first SIGINT or SIGTERM sets; the second one acts as usual."""
    end = threading.Event()

    def ask(number: int, _frame: object) -> None:
        click.echo("Ending after the block in hand (once more ends at once).", err=True)
        end.set()
        signal.signal(number, before[signal.Signals(number)])

    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
