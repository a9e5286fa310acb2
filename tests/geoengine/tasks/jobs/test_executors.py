"""Blocks done by other processes of this machine: the same bytes, whoever does them, whoever dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.tasks.jobs.executors import DevicePool, InProcess, stream
from geoengine.tasks.prelabel.api import ScenePrelabel
from tests.support import prelabel_town as town

pytestmark = pytest.mark.processes

toy_model = town.toy_model


def numbers(count: int) -> Iterator[int]:
    yield from range(count)


def test_in_process_each_task_is_done_before_the_next_is_taken() -> None:
    log: list[str] = []
    executor = InProcess()

    def submit(number: int) -> Future[Any]:
        log.append(f"do {number}")
        return executor.submit(lambda: 1 // number)

    for number, future in stream(executor, submit, numbers(3)):
        log.append(f"got {number}")
        assert isinstance(future.exception(), ZeroDivisionError) == (number == 0)
    assert log == ["do 0", "got 0", "do 1", "got 1", "do 2", "got 2"]


def test_few_tasks_are_in_flight_and_they_may_end_in_any_order() -> None:
    begun, ended = 0, []
    first_may_end = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            first_may_end.wait(30)

    with ThreadPoolExecutor(3) as executor:
        executor.slots = 3  # type: ignore[attr-defined]

        def submit(number: int) -> Future[Any]:
            nonlocal begun
            begun += 1
            assert begun - len(ended) <= 3
            return executor.submit(work, number)

        for number, _ in stream(executor, submit, numbers(10)):
            ended.append(number)
            if len(ended) == 9:
                first_may_end.set()
    assert sorted(ended) == list(range(10))
    assert ended[-1] == 0


def test_a_task_whose_process_died_is_tried_three_times() -> None:
    tries: list[int] = []

    def submit(number: int) -> Future[Any]:
        tries.append(number)
        future: Future[Any] = Future()
        if number == 1:
            future.set_exception(BrokenExecutor("died"))
        else:
            future.set_result(None)
        return future

    ends = {number: future.exception() for number, future in stream(InProcess(), submit, numbers(3))}
    assert (tries.count(0), tries.count(1), tries.count(2)) == (1, 3, 1)
    assert [number for number, error in ends.items() if error] == [1]


def test_after_a_stop_nothing_is_begun_and_what_runs_is_awaited() -> None:
    begun: list[int] = []
    executor = InProcess()

    def submit(number: int) -> Future[Any]:
        begun.append(number)
        return executor.submit(int)

    got = [number for number, _ in stream(executor, submit, numbers(10), lambda: len(begun) >= 4)]
    assert begun == got == [0, 1, 2, 3]


def test_a_pool_without_devices_is_refused() -> None:
    with pytest.raises(ValueError, match="devices are empty"):
        DevicePool([])


@pytest.fixture
def expected(toy_model: None, tmp_path: Path) -> bytes:
    """The labels of an undisturbed run in this process; `template` in the folder is the project before it."""
    template = town.planned_project(tmp_path / "template")
    alone = Project.open(shutil.copytree(template.directory, tmp_path / "alone"))
    with alone.store() as store:
        assert town.run(alone, store).state == "done"
    return alone.labels_path("town").read_bytes()


def run_on(
    executor: Any, folder: Path, pause_s: float = 0.0, progress: Callable[[Scene, float], None] | None = None
) -> tuple[ScenePrelabel, bytes]:
    """The report and the labels of a copy of the template that was done by `executor`."""
    project = Project.open(shutil.copytree(folder / "template", folder / "copy"))
    with project.store() as store:
        model = town.remote_package(pause_s)
        report = town.run(project, store, model, executor=executor, progress=progress)
    return report, project.labels_path("town").read_bytes()


@pytest.mark.slow
def test_two_processes_do_the_same_even_where_one_is_killed(
    expected: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", town.toy_only(tmp_path)["PYTHONPATH"])
    pids: set[int] = set()
    killed: list[int] = []
    with DevicePool(["cpu", "cpu"]) as pool:

        def kill(_scene: Scene, share: float) -> None:
            pids.update(pid for each in pool._pools for pid in each._processes)
            if share > 0.3 and not killed:
                killed.append(next(iter(pool._pools[0]._processes)))
                os.kill(killed[0], signal.SIGKILL)

        report, labels = run_on(pool, tmp_path, 0.2, kill)
    assert (report.state, report.errors) == ("done", [])
    assert len(pids) == 3
    assert labels == expected


_PARENT = """
import sys, time
from geoengine.tasks.jobs.executors import DevicePool
from tests.support.prelabel_town import remote_package
from geoengine.tasks.prelabel.block import ModelSpec, load_model
if __name__ == "__main__":
    pool = DevicePool(["cpu"])
    pool.submit(load_model, ModelSpec(remote_package(), "cpu", None)).result()
    print(*pool._pools[0]._processes, pool.threads, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_a_worker_does_not_outlive_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=town.toy_only(tmp_path)
    )
    assert parent.stdout is not None
    pid, threads = map(int, parent.stdout.readline().split())
    assert threads == len(os.sched_getaffinity(0))
    assert Path(f"/proc/{pid}").exists()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
