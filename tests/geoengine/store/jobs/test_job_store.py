"""Writes of jobs through the store."""

from __future__ import annotations

import pytest

from geoengine.errors import NotFoundError
from geoengine.model import JobState
from geoengine.store import Store
from geoengine.store.jobs.job_store import JobStore
from geoengine.store.jobs.leases import worker_name
from tests.support.views import read


def test_the_store_writes_jobs(store: Store) -> None:
    assert isinstance(store, JobStore)
    job = store.create_job("prelabel", {"scene": "a"}, "token", [{"n": 0}, {"n": 1}, {"n": 2}])
    assert store.create_job("prelabel", {"scene": "a"}, "token", [{"n": 0}, {"n": 1}, {"n": 2}]) == job
    store.set_items_done(job.id, {0: "0.npz", 2: "2.npz"})
    assert [(item.state, item.result) for item in read(store).job_items(job.id)] == [
        (JobState.DONE, "0.npz"),
        (JobState.QUEUED, None),
        (JobState.DONE, "2.npz"),
    ]
    with pytest.raises(NotFoundError):
        store.set_item(job.id, 3, JobState.DONE)


def test_only_the_holder_of_a_lease_renews_it(store: Store) -> None:
    job = store.create_job("prelabel", {}, "token", [{}])
    assert not store.renew_lease(job.id, worker_name())
    store.claim_job(job.id, worker_name())
    assert store.renew_lease(job.id, worker_name())
    assert not store.renew_lease(job.id, "another-machine:1")
    assert store.release_job(job.id, worker_name()).state == JobState.QUEUED
    assert not store.renew_lease(job.id, worker_name())
