"""`geoengine worker`: run queued jobs."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.ending import ending
from geoengine.cli.support.failures import DONE, PARTLY, sentence
from geoengine.cli.support.job_output import outcome, subject
from geoengine.cli.support.options import device_names, open_project, project_option
from geoengine.cli.support.output import bars, count
from geoengine.cli.support.own_worker import end_with_parent

if TYPE_CHECKING:
    from geoengine.model import Job
    from geoengine.project import Project
    from geoengine.store import Store
    from tiling.progress import Progress

WAITING = "Nothing is left to do; waiting for more (Ctrl-C ends)."
LOST = "lost"


@click.command()
@project_option
@click.option(
    "--device", default="cpu", show_default=True, help="Device that models run on: cpu, cuda or cuda:N."
)
@click.option(
    "--devices",
    help="One worker process on each device, instead of --device: cuda:0,cuda:1 or cpu,cpu.",
)
@click.option("--once", is_flag=True, help="End when no job is left, instead of waiting for more.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when the standard input does.")
def worker(directory: Path, device: str, devices: str | None, once: bool, with_parent: bool) -> int:
    """Run a project's queued jobs, one at a time on each device.

    The oldest job is run first: imagery to add, pre-labelling, exports and fine-tuning that the web server has
    recorded, jobs that geoengine jobs retry has queued, and jobs whose worker was killed. Several workers may run
    on one project, but only one on each GPU; no job is run by two. Ctrl-C ends the worker after its current file,
    block or training step, and the job is queued again.

    With --once, the exit code is 1 where a job did not end done.
    """
    from geoengine.tasks.worker.worker import exclusive_device

    project = open_project(directory)
    if devices is not None:
        with ending() as end:
            ended = run_on_devices(project, device_names(devices), end, once=once)
        return DONE if all(state == "done" for state in ended) or not (once or LOST in ended) else PARTLY
    with project.store() as store, exclusive_device(project, device), ending() as end:
        if with_parent:
            end_with_parent(end)
        ended = run_jobs(project, store, device, end, once=once)
    return DONE if all(state == "done" for state in ended) or not once else PARTLY


def run_jobs(project: Project, store: Store, device: str, end: threading.Event, *, once: bool) -> list[str]:
    """Run jobs until `end` is set or, with `once`, none is left; return the final state of each."""
    from geoengine.errors import StoreError
    from geoengine.tasks.worker.worker import take_jobs

    ended: list[str] = []
    for news in take_jobs(lambda: _next(project, store, device, end), end.is_set, end.wait, once=once):
        if isinstance(news, StoreError):
            known = sentence(news)
            if known is None:
                raise news
            click.echo(f"{known[0]}; trying again", err=True)
        elif news is not None:
            ended.append(str(news.state))
        else:
            click.echo(f"Nothing is left to do ({count(len(ended), 'job')} run)." if once else WAITING)
    return ended


def _next(project: Project, store: Store, device: str, end: threading.Event) -> Job | None:
    """Run one job with a progress bar and print its outcome."""
    from geoengine.tasks.worker.worker import run_next

    with bars() as progress, progress.task("job") as share:

        def tell(job: Job) -> Progress:
            click.echo(_headline(job), err=True)
            return share

        job = run_next(project, store, device=device, stop=end.is_set, started=tell)
        if job is not None:
            with store.reading() as view:
                items = view.job_progress(job.id)
            progress.echo(outcome(job, items))
    return job


def run_on_devices(project: Project, devices: list[str], end: threading.Event, *, once: bool) -> list[str]:
    """Run jobs in one process for each device, until `end` is set or, with `once`, none is left.

    Returns:
        How each job ended, and `LOST` for a process that did.
    """
    from geoengine.tasks.worker.device_workers import work_on_devices

    ended: list[str] = []
    at_work: dict[int, ExitStack] = {}
    shown: dict[int, Progress] = {}
    idle: set[int] = set()
    with bars() as progress:
        for news in work_on_devices(project.directory, devices, end, once=once):
            number, device = news.worker, devices[news.worker]
            if news.kind == "progress":
                shown[number](news.fraction)
            elif news.kind == "started" and news.job:
                idle.discard(number)
                at_work[number] = ExitStack()
                shown[number] = at_work[number].enter_context(progress.task(f"job {news.job.id} on {device}"))
                click.echo(f"{_headline(news.job)} on {device}", err=True)
            elif news.kind == "ended" and news.job and news.progress:
                at_work.pop(number).close()
                ended.append(str(news.job.state))
                progress.echo(outcome(news.job, news.progress))
            elif news.kind == "idle":
                idle.add(number)
                if len(idle) == len(devices) - ended.count(LOST):
                    progress.echo(WAITING)
            else:
                ended += [LOST] if news.kind == "lost" else []
                click.echo(news.text, err=True)
    if once:
        click.echo(f"Nothing is left to do ({count(len(ended) - ended.count(LOST), 'job')} run).")
    return ended


def _headline(job: Job) -> str:
    return f"job {job.id}: {' '.join(filter(None, (job.kind, subject(job))))}"
