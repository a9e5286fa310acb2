"""The worker beside the web process, which ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geoengine.cli.support import own_worker as module
from geoengine.cli.support.own_worker import own_worker

pytestmark = pytest.mark.processes

# Says who it is, and ends as the worker does: when its standard input does.
STAND_IN = """
import os, pathlib, sys
pathlib.Path(sys.argv[sys.argv.index("-p") + 1], f"worker-{os.getpid()}").touch()
sys.stdin.buffer.read()
"""
SERVER = """
import sys, pathlib, time
from geoengine.cli.support import own_worker as module
module.COMMAND = (sys.executable, "-c", sys.argv[2])
with module.own_worker(pathlib.Path(sys.argv[1]), "cpu"):
    time.sleep(600)
"""
PATIENCE_S = 60.0


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"it is still not so that {what}"
        time.sleep(0.02)


def workers(directory: Path) -> list[int]:
    return [int(path.name.removeprefix("worker-")) for path in directory.glob("worker-*")]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-c", STAND_IN))
    monkeypatch.setattr(module, "AGAIN_S", 0.0)


def test_it_runs_for_as_long_as_the_block(tmp_path: Path) -> None:
    with own_worker(tmp_path, "cpu"):
        wait_for(lambda: workers(tmp_path), "a worker runs")
        [pid] = workers(tmp_path)
        assert is_running(pid)
    assert not is_running(pid)


def test_it_is_started_again_where_it_dies(tmp_path: Path) -> None:
    with own_worker(tmp_path, "cpu"):
        wait_for(lambda: workers(tmp_path), "a worker runs")
        [first] = workers(tmp_path)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: len(workers(tmp_path)) > 1, "another one runs")
    assert not any(map(is_running, workers(tmp_path)))


def test_one_that_does_not_listen_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = STAND_IN.replace(
        "sys.stdin.buffer.read()",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
    )
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-c", deaf))
    monkeypatch.setattr(module, "ENDING_S", 0.05)
    monkeypatch.setattr(module, "KILLING_S", 0.05)
    with own_worker(tmp_path, "cpu"):
        wait_for(lambda: workers(tmp_path), "a worker runs")
    wait_for(lambda: not any(map(is_running, workers(tmp_path))), "it is gone")


def test_it_ends_when_the_web_process_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[4]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path), STAND_IN], env={**os.environ, "PYTHONPATH": str(root)}
    )
    try:
        wait_for(lambda: workers(tmp_path), "a worker runs")
        [pid] = workers(tmp_path)
    finally:
        server.kill()
        server.wait()
    wait_for(lambda: not is_running(pid), "it is gone")
