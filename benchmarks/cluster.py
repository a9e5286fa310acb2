"""What a cluster makes of many large scenes, with Dask's real scheduler and blocks that only wait.

    python benchmarks/cluster.py [--block-s 1.5] [--workers 16,64] [--seconds 15] [--objects 50]

Runs `tasks.prelabel.api` itself on a scene of as many blocks as so many workers do in so many seconds: jobs and
items in the store, tasks of their real size through the scheduler, a result file for each block. Only the block is a
stand-in: it waits for `--block-s`, which is what a block was measured to cost, and writes squares. Scheduler, workers
(threads) and the process that hands out the blocks share this one machine, so that its overhead is an upper bound.

Prints for each number of workers the share of the time that they were busy, the blocks per second, what merging,
committing and writing back takes at the end of a scene, and the CPU time of all this for each block.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from resume import large_project, result

from detectors.inference.sliced import Timing
from geoengine.tasks.prelabel.api import prelabel
from geoengine.tasks.prelabel.block import BlockTask, run_block
from geoengine.tasks.prelabel.dask_executor import DaskExecutor


def wait_block(task: BlockTask, seconds: float, objects: int) -> Timing:
    """Wait in place of a block: time passes and nothing is detected."""
    time.sleep(seconds)
    task.path.write_bytes(result(task.block, objects))
    return Timing(infer_s=seconds)


class Waiting(DaskExecutor):
    """A cluster whose blocks only wait."""

    seconds: float
    objects: int

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit `wait_block` where `run_block` is asked for."""
        if fn is run_block:
            return super().submit(wait_block, args[0], self.seconds, self.objects)
        return super().submit(int)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--block-s", type=float, default=1.5)
    parser.add_argument("--workers", default="16,64")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--objects", type=int, default=50)
    options = parser.parse_args()
    for workers in map(int, options.workers.split(",")):
        print(json.dumps(measure(workers, options.block_s, options.seconds, options.objects)), flush=True)


def measure(workers: int, block_s: float, seconds: float, objects: int) -> dict[str, Any]:
    """One run with so many workers."""
    from distributed import LocalCluster

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=False,
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
        ) as cluster,
        Waiting(cluster.scheduler_address) as executor,
    ):
        executor.seconds, executor.objects = block_s, objects
        project, package = large_project(Path(folder) / "p", int(workers * seconds / block_s))
        with project.store() as store:
            cpu = time.process_time()
            with store.reading() as view:
                scenes = view.scenes()
            [report] = prelabel(project, store, scenes, package, executor=executor)
            cpu = time.process_time() - cpu
    blocks = report.timing.infer_s / block_s
    assert report.state == "done", report
    stream_s = report.wall_s - report.write_s
    return {
        "workers": workers,
        "block_s": block_s,
        "blocks": round(blocks),
        "busy": round(blocks * block_s / workers / stream_s, 3),
        "blocks_per_s": round(blocks / stream_s, 1),
        "cpu_ms_per_block": round(1000 * cpu / blocks, 1),
        "objects": report.proposed,
        "end_of_scene_s": round(report.write_s, 1),
        "end_ms_per_object": round(1000 * report.write_s / max(1, report.proposed), 2),
    }


if __name__ == "__main__":
    main()
