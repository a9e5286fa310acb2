"""Time and peak memory of `geoengine add` over many small scenes, against another checkout of GeoEngine.

    python benchmarks/add.py [--baseline FOLDER] [--scenes 2000] [--runs 3] [--workdir DIR]

The scenes are GeoTIFFs of 64 x 64 px, made by this script in one folder. Every run makes a new project and adds the
folder, in a process of its own; with --baseline, the folder of another checkout (`git archive TAG | tar x -C FOLDER`),
the two take turns. Printed are the medians of time, processor time and peak memory, and
the ratio of each pair.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
from pathlib import Path

import numpy as np
import rasterio
from children import GEOENGINE, Ended, Ratio, output, watched

HERE = Path(__file__).resolve().parents[1]
SIDE_PX = 64


def make_scenes(folder: Path, count: int) -> None:
    """Write `count` small GeoTIFFs of noise, side by side on the ground."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(11)
    profile = {"driver": "GTiff", "width": SIDE_PX, "height": SIDE_PX, "count": 3, "dtype": "uint8"}
    for number in range(count):
        transform = rasterio.Affine(0.5, 0, 300_000 + number * SIDE_PX / 2, 0, -0.5, 3_050_000)
        path = folder / f"scene-{number:05d}.tif"
        with rasterio.open(path, "w", crs="EPSG:32645", transform=transform, **profile) as raster:
            raster.write(rng.integers(0, 256, (3, SIDE_PX, SIDE_PX), dtype=np.uint8))


def add_scenes(checkout: Path, scenes: Path, count: int, folder: Path) -> tuple[Ended, float]:
    """Add the scenes to a new project with the code of a checkout; return the run and its processor seconds."""
    os.chdir(checkout)  # `python -c` imports from there first
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        project = Path(directory) / "project"
        output([*GEOENGINE, "init", project, "--name", "Benchmark", "--class", "building"])
        before = _cpu_seconds()
        ended = watched([*GEOENGINE, "add", "-p", project, scenes, "--json"])
    added = len(json.loads(ended.output)["added"])
    if added != count:
        raise SystemExit(f"{checkout} added {added} scenes, expected {count}")
    return ended, _cpu_seconds() - before


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--baseline", type=Path, help="another checkout, to compare with")
    parser.add_argument("--scenes", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workdir", type=Path, help="where files go; a temporary folder by default")
    options = parser.parse_args()
    sides = {"this": HERE} | ({"baseline": options.baseline.resolve()} if options.baseline else {})
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory(dir=options.workdir) as directory:
        folder = Path(directory).resolve()
        make_scenes(folder / "scenes", options.scenes)
        for _ in range(options.runs):
            for name, checkout in sides.items():
                ended, cpu = add_scenes(checkout, folder / "scenes", options.scenes, folder)
                runs[name].append({"seconds": ended.seconds, "cpu": cpu, "peak": ended.peak})
    for name, side in runs.items():
        seconds, cpu, peak = (
            statistics.median(run[what] for run in side) for what in ("seconds", "cpu", "peak")
        )
        each = 1000 * cpu / options.scenes
        print(
            f"{name}: {seconds:.1f} s, processor {cpu:.1f} s ({each:.1f} ms a scene), peak {peak / 2**20:.0f} MiB"
        )
    if "baseline" in runs:
        for what in ("seconds", "cpu", "peak"):
            ratio = Ratio.of(*([run[what] for run in runs[name]] for name in ("this", "baseline")))
            print(f"this / baseline, {what}: median {ratio}")


if __name__ == "__main__":
    main()
