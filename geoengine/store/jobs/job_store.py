"""The part of the store's face that is about jobs: every method is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from geoengine.model import Job, JobItem, JobProgress, JobState
from geoengine.store.connection import Database
from geoengine.store.jobs import queue as job_queue
from geoengine.store.jobs import rows as jobs
from geoengine.store.view import StoreView


class JobStore:
    """The jobs in a project's database; `Store` is one."""

    _database: Database

    def reading(self) -> AbstractContextManager[StoreView]:
        """Open a view of one moment."""
        raise NotImplementedError

    def create_job(
        self, kind: str, params: Mapping[str, Any], token: str, items: Sequence[Mapping[str, Any]] = ()
    ) -> Job:
        """Records a job with its items, all queued; the same token again returns the job that is there.

        Raises:
            TokenReuseError: the token belongs to a job of another kind, or with other items.
        """
        with self._database.write() as connection:
            return jobs.create_job(connection, kind, params, token, items)

    def job(self, job_id: int) -> Job:
        """One job. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.job(job_id)

    def jobs(self, limit: int | None = None, states: Collection[JobState] | None = None) -> list[Job]:
        """Jobs, newest first, perhaps only those in some states."""
        with self.reading() as view:
            return view.jobs(limit, states)

    def find_jobs(self, kind: str, params: Mapping[str, Any]) -> list[Job]:
        """Jobs of that kind with just these parameters, newest first."""
        with self.reading() as view:
            return view.find_jobs(kind, params)

    def job_items(
        self, job_id: int, states: Collection[JobState] | None = None, limit: int | None = None
    ) -> list[JobItem]:
        """The items of a job in their order, perhaps only those in some states. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.job_items(job_id, states, limit)

    def job_progress(self, job_id: int) -> JobProgress:
        """How far a job is. Raises `NotFoundError`."""
        with self.reading() as view:
            return view.job_progress(job_id)

    def jobs_with_progress(
        self, limit: int | None = None, states: Collection[JobState] | None = None
    ) -> list[tuple[Job, JobProgress]]:
        """Jobs, newest first, and how far each is, of one moment."""
        with self.reading() as view:
            return view.jobs_with_progress(limit, states)

    def set_item(
        self, job_id: int, index: int, state: JobState, result: str | None = None, error: str | None = None
    ) -> JobItem:
        """Records where an item stands, its result file and what went wrong. Raises `NotFoundError`."""
        with self._database.write() as connection:
            return jobs.set_item(connection, job_id, index, state, result, error)

    def set_items_done(self, job_id: int, results: Mapping[int, str]) -> None:
        """Records items that are done, index -> result file, in one transaction."""
        with self._database.write() as connection:
            jobs.set_items_done(connection, job_id, results)

    def set_job_state(self, job_id: int, state: JobState, message: str | None = None) -> Job:
        """Records where a job stands; `message` replaces the earlier one. Raises `NotFoundError`."""
        with self._database.write() as connection:
            return jobs.set_state(connection, job_id, state, message)

    def create_jobs(self, kind: str, params_by_token: Mapping[str, Mapping[str, Any]]) -> list[Job]:
        """Records jobs without items, all or none, each under its token; see `create_job`."""
        with self._database.write() as connection:
            return [
                jobs.create_job(connection, kind, params, token, ())
                for token, params in params_by_token.items()
            ]

    def plan_job(self, job_id: int, params: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Job:
        """Gives a job that was recorded without items its items, all queued, and its parameters in full.

        Raises:
            NotFoundError: there is no such job.
            JobStateError: it has items.
        """
        with self._database.write() as connection:
            return jobs.plan_job(connection, job_id, params, items)

    def transition_job(
        self,
        job_id: int,
        state: JobState,
        message: str | None = None,
        expected: Collection[JobState] | None = None,
    ) -> Job:
        """Moves a job to a state that may follow the one it is in (see `geoengine.model.job.MOVES`).

        Args:
            job_id: the job.
            state: where it is to stand.
            message: replaces the earlier one.
            expected: only where it is in one of these; None where any allowed one will do.

        Raises:
            NotFoundError: there is no such job.
            JobStateError: it is in another state; nothing was changed.
        """
        with self._database.write() as connection:
            return job_queue.transition(connection, job_id, state, message, expected)

    def claim_job(self, worker: str, kinds: Collection[str]) -> Job | None:
        """Gives the oldest queued job of some kinds to a process; no two processes get the same one.

        What a process left that is dead, or silent for `STALE_S` seconds, is queued again first.

        Args:
            worker: name of the process: `holder_name`.
            kinds: what it can do.

        Returns:
            The job, now running, or None where none is queued.
        """
        with self._database.write() as connection:
            return job_queue.claim(connection, worker, kinds)

    def take_job(self, job_id: int, worker: str) -> Job:
        """Gives one job, in whatever state, to a process; it is running then.

        Raises:
            NotFoundError: there is no such job.
            JobStateError: another process, one that is alive, works on it.
        """
        with self._database.write() as connection:
            return job_queue.take(connection, job_id, worker)

    def beat_job(self, job_id: int, worker: str) -> bool:
        """Notes that the process that works on a job is alive; False where it is not this one's any more."""
        with self._database.write() as connection:
            return job_queue.beat(connection, job_id, worker)

    def put_back_job(self, job_id: int, worker: str) -> Job:
        """Ends a process's work on a job: unfinished it is queued again, or cancelled where that was asked.

        A job that has ended, or that is not this process's, stays as it is. Raises `NotFoundError`.
        """
        with self._database.write() as connection:
            return job_queue.put_back(connection, job_id, worker)

    def cancel_job(self, job_id: int) -> Job:
        """Calls a job off: cancelled at once where nobody works on it, else cancelling until they stop.

        Raises:
            NotFoundError: there is no such job.
            JobStateError: it has ended.
        """
        with self._database.write() as connection:
            return job_queue.cancel(connection, job_id)

    def retry_job(self, job_id: int) -> Job:
        """Queues a job that ended partial, failed or cancelled, with those of its items that failed.

        Raises:
            NotFoundError: there is no such job.
            JobStateError: it is done, or has not ended.
        """
        with self._database.write() as connection:
            return job_queue.retry(connection, job_id)
