"""Newer jobs supersede older ones of the same kind, scene and model."""

from __future__ import annotations

from geoengine.model import Job, JobState
from geoengine.store import Store
from geoengine.store.jobs.superseding import cancel_if_superseded, supersede, superseded_by
from tests.support.views import read


def record(store: Store, token: str, **params: object) -> Job:
    return store.create_job("prelabel", {"scene": "town", "model": "m", **params}, token, [{}])


def test_only_a_newer_job_of_the_same_scene_and_model_supersedes(store: Store) -> None:
    first, second = record(store, "1"), record(store, "2")
    record(store, "3", scene="village")
    record(store, "4", model="other")
    with store._database.read() as connection:
        assert superseded_by(connection, first) == second.id
        assert superseded_by(connection, second) is None


def test_jobs_without_a_class_in_common_stay(store: Store) -> None:
    trees, houses = record(store, "1", classes=["tree"]), record(store, "2", classes=["house"])
    every = record(store, "3", classes=["tree", "boat"])
    with store._database.read() as connection:
        assert superseded_by(connection, houses) is None
        assert superseded_by(connection, trees) == every.id


def test_a_failed_newer_job_supersedes_nothing(store: Store) -> None:
    first, second = record(store, "1"), record(store, "2")
    store.set_job_state(second.id, JobState.FAILED)
    with store._database.write() as connection:
        assert cancel_if_superseded(connection, first) == first


def test_queued_jobs_are_cancelled_and_say_by_what(store: Store) -> None:
    first, second = record(store, "1"), record(store, "2")
    with store._database.write() as connection:
        supersede(connection, [second])
    cancelled = read(store).job(first.id)
    assert (cancelled.state, cancelled.message) == (
        JobState.CANCELLED,
        f"superseded by job {second.id}, of the same scene and model",
    )
    assert read(store).job(second.id).state == JobState.QUEUED
