"""How much faster two `geoengine worker` processes are than one, on one thread each.

    python benchmarks/workers.py RASTER [--scenes 8] [--side 1300] [--pairs 3] [--chips 6] [--model overhead]

Cuts that many scenes out of the raster and adds them to a project in a temporary folder, which is copied for each
run. Each run records one job of pre-labeling for each scene and starts one or two processes of `geoengine worker
--once`, each with one thread for everything; one worker and two take turns. Counted is the time from the first job's
beginning to the last one's end, loading the model included, starting Python not; the time with it stands beside.

Beside it the machine's own limit, measured in the same turns: the network alone on so many chips in memory, in one
process, and in two at once. Two hyperthreads of one core are far from two cores there. Printed are medians, the
median ratio of the pairs, the limit, and what of it the workers reach. Goal: 1.7 times, where the limit allows it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import rasterio
from children import GEOENGINE, Ratio, output
from rasterio.windows import Window

from geoengine.model import JobState
from geoengine.project import Project

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GDAL_NUM_THREADS")
ONE_THREAD = {**os.environ, **dict.fromkeys(THREADS, "1")}

# Seconds of each run with one process, and with two.
Runs = tuple[list[float], list[float]]

# Says when it is ready, begins when it is told to, prints its seconds.
NETWORK = """
import sys, time
import numpy as np, torch
from detectors.inference.predictor import Predictor
from detectors.model_package.registry import Registry
predictor = Predictor.load(Registry().get(sys.argv[1]))
chips = [torch.from_numpy(chip) for chip in np.load(sys.argv[2])]
predictor.forward(chips[:1])
print("ready", flush=True)
sys.stdin.readline()
began = time.perf_counter()
for chip in chips:
    predictor.forward([chip])
print(time.perf_counter() - began, flush=True)
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--side", type=int, default=1300, help="of a scene, pixels of the raster")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--chips", type=int, default=6, help="for the network alone")
    parser.add_argument("--model", default="overhead")
    options = parser.parse_args()
    work: Runs = ([], [])
    whole: Runs = ([], [])
    network: Runs = ([], [])
    with tempfile.TemporaryDirectory(prefix="workers-") as name:
        folder = Path(name)
        prepare(options, folder)
        for _ in range(options.pairs):
            for index in range(2):
                seconds, with_start = worked(folder, options.model, index + 1)
                work[index].append(seconds)
                whole[index].append(with_start)
                network[index].append(alone(folder / "chips.npy", options.model, index + 1))
    for title, (one, two) in (("from the first job on", work), ("with Python's start", whole)):
        print(
            f"{options.scenes} scenes, {title}: one worker {statistics.median(one):.1f} s, "
            f"two {statistics.median(two):.1f} s, {Ratio.of(one, two).median:.2f} times as fast"
        )
    reached, limit = Ratio.of(*work).median, 2 * Ratio.of(*network).median
    print(
        f"network alone, {options.chips} chips a process: one {statistics.median(network[0]):.1f} s, "
        f"two at once {statistics.median(network[1]):.1f} s each, limit {limit:.2f}; "
        f"the workers reach {reached / limit:.0%} of it"
    )
    sys.exit(reached < min(1.7, 0.95 * limit))


def prepare(options: argparse.Namespace, folder: Path) -> None:
    """Make a project with the scenes, and chips for the network, from the raster's middle outwards."""
    with rasterio.open(options.raster) as source:
        columns, rows = source.width // options.side, source.height // options.side
        places = [(column, row) for row in range(rows) for column in range(columns)]
        places.sort(key=lambda place: abs(place[0] - columns / 2) + abs(place[1] - rows / 2))
        paths = []
        for column, row in places[: options.scenes]:
            window = Window(column * options.side, row * options.side, options.side, options.side)
            paths.append(folder / f"scene-{column}-{row}.tif")
            profile = {"driver": "GTiff", "dtype": source.dtypes[0], "count": source.count, "crs": source.crs}
            place = {
                "width": options.side,
                "height": options.side,
                "transform": source.window_transform(window),
            }
            with rasterio.open(paths[-1], "w", **profile, **place, tiled=True) as target:
                target.write(source.read(window=window))
        middle = Window((source.width - 1024) // 2, (source.height - 1024) // 2, 1024, 1024)
        chip = source.read([1, 2, 3], window=middle)
    np.save(folder / "chips.npy", np.stack([np.roll(chip, 97 * n, axis=2) for n in range(options.chips)]))
    for command in (["init", folder / "project"], ["add", "-p", folder / "project", *paths]):
        output([*GEOENGINE, *command])


def worked(folder: Path, model: str, workers: int) -> tuple[float, float]:
    """Seconds that so many workers need for all scenes: from the first job's beginning, and from their start."""
    shutil.rmtree(folder / "run", ignore_errors=True)
    shutil.copytree(folder / "project", folder / "run")
    project = Project.open(folder / "run")
    with project.store() as store:
        with store.reading() as view:
            jobs = {scene.key: {"scene": scene.key, "model": model} for scene in view.scenes()}
        numbers = [job.id for job in store.create_jobs("prelabel", jobs)]
    command = [*GEOENGINE, "worker", "-p", str(folder / "run"), "--once"]
    began = time.perf_counter()
    processes = [
        subprocess.Popen(command, env=ONE_THREAD, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(workers)
    ]
    if any([process.wait() for process in processes]):
        sys.exit("a worker failed")
    seconds = time.perf_counter() - began
    with project.store() as store, store.reading() as view:
        done = [view.job(number) for number in numbers]
    assert {job.state for job in done} == {JobState.DONE}, done
    first, last = min(str(job.started_at) for job in done), max(job.updated_at for job in done)
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds(), seconds


def alone(chips: Path, model: str, processes: int) -> float:
    """Mean seconds of the network alone in so many processes at once."""
    command = [sys.executable, "-c", NETWORK, model, str(chips)]
    children = [
        subprocess.Popen(command, env=ONE_THREAD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for child in children:
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            sys.exit("the network alone could not be run")
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    return statistics.mean(float(child.communicate()[0]) for child in children)


if __name__ == "__main__":
    main()
