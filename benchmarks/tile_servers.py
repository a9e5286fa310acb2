"""Servers of map tiles under load, for `tiles.py`: ours and TiTiler, each on half of the cores."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geoengine.project import Project

LOAD = Path(__file__).with_name("load.py")
TICKS = os.sysconf("SC_CLK_TCK")

PEER_APP = """
import os, sys
os.environ["GDAL_DISABLE_READDIR_ON_OPEN"] = "EMPTY_DIR"  # what TiTiler's documentation advises
import uvicorn
from fastapi import FastAPI
from titiler.core.factory import TilerFactory
app = FastAPI()
app.include_router(TilerFactory().router)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""

OUR_APP = """
import sys
from geoengine.project import Project
from server.serve import serve
serve(Project.open(sys.argv[2]), port=int(sys.argv[1]))
"""


@dataclass(frozen=True)
class Measured:
    """Figures of one pass over a list of tiles."""

    rate: float
    p50_ms: float
    p99_ms: float
    kilobytes: float
    server_cpu_ms: float
    client_cpu_ms: float


def ours(port: int, project: Project) -> list[str]:
    """Return the command that starts our server, with an empty cache."""
    shutil.rmtree(project.cache_dir, ignore_errors=True)
    return [sys.executable, "-c", OUR_APP, str(port), str(project.directory)]


def peer(port: int, python: Path) -> list[str]:
    """Return the command that starts TiTiler, one worker."""
    return [str(python), "-c", PEER_APP, str(port)]


@contextmanager
def started(command: Callable[[int], list[str]]) -> Iterator[tuple[int, int]]:
    """Start a server on half of the cores; yield its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    cores = sorted(os.sched_getaffinity(0))
    mine = set(cores[: max(1, len(cores) // 2)])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GDAL_")}
    process = subprocess.Popen(
        command(port),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, mine),
    )
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(
                    f"{command(port)[0]} ended at once; are the packages of the benchmark installed?"
                )
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def load(port: int, pid: int, clients: int, paths: list[str]) -> Measured:
    """Request all paths once, from a client on the other half of the cores."""
    cores = sorted(os.sched_getaffinity(0))
    others = set(cores[max(1, len(cores) // 2) :]) or set(cores)
    before = cpu_s(pid)
    done = subprocess.run(
        [sys.executable, str(LOAD), str(port), str(clients)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, others),
    )
    result = json.loads(done.stdout)
    if set(result["statuses"]) != {"200"}:
        raise SystemExit(f"Not every tile was answered with 200: {result['statuses']}.")
    latencies = sorted(result["latencies_s"])
    count = len(latencies)
    return Measured(
        rate=count / result["seconds"],
        p50_ms=latencies[count // 2] * 1e3,
        p99_ms=latencies[min(count - 1, int(count * 0.99))] * 1e3,
        kilobytes=result["bytes"] / count / 1e3,
        server_cpu_ms=(cpu_s(pid) - before) / count * 1e3,
        client_cpu_ms=result["cpu_s"] / count * 1e3,
    )


def cpu_s(pid: int) -> float:
    """Return the CPU seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
