"""Progress and speed of jobs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from geoengine.model import JobState
from geoengine.model.job import Workload
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.store.jobs.progress import ProgressReader
from tests.support.views import read

ME = worker_name()


def execute(store: Store, statement: str) -> None:
    with store._database.write() as connection:
        connection.execute(sa.text(statement))


def test_one_job_and_many_have_the_same_counts(store: Store) -> None:
    job = store.create_job("prelabel", {}, "t", [{}, {}])
    store.set_item(job.id, 1, JobState.DONE)
    with store._database.read() as connection:
        reader = ProgressReader(connection)
        ((listed, progress),) = reader.jobs_with_progress(limit=1)
        assert listed.id == job.id
        assert progress == reader.job_progress(job.id)
        assert reader.job_progress(job.id).done == 1


def test_progress_of_many_jobs_and_the_speed_of_those_that_run(store: Store) -> None:
    blocks = [{"core": [0, 0, 1000, 500]}, {"core": [1000, 0, 500, 500]}, {"core": [0, 500, 1000, 250]}]
    running = store.create_job("prelabel", {}, "a", blocks)
    plain, empty = store.create_job("prelabel", {}, "b", [{}] * 4), store.create_job("prelabel", {}, "c", [])
    store.claim_job(running.id, ME)
    store.claim_job(plain.id, ME)
    store.set_item(running.id, 0, JobState.DONE)
    store.set_item(running.id, 1, JobState.FAILED, error="e")
    found = {job.id: progress for job, progress in read(store).jobs_with_progress()}
    assert found[empty.id] == read(store).job_progress(empty.id)
    assert (found[plain.id].unit, found[plain.id].per_second) == ("items", None)
    speed = found[running.id]
    assert (speed.total, speed.done, speed.failed, speed.unit) == (3, 1, 1, "Mpx")
    assert speed.per_second is not None
    assert speed.left_s is not None
    assert speed.per_second * speed.left_s == pytest.approx(0.25)
    # What a former run finished says nothing of this one's speed.
    store.set_job_state(running.id, JobState.QUEUED)
    execute(store, "UPDATE job_items SET finished_at = '2020-01-01T00:00:00.000Z' WHERE job_id = 1")
    store.claim_job(running.id, ME)
    assert read(store).job_progress(running.id).per_second is None


def test_speed() -> None:
    assert Workload(3, 6, 0, 0).speed(1.5) == ("items", 2.0, 3.0)
    assert Workload(1, 3, 2_000_000, 6_000_000).speed(4.0) == ("Mpx", 0.5, 12.0)
    assert Workload(0, 3, 0, 6).speed(4.0) == ("Mpx", None, None)
    assert Workload(1, 0, 5_000_000, 0).speed(0.0) == ("Mpx", None, None)
