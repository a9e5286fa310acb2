"""Merging block after block, as the last step of a scene does, beside merging all at once: time, and peak memory.

    python benchmarks/merge_blocks.py [--counts 100000 1000000] [--block 3584]

The same oriented polygons as in `merge.py` lie in the result files of blocks of that side, in pixels: those with their
centre in a block are in its file. Each way is a process of its own, which begins with the files. Printed are the
seconds of the CPU, the peak of resident memory and what of it was there before, and the ratios; the command fails
where both ways do not leave as many objects. (Of a hundred polygons thirty overlap another; blocks that share no halo
make no more.)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from children import figures, peak_bytes
from merge import ONE_THREAD, made

from detectors.detections import Detections, Space
from detectors.merging.merge import merge_detections
from detectors.merging.merge_blocks import merge_blocks, outline_bounds


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--block", type=int, default=3584)
    parser.add_argument("--one", nargs=2, metavar=("HOW", "FOLDER"), help="run one part, in this process")
    options = parser.parse_args()
    if options.one:
        how, folder = options.one[0], Path(options.one[1])
        ways = {"write": lambda: written(options.counts[0], options.block, folder)}
        print(json.dumps(ways.get(how, lambda: merged(folder, how == "parts"))()))
        return
    agree = [compared(count, options.block) for count in options.counts]
    sys.exit(not all(agree))


def compared(count: int, block: int) -> bool:
    """Print the lines of one count; whether both ways left as many."""
    with tempfile.TemporaryDirectory(prefix="merge-parts-") as folder:
        command = [sys.executable, __file__, "--counts", str(count), "--block", str(block), "--one"]
        figures([*command, "write", folder])
        parts, whole = (figures([*command, how, folder], **ONE_THREAD) for how in ("parts", "whole"))
    for name, one in (("block after block", parts), ("all at once", whole)):
        print(
            f"{count:,} in blocks of {block} px, {name}: {one['cpu']:.1f} s of the CPU, peak {one['peak'] / 1e6:.0f} MB"
            f" ({one['before'] / 1e6:.0f} before), {one['left']:,} left",
            flush=True,
        )
    grown = [one["peak"] - one["before"] for one in (parts, whole)]
    print(
        f"    {parts['cpu'] / whole['cpu']:.2f} times as long, {grown[0] / grown[1]:.2f} of the memory it adds"
    )
    return bool(parts["left"] == whole["left"])


def written(count: int, block: int, folder: Path) -> dict[str, int]:
    """Write the result files."""
    found = made(count)
    place = ((found.boxes[:, :2] + found.boxes[:, 2:]) // (2 * block)).astype(np.int64)
    numbers = place[:, 1] * (place[:, 0].max() + 1) + place[:, 0]
    for number in np.unique(numbers):
        with (folder / f"{number}.npz").open("wb") as file:
            found.take(numbers == number).write(file)
    return {"files": len(np.unique(numbers))}


def merged(folder: Path, parts: bool) -> dict[str, float]:
    """Merge what is in the files, in one of the ways."""
    paths = sorted(folder.glob("*.npz"), key=lambda path: int(path.stem))
    before, began = peak_bytes(), time.process_time()
    if parts:
        extents = np.array([outline_bounds(Detections.read(path)) for path in paths])
        left = sum(map(len, merge_blocks(extents, lambda index: Detections.read(paths[index]))))
    else:
        together = Detections.concatenate([Detections.read(path) for path in paths], Space.RESAMPLED)
        left = len(merge_detections(together))
    return {"cpu": time.process_time() - began, "peak": peak_bytes(), "before": before, "left": left}


if __name__ == "__main__":
    main()
