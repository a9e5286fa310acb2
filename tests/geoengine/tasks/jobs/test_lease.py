"""Holding a job: others see that somebody alive has it, and get it back whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoengine.errors import StoreError
from geoengine.model import Job, JobState
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.jobs.lease import lease
from tests.support.views import read


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db", create=True) as opened:
        yield opened


@pytest.fixture
def job(store: Store) -> Job:
    return store.create_job("prelabel", {}, "t", [{}])


def test_a_job_is_held_and_put_back(store: Store, job: Job) -> None:
    with lease(store, job.id) as held:
        assert (held.state, held.worker) == (JobState.RUNNING, worker_name())
        with lease(store, job.id) as again:  # what a worker runs holds it too
            assert again.started_at == held.started_at
        assert read(store).job(job.id).state == JobState.RUNNING
    assert read(store).job(job.id).state == JobState.QUEUED
    with pytest.raises(KeyboardInterrupt), lease(store, job.id):
        raise KeyboardInterrupt
    assert read(store).job(job.id).state == JobState.QUEUED
    with lease(store, job.id):
        store.cancel_job(job.id)
    assert read(store).job(job.id).state == JobState.CANCELLED
    with lease(store, job.id):
        store.set_job_state(job.id, JobState.DONE)
    assert read(store).job(job.id).state == JobState.DONE


def test_it_says_that_it_is_alive_even_after_the_database_was_away(
    store: Store, job: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats, beat, enough = 0, store.renew_lease, threading.Event()

    def unsteady(job_id: int, worker: str) -> bool:
        nonlocal beats
        beats += 1
        if beats == 1:
            raise StoreError("database a.db failed: locked; nothing was changed")
        mine = beat(job_id, worker)
        enough.set()
        return mine

    monkeypatch.setattr(store, "renew_lease", unsteady)
    with lease(store, job.id, heartbeat_s=0.01) as held:
        assert enough.wait(30)
        assert (read(store).job(job.id).heartbeat or "") > (held.heartbeat or "")
    assert "job 1: database a.db failed: locked; nothing was changed; trying again" in caplog.text


def test_a_database_that_is_away_at_the_end_is_told_of(
    store: Store, job: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(job_id: int, worker: str) -> Job:
        raise StoreError("database a.db failed: disk I/O error; nothing was changed")

    monkeypatch.setattr(store, "release_job", away)
    with lease(store, job.id):
        pass
    assert "job 1 could not be released: database a.db failed" in caplog.text
