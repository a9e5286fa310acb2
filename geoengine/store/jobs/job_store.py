"""Writes of jobs, each in a transaction of its own; `Store` has them all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection

from geoengine.model import Job, JobItem, JobState
from geoengine.store.connection import Database
from geoengine.store.jobs import queue, rows, superseding


class JobStore:
    """Part of `Store` that writes jobs."""

    _database: Database
    _held: dict[int, str]

    @contextmanager
    def holding(self, job_id: int, worker: str) -> Iterator[None]:
        """Check before every write to the job, in its transaction, that the worker holds it still.

        Until the end of the `with`, `set_item`, `set_items_done`, `set_job_state`, `plan_job` and `replace_proposals`
        raise `LeaseLostError` for this job where the worker has lost it.
        """
        self._held[job_id] = worker
        try:
            yield
        finally:
            self._held.pop(job_id, None)

    @contextmanager
    def _writing_job(self, job_id: int | None) -> Iterator[Connection]:
        """Open a write transaction, for a job if one is given, as the holder of its lease."""
        with self._database.write() as connection:
            if job_id in self._held:
                queue.check_held(connection, job_id, self._held[job_id])
            yield connection

    def create_job(
        self, kind: str, params: Mapping[str, Any], token: str, items: Sequence[Mapping[str, Any]] = ()
    ) -> Job:
        """Record a job with its items, all queued; the same token again returns the recorded job.

        Older queued jobs of the same kind, scene and model are cancelled: they are superseded.

        Raises:
            TokenReuseError: The token belongs to a job of another kind, or with other items.
        """
        with self._database.write() as connection:
            job = rows.create_job(connection, kind, params, token, items)
            superseding.supersede(connection, [job])
            return job

    def create_jobs(self, kind: str, params_by_token: Mapping[str, Mapping[str, Any]]) -> list[Job]:
        """Record jobs without items, all or none, each under its token; see `create_job`."""
        with self._database.write() as connection:
            jobs = [
                rows.create_job(connection, kind, params, token, ())
                for token, params in params_by_token.items()
            ]
            superseding.supersede(connection, jobs)
            return [rows.JobReader(connection).job(job.id) for job in jobs]

    def plan_job(self, job_id: int, params: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Job:
        """Give a job that was recorded without items its items, all queued, and its full parameters.

        Raises:
            NotFoundError: There is no such job.
            JobStateError: It has items.
        """
        with self._writing_job(job_id) as connection:
            return rows.plan_job(connection, job_id, params, items)

    def set_item(
        self, job_id: int, index: int, state: JobState, result: str | None = None, error: str | None = None
    ) -> JobItem:
        """Record the state of an item, its result file and its error.

        Raises:
            NotFoundError: There is no such item.
        """
        with self._writing_job(job_id) as connection:
            return rows.set_item(connection, job_id, index, state, result, error)

    def set_items_done(self, job_id: int, results: Mapping[int, str]) -> None:
        """Record items that are done, index -> result file."""
        with self._writing_job(job_id) as connection:
            rows.set_items_done(connection, job_id, results)

    def set_job_state(self, job_id: int, state: JobState, message: str | None = None) -> Job:
        """Set the state of a job and replace its message.

        Raises:
            NotFoundError: There is no such job.
        """
        with self._writing_job(job_id) as connection:
            return rows.set_state(connection, job_id, state, message)

    def claim_next_job(self, worker: str, kinds: Collection[str]) -> Job | None:
        """Claim the oldest queued job for a worker; no two workers get the same one.

        Jobs whose worker ended, or sent no heartbeat for `STALE_S` seconds, are queued again first.

        Args:
            worker: Name of the worker, from `worker_name`.
            kinds: Kinds of job that it can run.

        Returns:
            The job, now running, or None where none is queued.
        """
        with self._database.write() as connection:
            return queue.claim_next(connection, worker, kinds)

    def claim_job(self, job_id: int, worker: str) -> Job:
        """Claim one job, in whatever state, for a worker; it is running then.

        Raises:
            NotFoundError: There is no such job.
            JobStateError: Another worker, which is alive, holds it.
        """
        with self._database.write() as connection:
            return queue.claim(connection, job_id, worker)

    def renew_lease(self, job_id: int, worker: str) -> bool:
        """Record a worker's heartbeat; return False if it does not hold the job any more."""
        with self._database.write() as connection:
            return queue.renew(connection, job_id, worker)

    def release_job(self, job_id: int, worker: str) -> Job:
        """End a worker's lease: an unfinished job is queued again, or cancelled where that was asked for.

        A job that has ended, or that another worker holds, stays as it is.

        Raises:
            NotFoundError: There is no such job.
        """
        with self._database.write() as connection:
            return queue.release(connection, job_id, worker)

    def cancel_job(self, job_id: int) -> Job:
        """Cancel a job: at once where no worker holds it; else it is cancelling until its worker stops.

        Raises:
            NotFoundError: There is no such job.
            JobStateError: It has ended.
        """
        with self._database.write() as connection:
            return queue.cancel(connection, job_id)

    def retry_job(self, job_id: int) -> Job:
        """Queue a job that ended partial, failed or cancelled again, with those of its items that failed.

        Raises:
            NotFoundError: There is no such job.
            JobStateError: It is done, or has not ended.
        """
        with self._database.write() as connection:
            return queue.retry(connection, job_id)
