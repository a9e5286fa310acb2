"""Working on a job: it is this process's for as long as it takes, and others can see that it is alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from geoengine.errors import StoreError
from geoengine.model import Job
from geoengine.store import Store
from geoengine.store.jobs.holders import holder_name

log = logging.getLogger(__name__)

BEAT_S = 5.0


@contextmanager
def holding(store: Store, job_id: int, beat_s: float = BEAT_S) -> Iterator[Job]:
    """Makes a job this process's own; what is left unfinished at the end is queued again.

    Within a `with` on the same job this one does nothing.

    Args:
        store: the project's store.
        job_id: the job.
        beat_s: how often to say that this process is alive; much less than `geoengine.store.jobs.holders.STALE_S`.

    Raises:
        NotFoundError: there is no such job.
        JobStateError: another process works on it.
    """
    name = holder_name()
    with _lock:
        inner = (store.path, job_id) in _held
        job = store.take_job(job_id, name)
        _held.add((store.path, job_id))
    if inner:
        yield job
        return
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(store, job_id, name, ended, beat_s), daemon=True)
    beating.start()
    try:
        yield job
    finally:
        ended.set()
        beating.join()
        _held.discard((store.path, job_id))
        try:
            store.put_back_job(job_id, name)
        except StoreError as error:  # the next process finds that this one has ended
            log.warning("job %d could not be put back: %s", job_id, error)


_lock = threading.Lock()
_held: set[tuple[object, int]] = set()


def _beat(store: Store, job_id: int, name: str, ended: threading.Event, beat_s: float) -> None:
    while not ended.wait(beat_s):
        try:
            store.beat_job(job_id, name)
        except StoreError as error:
            log.warning("job %d: %s; trying again", job_id, error)
