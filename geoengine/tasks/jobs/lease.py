"""Lease of a job by this process, kept alive by heartbeats."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from geoengine.errors import StoreError
from geoengine.model import Job
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0


@contextmanager
def lease(store: Store, job_id: int, heartbeat_s: float = HEARTBEAT_S) -> Iterator[Job]:
    """Claim a job for this process and release it at the end: an unfinished job is queued again.

    Where another process takes the job meanwhile, writes to it raise `LeaseLostError` (see `Store.holding`).

    Within a `with` on the same job this one does nothing.

    Args:
        store: The project's store.
        job_id: The job.
        heartbeat_s: Seconds between heartbeats; much less than `geoengine.store.jobs.leases.STALE_S`.

    Raises:
        NotFoundError: There is no such job.
        JobStateError: Another process holds it.
    """
    name = worker_name()
    with _lock:
        inner = (store.path, job_id) in _leased
        job = store.claim_job(job_id, name)
        _leased.add((store.path, job_id))
    if inner:
        yield job
        return
    ended = threading.Event()
    heart = threading.Thread(
        target=_send_heartbeats, args=(store, job_id, name, ended, heartbeat_s), daemon=True
    )
    heart.start()
    try:
        with store.holding(job_id, name):
            yield job
    finally:
        ended.set()
        heart.join()
        _leased.discard((store.path, job_id))
        try:
            store.release_job(job_id, name)
        except StoreError as error:  # the lease expires: this process has ended by then
            log.warning("job %d could not be released: %s", job_id, error)


_lock = threading.Lock()
_leased: set[tuple[object, int]] = set()


def _send_heartbeats(
    store: Store, job_id: int, name: str, ended: threading.Event, heartbeat_s: float
) -> None:
    while not ended.wait(heartbeat_s):
        try:
            if not store.renew_lease(job_id, name):
                return  # ended, or another's by now: every write to it says so
        except StoreError as error:
            log.warning("job %d: %s; trying again", job_id, error)
