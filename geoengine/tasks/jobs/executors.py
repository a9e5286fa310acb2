"""Executors of blocks: this process, or one process for each device of the machine.

Nothing heavy is imported here: a worker process reads this module first and fixes its threads before torch comes.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from typing import Any, Protocol, Self, TypeVar

PER_WORKER = 2
"""Tasks handed out at a time for each worker: one it works on, and the next."""

_TRIES = 3
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GDAL_NUM_THREADS")


class DeviceTask(Protocol):
    """Task that can be sent to a device."""

    def for_device(self, device: str) -> Self:
        """Return the same task for another device."""
        ...


class TaskExecutor(Executor):
    """Executor of blocks; `submit_task` takes a progress callback as well.

    Attributes:
        workers: How many processes load a model each.
        slots: How many tasks it may hold at a time.
    """

    workers: int = 1

    @property
    def slots(self) -> int:
        """Number of tasks to hand out at a time."""
        return PER_WORKER * self.workers

    def submit_task(
        self, fn: Callable[..., Any], task: Any, progress: Callable[[float], None]
    ) -> Future[Any]:
        """Run `fn(task)`; `progress` is called only where the task runs in this process."""
        return self.submit(fn, task)


class InProcess(TaskExecutor):
    """Executor that runs each task when it is submitted, in the calling thread."""

    slots = 1

    def submit_task(
        self, fn: Callable[..., Any], task: Any, progress: Callable[[float], None]
    ) -> Future[Any]:
        """Run `fn(task, progress)`."""
        return self.submit(fn, task, progress)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn`; the future is done when this returns. An interruption goes through to the caller."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class DevicePool(TaskExecutor):
    """Executor with one process for each device, each with an equal share of the machine's cores.

    The first argument of what is submitted is a `DeviceTask` task, which goes to the device that has the least to do. A
    process that dies takes what it was given with it (`BrokenExecutor`), and another one is started in its place.
    """

    def __init__(self, devices: Sequence[str]) -> None:
        """Start one process for each device."""
        if not devices:
            raise ValueError("devices are empty, expected at least one, as in cuda:0,cuda:1")
        self.devices = tuple(devices)
        self.workers = len(devices)
        self.threads = max(1, len(os.sched_getaffinity(0)) // len(devices))
        self._pools = [self._start() for _ in devices]
        self._load = [0] * len(devices)
        self._lock = threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn(task.for_device(device), …)` in a device's process."""
        task, *rest = args
        with self._lock:
            index = min(range(self.workers), key=self._load.__getitem__)
            self._load[index] += 1
            task_here = task.for_device(self.devices[index])
            try:
                future = self._pools[index].submit(fn, task_here, *rest, **kwargs)
            except BrokenExecutor:
                self._pools[index] = self._start()
                future = self._pools[index].submit(fn, task_here, *rest, **kwargs)
        future.add_done_callback(lambda _done: self._release(index))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes after their current tasks."""
        for pool in self._pools:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _release(self, index: int) -> None:
        with self._lock:
            self._load[index] -= 1

    def _start(self) -> ProcessPoolExecutor:
        # Spawned: neither CUDA nor GDAL survives a fork.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, context, start_worker, (self.threads,))


def start_worker(threads: int) -> None:
    """Initialise a worker process: fix its threads, and end it when its parent ends."""
    for name in _THREAD_SETTINGS:
        os.environ[name] = str(threads)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def _end_with(parent: Any) -> None:
    """Exit when the parent ends: one that was killed closes no pool, and its workers would hold their GPU for ever."""
    parent.join()
    os._exit(1)


_Task = TypeVar("_Task")


def stream(
    executor: Executor,
    submit: Callable[[_Task], Future[Any]],
    tasks: Iterator[_Task],
    stop: Callable[[], bool] | None = None,
) -> Iterator[tuple[_Task, Future[Any]]]:
    """Yield tasks with their finished futures, in the order in which they finish; few are in flight at a time.

    A task whose process died is tried again, twice. After `stop` says so, nothing is begun, and what runs is awaited.

    Args:
        executor: Says by its `slots` how many tasks it may have at a time (else two).
        submit: Hands one task to the executor.
        tasks: Taken one by one, when there is room.
        stop: Asked before every task.
    """
    running: dict[Future[Any], _Task] = {}
    again: list[_Task] = []
    tries: dict[int, int] = {}
    while True:
        while len(running) < getattr(executor, "slots", 2) and not (stop and stop()):
            task = again.pop() if again else next(tasks, None)
            if task is None:
                break
            running[submit(task)] = task
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            if _died(future) and tries.setdefault(id(task), 1) < _TRIES:
                tries[id(task)] += 1
                again.append(task)
            else:
                yield task, future


def _died(future: Future[Any]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
