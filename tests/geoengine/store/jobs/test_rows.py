from __future__ import annotations

import pytest

from geoengine.errors import InvalidValueError, NotFoundError, TokenReuseError
from geoengine.model import JobProgress, JobState
from geoengine.store import Store
from tests.support.views import read


def test_a_job_from_queued_to_done(store: Store) -> None:
    job = store.create_job(
        "prelabel", {"model": "overhead"}, "token", [{"block": 0}, {"block": 1}, {"block": 2}]
    )
    assert (job.kind, job.params, job.state, job.message) == (
        "prelabel",
        {"model": "overhead"},
        "queued",
        None,
    )
    assert read(store).job(job.id) == job
    assert read(store).job_progress(job.id) == JobProgress(3, 0, 0)
    item = store.set_item(job.id, 1, JobState.DONE, result="jobs/1/1.npz")
    assert (item.job_id, item.index, item.state, item.params, item.result, item.error) == (
        job.id,
        1,
        "done",
        {"block": 1},
        "jobs/1/1.npz",
        None,
    )
    store.set_item(job.id, 2, JobState.FAILED, error="The raster is truncated.")
    assert read(store).job_progress(job.id) == JobProgress(3, 1, 1)
    assert [i.index for i in read(store).job_items(job.id)] == [0, 1, 2]
    assert [i.index for i in read(store).job_items(job.id, [JobState.QUEUED, JobState.FAILED])] == [0, 2]
    done = store.set_job_state(job.id, JobState.PARTIAL, "1 of 3 failed")
    assert (done.state, done.message) == ("partial", "1 of 3 failed")
    assert done.updated_at >= done.created_at


def test_the_same_token_is_the_same_job(store: Store) -> None:
    job = store.create_job("prelabel", {}, "token", [{"block": 0}])
    store.set_item(job.id, 0, JobState.DONE, result="r")
    again = store.create_job("prelabel", {"device": "cuda"}, "token", [{"block": 0}])
    assert again.id == job.id
    assert read(store).job_items(again.id)[0].state == "done"
    with pytest.raises(TokenReuseError):
        store.create_job("prelabel", {}, "token", [{"block": 1}])
    with pytest.raises(TokenReuseError):
        store.create_job("train", {}, "token", [{"block": 0}])
    other = store.create_job("prelabel", {}, "other")
    assert [j.id for j in read(store).jobs()] == [other.id, job.id]
    assert [j.id for j in read(store).jobs(limit=1)] == [other.id]


def test_unknown_jobs_and_items(store: Store) -> None:
    job = store.create_job("prelabel", {}, "token", [{}])
    for call in (read(store).job, read(store).job_items, read(store).job_progress):
        with pytest.raises(NotFoundError, match="job 99 does not exist"):
            call(99)
    with pytest.raises(NotFoundError, match="item 1 of job"):
        store.set_item(job.id, 1, JobState.DONE)
    with pytest.raises(NotFoundError):
        store.set_job_state(99, JobState.DONE)
    with pytest.raises(InvalidValueError):
        store.create_job("", {}, "t")
    with pytest.raises(InvalidValueError):
        read(store).jobs(limit=-1)


def test_jobs_are_found_by_their_parameters_newest_first(store: Store) -> None:
    first = store.create_job("prelabel", {"b": 1, "a": [2.5]}, "one")
    store.create_job("prelabel", {"a": [2.5]}, "two")
    store.create_job("export", {"b": 1, "a": [2.5]}, "three")
    last = store.create_job("prelabel", {"a": [2.5], "b": 1}, "four")
    assert read(store).find_jobs("prelabel", {"a": [2.5], "b": 1}) == [last, first]
    assert read(store).find_jobs("prelabel", {"a": [2.5], "b": 2}) == []


def test_many_items_are_recorded_as_done_at_once(store: Store) -> None:
    job = store.create_job("prelabel", {}, "token", [{"block": number} for number in range(4)])
    store.set_item(job.id, 2, JobState.FAILED, error="The disk is full.")
    store.set_items_done(job.id, {0: "0.npz", 2: "2.npz"})
    store.set_items_done(job.id, {})
    assert [(item.state, item.result, item.error) for item in read(store).job_items(job.id)] == [
        ("done", "0.npz", None),
        ("queued", None, None),
        ("done", "2.npz", None),
        ("queued", None, None),
    ]
