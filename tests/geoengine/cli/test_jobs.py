"""jobs and worker: what an operator sees, and what may be done about it."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoengine.cli import worker as worker_module
from geoengine.cli.support.job_output import duration
from geoengine.model import JobProgress, JobState
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.worker import device_workers
from geoengine.tasks.worker.device_workers import WorkerEvent
from tests.support.samples import Run, Town
from tests.support.views import read


@pytest.fixture
def store(town: Town) -> Iterator[Store]:
    with Project.open(town.directory).store() as opened:
        yield opened


@pytest.fixture
def partial(store: Store) -> int:
    """A job of three blocks of which one failed."""
    blocks = [{"core": [1000 * n, 0, 1000, 500]} for n in range(3)]
    job = store.create_job("prelabel", {"scene": "town", "model": "overhead"}, "t", blocks)
    for index in (0, 2):
        store.set_item(job.id, index, JobState.DONE)
    store.set_item(job.id, 1, JobState.FAILED, error="block 1 of town: town.tif is damaged.")
    store.set_job_state(job.id, JobState.PARTIAL, "1 block failed")
    return job.id


def test_a_project_without_jobs(town: Town, run: Run) -> None:
    assert run("jobs", "list", "-p", town.directory).stdout == "There are no such jobs.\n"
    result = run("jobs", "show", "7", "-p", town.directory)
    assert (result.exit_code, result.stderr) == (2, "job 7 does not exist in this project\n")


def test_jobs_are_listed_and_shown(town: Town, store: Store, partial: int, run: Run) -> None:
    header, row = run("jobs", "list", "-p", town.directory).stdout.splitlines()
    assert header.split()[:5] == ["job", "kind", "what", "state", "done"]
    for part in ("prelabel", "town with overhead", "partial", "2/3", "1 block failed"):
        assert part in row
    shown = run("jobs", "show", partial, "-p", town.directory).stdout
    assert "2 of 3 done, 1 failed" in shown
    assert "item 1: block 1 of town: town.tif is damaged." in shown
    document = json.loads(run("jobs", "show", partial, "-p", town.directory, "--json").stdout)
    assert (document["state"], document["items"]) == ("partial", {"total": 3, "done": 2, "failed": 1})
    assert [entry["item"] for entry in document["errors"]] == [1]
    assert "errors" not in json.loads(run("jobs", "list", "-p", town.directory, "--json").stdout)[0]
    assert "no such" in run("jobs", "list", "-p", town.directory, "--state", "running").stdout

    store.retry_job(partial)
    store.claim_job(partial, worker_name())
    store.set_item(partial, 1, JobState.DONE)
    running = run("jobs", "show", partial, "-p", town.directory).stdout
    assert "Mpx/s" in running
    assert worker_name() in running


def test_cancel_and_retry(town: Town, store: Store, partial: int, run: Run) -> None:
    retried = run("jobs", "retry", partial, "-p", town.directory)
    assert retried.stdout == f"Job {partial} is queued; geoengine worker -p {town.directory} runs it.\n"
    assert run("jobs", "cancel", partial, "-p", town.directory).stdout == f"Job {partial} is cancelled.\n"
    again = run("jobs", "cancel", partial, "-p", town.directory)
    assert again.exit_code == 2
    assert again.stderr.startswith(f"job {partial} is cancelled, expected it to be queued or running")
    store.claim_job(partial, worker_name())
    called_off = run("jobs", "cancel", partial, "-p", town.directory)
    assert called_off.stdout == f"Job {partial} ends after its current block ({worker_name()}).\n"
    assert read(store).job(partial).state == JobState.CANCELLING


def test_a_worker_runs_what_is_recorded_and_says_when_nothing_is_left(
    town: Town, labelled: Town, store: Store, run: Run
) -> None:
    store.create_jobs("export", {"a": {"scenes": ["town"]}})
    result = run("worker", "-p", town.directory, "--once")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "job 1: done, 1 of 1 item: 4 features in export-1.geojson",
        "Nothing is left to do (1 job run).",
    ]
    assert len(json.loads((town.directory / "exports" / "export-1.geojson").read_text())["features"]) == 4
    store.create_jobs("prelabel", {"b": {"scene": "town", "model": "nobody"}})
    result = run("worker", "-p", town.directory, "--once")
    assert result.exit_code == 1
    assert "job 2: failed, 0 of 0 items: there is no model named 'nobody'" in result.stdout


def test_a_worker_waits_for_more_until_it_is_told_to_end(
    town: Town, labelled: Town, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geoengine.tasks.worker.worker.POLL_S", 0.01)
    pauses = 0
    original = worker_module._next

    def next_(*arguments: object) -> object:
        nonlocal pauses
        job = original(*arguments)  # type: ignore[arg-type]
        pauses += job is None
        if pauses == 2 and job is None:
            store.create_jobs("export", {"a": {"scenes": ["town"]}})
        if pauses > 2 and job is None:
            signal.raise_signal(signal.SIGTERM)
        return job

    monkeypatch.setattr(worker_module, "_next", next_)
    result = run("worker", "-p", town.directory)
    assert result.exit_code == 0, result.output
    waiting = "Nothing is left to do; waiting for more (Ctrl-C ends)."
    assert result.stdout.splitlines() == [
        waiting, "job 1: done, 1 of 1 item: 4 features in export-1.geojson", waiting,
    ]  # fmt: skip
    assert "Ending after the current block or step" in result.stderr
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_workers_on_devices_tell_of_their_jobs_and_once_when_nothing_is_left(
    town: Town, store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = store.create_job("export", {"scenes": ["town"]}, "a", [{}])
    done = store.set_job_state(job.id, JobState.DONE, "4 features")
    news = [
        WorkerEvent(0, "idle"),
        WorkerEvent(1, "started", job),
        WorkerEvent(1, "progress", fraction=0.5),
        WorkerEvent(1, "ended", done, JobProgress(1, 1, 0)),
        WorkerEvent(0, "retrying", text="locked; trying again"),
        WorkerEvent(1, "idle"),
        WorkerEvent(1, "lost", text="the worker on cpu has died (exit code -9)"),
    ]
    asked: list[object] = []

    def work(directory: Path, devices: list[str], end: object, *, once: bool) -> Iterator[WorkerEvent]:
        asked.extend([directory, devices, once])
        yield from news

    monkeypatch.setattr(device_workers, "work_on_devices", work)
    result = run("worker", "-p", town.directory, "--devices", "cuda:0, cpu")
    assert asked == [town.directory, ["cuda:0", "cpu"], False]
    assert result.exit_code == 1  # a worker was lost
    assert result.stdout.splitlines() == ["job 1: done, 1 of 1 item: 4 features", worker_module.WAITING]
    assert result.stderr.splitlines() == [
        "job 1: export town on cpu", "locked; trying again", "the worker on cpu has died (exit code -9)"
    ]  # fmt: skip
    del news[-1]
    result = run("worker", "-p", town.directory, "--devices", "cuda:0,cpu", "--once")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Nothing is left to do (1 job run)."
    result = run("worker", "-p", town.directory, "--devices", "cpu,,cpu")
    assert result.exit_code == 2
    assert "--devices is 'cpu,,cpu', expected names between commas" in result.stderr


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, None), (0.4, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "1 h 00 min"), (11_100, "3 h 05 min")],
)
def test_durations(seconds: float | None, text: str | None) -> None:
    assert duration(seconds) == text
