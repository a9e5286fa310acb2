"""Executor on many machines, through Dask's scheduler (the extra `cluster`)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from geoengine.tasks.jobs.executors import PER_WORKER, TaskExecutor
from geoengine.tasks.prelabel.block import WorkerError

GPU = "GPU"
"""The resource that a worker with a graphics card offers one of: `dask worker … --resources GPU=1`."""

_CONNECT_S = 20.0
# A worker that is started together with the command needs some seconds to import what it runs.
_WORKER_S = 60.0
_RECOUNT_S = 5.0


class DaskExecutor(TaskExecutor):
    """Executor on the workers of a Dask cluster; Dask itself reruns the tasks of a worker that dies.

    With a CUDA device each task asks for one `GPU`, so that a card has one block at a time; a worker process does one
    at a time in any case. Encryption is configured as for every Dask client (`distributed.comm.tls`).
    """

    workers = 1  # which of them loads a model cannot be chosen

    def __init__(self, address: str, device: str = "cpu") -> None:
        """Connect to the scheduler, and wait up to a minute for its first worker.

        Args:
            address: Of the scheduler, as `tcp://host:8786` or `tls://host:8786`.
            device: What the tasks are for.

        Raises:
            WorkerError: Dask is not installed, the scheduler does not answer, or no worker of it would do.
        """
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise WorkerError(
                f"{error.name} is not installed; --scheduler needs the extra geoengine-labeling[cluster]"
            ) from error
        try:
            self._client = Client(address, timeout=_CONNECT_S, set_as_default=False, name="geoengine")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise WorkerError(
                f"scheduler {address} cannot be used ({error}), expected a Dask scheduler"
            ) from error
        self._counted_at = 0.0
        self._count = 1
        resources = {GPU: 1} if device.startswith("cuda") else None
        try:
            self._check(address, resources)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False, resources=resources)

    @property
    def slots(self) -> int:
        """Number of tasks to hand out at a time; workers come and go."""
        if time.monotonic() - self._counted_at > _RECOUNT_S and self._client.status == "running":
            with contextlib.suppress(OSError):  # a scheduler that is gone says so by its futures
                self._count = max(1, len(self._client.nthreads()))
            self._counted_at = time.monotonic()
        return PER_WORKER * self._count

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` on some worker; the future is cancelled where the scheduler goes away."""
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Disconnect; the cluster goes on. With `wait`, after the running tasks."""
        if self._client.status == "running":
            self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def _check(self, address: str, resources: dict[str, int] | None) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_WORKER_S)
        except OSError as error:  # TimeoutError is one
            raise WorkerError(
                f"scheduler {address} has no worker after {_WORKER_S:.0f} s, expected one (dask worker {address})"
            ) from error
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        if resources and not any(worker["resources"].get(GPU, 0) >= 1 for worker in workers):
            raise WorkerError(
                f"no worker of {address} offers a GPU (dask worker {address} --resources GPU=1)"
            )
