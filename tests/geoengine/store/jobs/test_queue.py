"""Jobs that change hands: claimed once, called off, taken up again, and how fast they go."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from itertools import product

import pytest
import sqlalchemy as sa

from geoengine.errors import InvalidValueError, JobStateError, LeaseLostError, NotFoundError
from geoengine.model import UNFINISHED, Job, JobState, Scene
from geoengine.model.job import TRANSITIONS
from geoengine.store import Store
from geoengine.store.jobs import queue
from geoengine.store.jobs.leases import is_expired, worker_name
from tests.support.views import read

ME = worker_name()
KINDS = ["prelabel"]


def make(store: Store, token: str = "t", items: int = 2, **params: object) -> Job:
    return store.create_job("prelabel", params, token, [{"block": n} for n in range(items)])


@pytest.fixture
def gone() -> str:
    """The name of a process of this machine that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return other_process(process.pid)


def other_process(pid: int) -> str:
    """The name of a process of this machine and of this process's start."""
    host, _, *rest = ME.split(":")
    return ":".join([host, str(pid), *rest])


def execute(store: Store, statement: str) -> None:
    with store._database.write() as connection:
        connection.execute(sa.text(statement))


def transition(
    store: Store, job_id: int, state: JobState, message: str | None = None, **options: object
) -> Job:
    with store._database.write() as connection:
        return queue.transition(connection, job_id, state, message, **options)


def test_a_job_moves_only_as_the_table_says(store: Store) -> None:
    assert set(TRANSITIONS) == set(JobState)
    job = make(store)
    for before, after in product(JobState, JobState):
        store.set_job_state(job.id, before)
        if after in TRANSITIONS[before]:
            assert transition(store, job.id, after, "why").state == after
            assert read(store).job(job.id).message == "why"
        else:
            with pytest.raises(
                JobStateError, match=f"job 1 is {before}, expected it to be .* before it is {after}"
            ):
                transition(store, job.id, after)
            assert read(store).job(job.id).state == before


def test_a_move_may_be_tied_to_the_state_that_was_seen(store: Store) -> None:
    job = make(store)
    with pytest.raises(
        JobStateError, match="job 1 is queued, expected it to be running before it is cancelled"
    ):
        transition(store, job.id, JobState.CANCELLED, expected=[JobState.RUNNING])
    with pytest.raises(NotFoundError):
        transition(store, 99, JobState.CANCELLED)


def test_jobs_are_claimed_in_their_order_and_once(store: Store) -> None:
    jobs = [make(store, f"t{n}") for n in range(3)]
    store.create_job("other", {}, "o")
    claimed = [store.claim_next_job(ME, KINDS) for _ in range(4)]
    assert [job and job.id for job in claimed] == [*(job.id for job in jobs), None]
    first = read(store).job(jobs[0].id)
    assert (first.state, first.worker) == (JobState.RUNNING, ME)
    assert first.started_at is not None
    assert first.heartbeat is not None
    assert store.claim_next_job(ME, ["other"]) is not None


def test_many_claim_at_once(store: Store) -> None:
    wanted = {make(store, f"t{n}").id for n in range(24)}
    taken: list[int] = []

    def work() -> None:
        with Store.open(store.path) as own:
            while (job := own.claim_next_job(ME, KINDS)) is not None:
                taken.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(wanted)


def test_jobs_whose_worker_died_are_queued_again(store: Store, gone: str) -> None:
    left, called_off = make(store, "a"), make(store, "b")
    for job in (left, called_off):
        store.claim_job(job.id, gone)
    store.set_job_state(called_off.id, JobState.CANCELLING)
    claimed = store.claim_next_job(ME, KINDS)
    assert claimed is not None
    assert (claimed.id, claimed.worker) == (left.id, ME)
    assert read(store).job(called_off.id).state == JobState.CANCELLED


def test_a_process_is_gone_when_it_has_ended_or_is_silent(gone: str) -> None:
    now, long_ago, host = "2999-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z", socket.gethostname()
    assert not is_expired(ME, now)
    assert is_expired(ME, long_ago)
    assert is_expired(gone, now)
    assert not is_expired(gone.replace(host, "another-machine"), now)
    assert is_expired(None, None)


def test_a_number_that_is_given_again_is_another_process(gone: str) -> None:
    now = "2999-01-01T00:00:00.000Z"
    host, pid, system, start, token = ME.split(":")
    assert is_expired(f"{host}:{pid}:{system}:{int(start) - 1}:{token}", now)
    # In another container of the host name, or before the last boot, the number says nothing.
    for number in (pid, gone.split(":")[1]):
        assert not is_expired(f"{host}:{number}:00000000:{start}:{token}", now)
    assert not is_expired(f"{host}:{gone.split(':')[1]}", now)  # of an older version
    assert not is_expired(f"{host}:1", now)


def test_a_worker_writes_only_while_it_holds_the_job(store: Store, scene: Scene) -> None:
    job = make(store)
    store.claim_job(job.id, ME)
    with store.holding(job.id, ME):
        store.set_item(job.id, 0, JobState.DONE)
        execute(store, "UPDATE jobs SET heartbeat = '2020-01-01T00:00:00.000Z'")
        with Store.open(store.path) as other:
            assert other.claim_job(job.id, "other:1").worker == "other:1"
            before = read(store).job_items(job.id)
            for write in (
                lambda: store.set_item(job.id, 1, JobState.FAILED, error="e"),
                lambda: store.set_items_done(job.id, {1: "1.npz"}),
                lambda: store.set_job_state(job.id, JobState.FAILED),
                lambda: store.replace_proposals(scene.id, [], [], token="t", author="m 1", job_id=job.id),
            ):
                with pytest.raises(LeaseLostError, match="job 1 is running in process other:1 by now"):
                    write()
            assert read(store).job_items(job.id) == before
            assert read(store).last_changeset(scene.id) == 0
            other.set_job_state(job.id, JobState.DONE)
        with pytest.raises(LeaseLostError, match="job 1 is done by now"):
            store.set_job_state(job.id, JobState.FAILED)
    assert read(store).job(job.id).state == JobState.DONE


def test_a_newer_job_supersedes_what_is_queued_for_its_scene_and_model(store: Store) -> None:
    def params(scene: str, model: str, **more: object) -> dict[str, object]:
        return {"scene": scene, "model": model, **more}

    old, other_scene, other_model = store.create_jobs(
        "prelabel", {"a": params("s", "m"), "b": params("t", "m"), "c": params("s", "n")}
    )
    trees = store.create_job("prelabel", params("s", "m", classes=["tree"]), "d")
    assert read(store).job(old.id).message == f"superseded by job {trees.id}, of the same scene and model"
    with pytest.raises(JobStateError, match=f"job {old.id} was superseded by job {trees.id}"):
        store.retry_job(old.id)
    houses = store.create_job("prelabel", params("s", "m", classes=["house"]), "e")
    states = {job.id: job.state for job in read(store).jobs()}
    assert states == {
        old.id: JobState.CANCELLED,
        **dict.fromkeys((other_scene.id, other_model.id, trees.id, houses.id), JobState.QUEUED),
    }
    assert store.create_job("prelabel", params("s", "m"), "a") == read(store).job(old.id)
    # One that was running then is not put back into the queue behind it.
    store.claim_job(trees.id, ME)
    newest = store.create_job("prelabel", params("s", "m"), "f")
    assert read(store).job(houses.id).state == JobState.CANCELLED
    assert store.release_job(trees.id, ME).state == JobState.CANCELLED
    store.cancel_job(newest.id)  # then the older ones may still be wanted
    assert store.retry_job(trees.id).state == JobState.QUEUED


def test_a_job_can_be_claimed_unless_a_live_worker_holds_it(store: Store, gone: str) -> None:
    job = make(store)
    other = "another-machine:4711:1:1:1"
    store.claim_job(job.id, gone)
    assert store.claim_job(job.id, other).worker == other
    with pytest.raises(JobStateError, match=f"job 1 is running in process {other}, expected it to be free"):
        store.claim_job(job.id, ME)
    assert not store.renew_lease(job.id, ME)
    execute(store, "UPDATE jobs SET heartbeat = '2020-01-01T00:00:00.000Z'")
    assert store.renew_lease(job.id, other)
    assert read(store).job(job.id).heartbeat > "2021"  # type: ignore[operator]
    store.set_job_state(job.id, JobState.PARTIAL)
    assert store.claim_job(job.id, ME).worker == ME
    assert store.claim_job(job.id, ME).state == JobState.RUNNING


def test_putting_back(store: Store) -> None:
    job = make(store)
    store.claim_job(job.id, ME)
    assert store.release_job(job.id, "somebody:1").state == JobState.RUNNING
    back = store.release_job(job.id, ME)
    assert (back.state, back.worker, back.heartbeat) == (JobState.QUEUED, None, None)
    store.claim_job(job.id, ME)
    store.cancel_job(job.id)
    assert store.release_job(job.id, ME).state == JobState.CANCELLED
    store.claim_job(job.id, ME)
    store.set_job_state(job.id, JobState.DONE)
    assert store.release_job(job.id, ME).state == JobState.DONE


def test_cancelling(store: Store, gone: str) -> None:
    waiting, running, left, ended = (make(store, token) for token in "abcd")
    assert store.cancel_job(waiting.id).state == JobState.CANCELLED
    store.claim_job(running.id, ME)
    assert store.cancel_job(running.id).state == JobState.CANCELLING
    again = store.cancel_job(running.id)
    assert (again.state, again.worker) == (JobState.CANCELLING, ME)
    store.claim_job(left.id, gone)
    assert store.cancel_job(left.id).state == JobState.CANCELLED
    store.set_job_state(ended.id, JobState.DONE)
    with pytest.raises(
        JobStateError, match="job 4 is done, expected it to be queued or running or cancelling"
    ):
        store.cancel_job(ended.id)


def test_retrying_queues_what_failed(store: Store) -> None:
    job = make(store, items=3)
    with pytest.raises(JobStateError, match="job 1 is queued, expected"):
        store.retry_job(job.id)
    store.set_item(job.id, 0, JobState.DONE, result="0.npz")
    store.set_item(job.id, 1, JobState.FAILED, error="The raster is truncated.")
    store.set_job_state(job.id, JobState.PARTIAL, "1 of 3 failed")
    again = store.retry_job(job.id)
    assert (again.state, again.message) == (JobState.QUEUED, None)
    items = read(store).job_items(job.id)
    assert [item.state for item in items] == [JobState.DONE, JobState.QUEUED, JobState.QUEUED]
    assert [item.result for item in items] == ["0.npz", None, None]
    assert items[1].error is None


def test_a_job_can_be_recorded_before_it_is_planned(store: Store) -> None:
    first, second = store.create_jobs("prelabel", {"a": {"scene": "a"}, "b": {"scene": "b"}})
    assert read(store).job_items(first.id) == []
    planned = store.plan_job(first.id, {"scene": "a", "size": [2, 1]}, [{"block": 0}, {"block": 1}])
    assert planned.params == {"scene": "a", "size": [2, 1]}
    assert [item.params for item in read(store).job_items(first.id)] == [{"block": 0}, {"block": 1}]
    assert [item.index for item in read(store).job_items(first.id, limit=1)] == [0]
    with pytest.raises(JobStateError, match="job 1 has items already"):
        store.plan_job(first.id, {}, [{"block": 0}])
    # Recorded again by a client that has lost the answer:
    assert store.create_jobs("prelabel", {"a": {"scene": "a"}}) == [read(store).job(first.id)]
    assert read(store).jobs(states=UNFINISHED) == [read(store).job(second.id), read(store).job(first.id)]
    assert read(store).jobs(states=[JobState.DONE]) == []
    with pytest.raises(InvalidValueError):
        read(store).jobs(limit=-1)
