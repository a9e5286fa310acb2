"""Blocks done by a Dask cluster: the same bytes as in this process, whoever dies."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geoengine.model import JobState, Scene
from geoengine.project import Project
from geoengine.tasks.prelabel.block import ModelSpec, WorkerError
from geoengine.tasks.prelabel.dask_executor import DaskExecutor

pytest.importorskip("distributed")
from tests.geoengine.tasks.jobs import test_executors as workers
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model, expected, run_on = town.toy_model, workers.expected, workers.run_on
pytestmark = [pytest.mark.slow, pytest.mark.processes]

_CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )
    print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
    sys.stdin.read()
"""


@contextmanager
def local_cluster(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, list[int]]]:
    """A scheduler with two worker processes: its process, its address, and theirs."""
    script = folder / "cluster.py"
    script.write_text(_CLUSTER)
    process = subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=town.toy_only(folder),
    )
    try:
        assert process.stdout is not None
        address, *pids = process.stdout.readline().split()
        yield process, address, [int(pid) for pid in pids]
    finally:
        process.kill()
        process.communicate()


def test_a_cluster_does_the_same_even_where_a_worker_is_killed(expected: bytes, tmp_path: Path) -> None:
    killed = False
    with local_cluster(tmp_path) as (_, address, pids), DaskExecutor(address) as executor:

        def kill(_scene: Scene, share: float) -> None:
            nonlocal killed
            if share > 0.3 and not killed:
                killed = True
                os.kill(pids[0], signal.SIGKILL)

        report, labels = run_on(executor, tmp_path)
        assert (report.state, report.errors) == ("done", [])
        assert labels == expected
        shutil.rmtree(tmp_path / "copy")
        report, labels = run_on(executor, tmp_path, 0.2, kill)
        assert (report.state, report.errors, killed) == ("done", [], True)
        assert labels == expected

        with pytest.raises(WorkerError, match=r"no worker of .* offers a GPU"):
            DaskExecutor(address, "cuda")
        other = ModelSpec(town.remote_package(), "cpu", None, "0.0.1")
        load = importlib.import_module("geoengine.tasks.prelabel.block").load_model
        with pytest.raises(WorkerError, match=r"a worker runs GeoEngine .*, expected 0\.0\.1"):
            executor.submit(load, other).result()


def test_where_the_scheduler_is_killed_the_next_run_goes_on(expected: bytes, tmp_path: Path) -> None:
    with local_cluster(tmp_path) as (process, address, _), DaskExecutor(address) as executor:

        def kill(_scene: Scene, share: float) -> None:
            if share > 0.3:
                process.kill()

        with pytest.raises(WorkerError, match="the cluster's scheduler went away"):
            run_on(executor, tmp_path, 0.2, kill)
    project = Project.open(tmp_path / "copy")
    finished = len(list(project.jobs_dir.glob("prelabel-1/*.npz")))
    assert 3 < finished < town.BLOCKS
    with project.store() as store:
        assert read(store).job(1).state == JobState.FAILED
        report = town.run(project, store)
    assert (report.state, report.job_id, report.resumed_blocks) == ("done", 1, finished)
    assert project.labels_path("town").read_bytes() == expected


def test_a_scheduler_that_is_not_there_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoengine.tasks.prelabel.dask_executor._CONNECT_S", 0.5)
    with pytest.raises(WorkerError, match=r"scheduler tcp://127\.0\.0\.1:9 cannot be used"):
        DaskExecutor("tcp://127.0.0.1:9")


def test_the_first_worker_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = importlib.import_module("distributed")
    wait = distributed.Client.wait_for_workers
    none = {"n_workers": 0, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(host="127.0.0.1", protocol="tcp", **none) as cluster:
        address = cluster.scheduler_address
        with monkeypatch.context() as patched:
            patched.setattr("geoengine.tasks.prelabel.dask_executor._WORKER_S", 0.1)
            with pytest.raises(
                WorkerError, match=rf"scheduler {address} has no worker after .*, expected one"
            ):
                DaskExecutor(address)

        def wait_while_one_starts(*args: object, **kwargs: object) -> object:
            cluster.scale(1)
            return wait(*args, **kwargs)

        monkeypatch.setattr(distributed.Client, "wait_for_workers", wait_while_one_starts)
        with DaskExecutor(address) as executor:
            assert executor.submit(int).result() == 0
