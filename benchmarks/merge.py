"""How long merging takes, and how much memory: oriented polygons, 30 % of which overlap another.

    python benchmarks/merge.py [--counts 100000 1000000] [--brute 4000] [--peer-python PYTHON]

Makes seeded rectangles, each turned by an angle of its own: of a hundred, seventy lie alone, twenty are ten objects
found twice, ten are five objects of which a seam left two pieces. Every count is merged in a process of
its own; printed are the seconds of `merge_detections` (and of the CPU, where the machine has other work too), the peak
of the process's resident memory, and the part of it that Python, numpy and the polygons took before. Goals: 100,000 in
less than 10 s and 500 MB, 1,000,000 in less than 12 times as long; the command fails where one is missed.

Beside it: shapely alone, every polygon against every later one, on `--brute` of them, with what that comes to for the
first count if it grows with the square; and SAHI's greedy non-maximum merging of the same objects (their upright
boxes, which is what it compares), where `--peer-python` names a Python that has sahi.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from children import figures, peak_bytes

from detectors.detections import Detections, Space, is_cut
from detectors.merging.merge import merge_detections

GOAL_S, GOAL_BYTES, GOAL_RATIO = 10.0, 500e6, 12.0
SPACING_PX = 80.0
ONE_THREAD = {"OMP_NUM_THREADS": "1"}

# The peer's Python runs this: boxes and scores from a file, its own objects, its own merging.
PEER = """
import json, resource, sys, time
import numpy as np
from sahi.postprocess.combine import GreedyNMMPostprocess
from sahi.prediction import ObjectPrediction
rows = np.load(sys.argv[1])
found = [ObjectPrediction(bbox=row[:4].tolist(), score=float(row[4]), category_id=1, category_name="a") for row in rows]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
merge = GreedyNMMPostprocess(match_threshold=0.5, match_metric="IOS", class_agnostic=False)
began, busy = time.perf_counter(), time.process_time()
left = merge(found)
seconds, cpu = time.perf_counter() - began, time.process_time() - busy
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(
    {"seconds": seconds, "cpu": cpu, "peak": peak * 1024, "before": before * 1024, "left": len(left)}
))
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--brute", type=int, default=4000, help="polygons for shapely alone; 0: none")
    parser.add_argument("--peer-python", type=Path, help="a Python with sahi")
    parser.add_argument("--one", action="store_true", help="merge once, in this process, and print JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(merged(options.counts[0])))
        return
    missed = False
    results = []
    for count in options.counts:
        results.append(figures([sys.executable, __file__, "--one", "--counts", str(count)], **ONE_THREAD))
        report(f"{count:,}", results[-1])
        if count == 100_000:
            missed |= results[-1]["cpu"] >= GOAL_S or results[-1]["peak"] >= GOAL_BYTES
    longer = results[-1]["cpu"] / results[0]["cpu"]
    more = options.counts[-1] / options.counts[0]
    if more > 1:
        print(f"    {longer:.1f} times as long for {more:.0f} times as many")
        missed |= longer > GOAL_RATIO * more / 10
    if options.brute:
        seconds = brute(options.brute)
        whole = seconds * (options.counts[0] / options.brute) ** 2
        print(
            f"shapely alone, {options.brute:,}: {seconds:.1f} s; {options.counts[0]:,} would take {whole:,.0f} s "
            f"if it grows with the square"
        )
    if options.peer_python:
        peer(options.peer_python, options.counts)
    sys.exit(missed)


def made(count: int, seed: int = 7) -> Detections:
    """(count) detections of one class in RESAMPLED space, in no order; see the top of this file."""
    rng = np.random.default_rng(seed)
    alone, twice, pieces = count - 3 * (count // 10), count // 10, count // 20
    objects = alone + twice + pieces
    side = int(np.ceil(np.sqrt(objects)))
    places = rng.permutation(side * side)[:objects]
    centre = (np.column_stack([places % side, places // side]) + 1) * SPACING_PX + rng.uniform(
        -8, 8, (objects, 2)
    )
    size = np.column_stack([rng.uniform(16, 60, objects), rng.uniform(8, 24, objects)])
    angle = rng.uniform(0, np.pi, objects)
    unbounded = np.tile([-np.inf, -np.inf, np.inf, np.inf], (count, 1))

    found = rectangles(centre, size, angle)
    again = slice(alone, alone + twice)
    shift, turn, grow = (
        rng.normal(0, 1, (twice, 2)),
        rng.normal(0, 0.02, twice),
        rng.normal(1, 0.03, (twice, 2)),
    )
    repeated = rectangles(centre[again] + shift, size[again] * grow, angle[again] + turn)

    # One chip ends 6 px right of the middle of what it cuts, the next begins 6 px left of it.
    split, right, left = slice(alone + twice, objects), unbounded[:pieces].copy(), unbounded[:pieces].copy()
    left[:, 2], right[:, 0] = centre[split, 0] + 6, centre[split, 0] - 6
    far = SPACING_PX
    y0, y1 = centre[split, 1] - far, centre[split, 1] + far
    lefts = shapely.intersection(found[split], shapely.box(left[:, 2] - far, y0, left[:, 2], y1))
    rights = shapely.intersection(found[split], shapely.box(right[:, 0], y0, right[:, 0] + far, y1))

    polygons = np.concatenate([found[: alone + twice], repeated, lefts, rights])
    seen = np.concatenate([unbounded[: alone + 2 * twice], left, right])
    order = rng.permutation(len(polygons))
    return Detections.from_polygons(
        polygons[order],
        rng.uniform(0.3, 1, len(polygons)),
        np.ones(len(polygons), np.int64),
        is_cut(shapely.bounds(polygons), seen)[order],
        Space.RESAMPLED,
        seen=seen[order],
    )


def rectangles(centre: np.ndarray, size: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """(N,) polygons: centres (N, 2) and sizes (N, 2), px, turned by angles (N,), radians."""
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * size[:, None]
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x = corners[..., 0] * cosine - corners[..., 1] * sine
    y = corners[..., 0] * sine + corners[..., 1] * cosine
    polygons: np.ndarray = shapely.polygons(np.stack([x, y], axis=-1) + centre[:, None])
    return polygons


def merged(count: int) -> dict[str, float]:
    """Merge once in this process."""
    found = made(count)
    before = peak_bytes()
    began, busy = time.perf_counter(), time.process_time()
    left = merge_detections(found)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    return {"seconds": seconds, "cpu": cpu, "peak": peak_bytes(), "before": before, "left": len(left)}


def brute(count: int) -> float:
    """Seconds for the areas that every two polygons share, by shapely's vectorised calls and no index."""
    polygons = made(count).polygons()
    began = time.perf_counter()
    for i in range(count):
        shapely.area(shapely.intersection(polygons[i], polygons[i + 1 :]))
    return time.perf_counter() - began


def peer(python: Path, counts: list[int]) -> None:
    """SAHI on the same objects."""
    for count in counts:
        found = made(count)
        with tempfile.TemporaryDirectory(prefix="merge-") as folder:
            path = Path(folder) / "boxes.npy"
            np.save(path, np.column_stack([found.boxes, found.scores]))
            report(f"SAHI greedy NMM {count:,}", figures([python, "-c", PEER, path], **ONE_THREAD))


def report(name: str, result: dict[str, float]) -> None:
    """Print one line."""
    print(
        f"{name}: {result['seconds']:.2f} s ({result['cpu']:.2f} s of the CPU), peak {result['peak'] / 1e6:,.0f} MB "
        f"(before {result['before'] / 1e6:,.0f} MB), {result['left']:,.0f} left",
        flush=True,
    )


if __name__ == "__main__":
    main()
