"""One worker for each device: none takes a job twice, and whoever dies, the others go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoengine.model import JobState
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.worker.device_workers import work_on_devices
from tests.support import prelabel_town as town
from tests.support.views import read

pytestmark = pytest.mark.processes


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", town.toy_only(tmp_path)["PYTHONPATH"])
    return town.make_project(tmp_path / "project")


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


def test_two_workers_take_no_job_twice_and_say_when_nothing_is_left(project: Project, store: Store) -> None:
    wanted = [
        job.id for job in store.create_jobs("export", {f"e{n}": {"scenes": ["town"]} for n in range(8)})
    ]
    end = threading.Event()
    begun: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    idle: set[int] = set()
    for news in work_on_devices(project.directory, ["cpu", "cpu"], end, once=False):
        assert news.kind != "lost", news.text
        if news.job is not None:
            (begun if news.kind == "started" else ended)[news.job.id] += 1
        if news.kind == "idle":
            idle.add(news.worker)
        if idle == {0, 1}:
            end.set()
    assert begun == ended == dict.fromkeys(wanted, 1)
    assert {read(store).job(number).state for number in wanted} == {JobState.DONE}


def test_a_worker_that_dies_is_told_of_and_the_others_go_on(project: Project, store: Store) -> None:
    end = threading.Event()
    lost, ended = [], []
    for news in work_on_devices(project.directory, ["cpu", "cpu"], end, once=False):
        if news.kind == "idle" and news.worker == 0 and not lost:
            first = min(multiprocessing.active_children(), key=lambda child: child.pid or 0)
            os.kill(first.pid or 0, signal.SIGKILL)
        if news.kind == "lost":
            lost.append(news.text)
            store.create_jobs("export", {"e": {"scenes": ["town"]}})
        if news.kind == "ended":
            ended.append(news.worker)
            end.set()
    assert lost == ["the worker on cpu has died (exit code -9)"]
    assert ended == [1]


def test_a_device_that_is_not_there_ends_its_worker_with_a_sentence(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "project")  # and the true detectors, which know the devices
    [news] = work_on_devices(project.directory, ["gpu"], threading.Event(), once=True)
    assert news.kind == "lost"
    assert "'gpu'" in news.text
