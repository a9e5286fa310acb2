"""Workers as processes of their own, with the toy in the place of every model.

python worker_processes.py DIRECTORY    two processes run the queued jobs of the project in DIRECTORY, each leaving
                                          the numbers of its own in a file; then a third one begins on job LAST and
                                          is ended by SIGKILL in the middle of it
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from geoengine.project import Project
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel import plan as prelabel_plan
from geoengine.tasks.worker.worker import Registry, run_next
from tests.support import prelabel_town as town

WORKERS, KILLED_AT_BLOCK, LAST_SCORE = 2, 6, 0.65


def record(store: Any, score: float, *scenes: str) -> Any:
    """Record a job with this lowest score for each scene, or for the town; it supersedes what is queued for it."""
    wanted = {
        f"{scene}-{score}": {"scene": scene, "model": "toy", "min_score": score}
        for scene in scenes or ("town",)
    }
    return store.create_jobs("prelabel", wanted)


def work(project: Project, name: str) -> None:
    """Runs jobs until none is queued."""
    with project.store() as store:
        numbers = []
        while (job := run_next(project, store)) is not None:
            numbers.append(job.id)
    (project.directory / name).write_text(" ".join(map(str, numbers)))


def be_killed(project: Project) -> None:
    """Begins on a job, and is killed before it has ended."""
    blocks, detect_block = 0, prelabel_block.detect_block

    def detect(*arguments: Any, **settings: Any) -> Any:
        nonlocal blocks
        blocks += 1
        if blocks == KILLED_AT_BLOCK:
            os.kill(os.getpid(), signal.SIGKILL)
        return detect_block(*arguments, **settings)

    prelabel_block.detect_block = detect
    work(project, "killed")


def forked(task: Any, *arguments: Any) -> int:
    """Runs a function in a process of its own; forks before anything is open, so that torch is imported once."""
    child = os.fork()
    if child == 0:
        task(*arguments)
        os._exit(0)
    return child


def slow_detect(*arguments: Any, **settings: Any) -> Any:
    """So that no worker is through before the other one has begun."""
    time.sleep(0.02)
    return _detect_block(*arguments, **settings)


_detect_block = prelabel_block.detect_block


def main(directory: str) -> None:
    """See the top of the file."""
    prelabel_block.detect_block = slow_detect
    prelabel_block.Predictor.load = town.load_toy  # type: ignore[method-assign]
    prelabel_plan.BLOCK_PX, prelabel_plan.HALO_PX = town.BLOCK_PX, town.HALO_PX
    Registry.get = lambda self, name: town.package()  # type: ignore[method-assign]
    project = Project.open(directory)
    children = [forked(work, project, f"worker-{number}") for number in range(WORKERS)]
    if any(os.waitpid(child, 0)[1] for child in children):
        raise SystemExit("a worker failed")
    with project.store() as store:
        record(store, LAST_SCORE)
    _, status = os.waitpid(forked(be_killed, project), 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        raise SystemExit(f"the third worker was not killed (status {status})")


if __name__ == "__main__":
    main(sys.argv[1])
