"""Benchmark of cutting a scene into chips: read only, and written, against peers and the physical limits.

    python benchmarks/chips.py RASTER [--size 512] [--overlap 64] [--runs 5] [--workers N]
        [--retile /usr/bin/gdal_retile.py] [--torchgeo-python VENV/bin/python] [--workdir DIR]

Read only: every chip as an array, against GDAL decoding each block of the file once (goal: at most 1.25 times as
long), and against torchgeo's grid sampler. Written: `write_chips` (GeoTIFFs with masks, checksums and both manifests)
against gdal_retile.py, both with the same deflate and both without, which is gdal_retile's default. The turns
alternate, so that other load on the machine affects all; figures are medians, ratios medians of the ratios of each
turn.

Physical limits: reading the bytes of the file (from the page cache), decoding its blocks, encoding chips. The peers
are no dependencies: one that is not given is left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from children import Ratio

from tiling.access.env import gdal_env
from tiling.chips.encode import encode_chip
from tiling.chips.options import ChipOptions
from tiling.chips.reader import read_chip_rows, usable_nodata
from tiling.chips.write import write_chips
from tiling.grid.plan import ChipSpec
from tiling.raster.raster import open_raster
from tiling.raster.reading import Chip

# Prints how many chips it read.
TORCHGEO = """
import sys
from torchgeo.datasets import RasterDataset
from torchgeo.samplers import GridGeoSampler
path, size, stride = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dataset = RasterDataset(paths=[path])
print(sum(dataset[query]["image"].shape[0] > 0 for query in GridGeoSampler(dataset, size=size, stride=stride)))
"""

DEFLATE = ["-co", "COMPRESS=DEFLATE", "-co", "ZLEVEL=1", "-co", "PREDICTOR=2"]

# A peer, and the measurement of ours that does the same. torchgeo has no writer, so that its reader is also
# compared with our writing.
PAIRS = (
    ("gdal_retile, deflate", "chips written"),
    ("gdal_retile, its default", "chips written, no deflate"),
    ("torchgeo reads", "chips read"),
    ("torchgeo reads", "chips written"),
)

# Seconds of each turn, by name of the measurement.
Times = dict[str, list[float]]


def raw(path: Path) -> int:
    """Read the file's bytes, a megabyte at a time."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    return 0


def blocks(path: Path) -> int:
    """Decode each block once with GDAL."""
    with gdal_env(), rasterio.open(path) as dataset:
        for _, window in dataset.block_windows(1):
            dataset.read(window=window)
    return 0


def read(path: Path, spec: ChipSpec) -> int:
    """Read all chips; return their number."""
    with open_raster(path) as raster:
        return sum(len(row) for row in read_chip_rows(raster, spec))


def encode(path: Path, spec: ChipSpec) -> Callable[[], int]:
    """Return a function that encodes the chips of one row, repeated to the number of chips of the scene."""
    with open_raster(path) as raster:
        rows = [[chip for chip in row if isinstance(chip, Chip)] for row in read_chip_rows(raster, spec)]
        chips, total = rows[len(rows) // 2], sum(len(row) for row in rows)
        copies = [Chip(np.ascontiguousarray(chip.image), chip.valid.copy(), chip.window) for chip in chips]
        grid, nodata = raster.grid, usable_nodata(raster)
    del rows

    def run() -> int:
        for index in range(total):
            chip = copies[index % len(copies)]
            encode_chip("tif", chip.image, chip.valid, grid.windowed(chip.window), nodata)
        return total

    return run


def retile(script: Path, path: Path, spec: ChipSpec, out: Path, options: list[str]) -> int:
    """Write all chips with gdal_retile.py; return their number."""
    size = str(spec.size_px)
    command = [str(script), "-q", "-ps", size, size, "-overlap", str(spec.overlap_px), *options]
    out.mkdir()
    subprocess.run([*command, "-targetDir", str(out), str(path)], check=True, stdout=subprocess.DEVNULL)
    return sum(1 for _ in out.iterdir())


def torchgeo(python: Path, path: Path, spec: ChipSpec) -> int:
    """Read all chips with torchgeo; return their number."""
    stride = str(spec.size_px - spec.overlap_px)
    command = [str(python), "-c", TORCHGEO, str(path), str(spec.size_px), stride]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--overlap", type=int, default=64)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--retile", type=Path)
    parser.add_argument("--torchgeo-python", type=Path)
    parser.add_argument("--workdir", type=Path, help="where chips are written, a local disk")
    options = parser.parse_args()
    path, spec = options.raster, ChipSpec(options.size, options.overlap)

    with tempfile.TemporaryDirectory(dir=options.workdir) as folder:
        out = Path(folder) / "chips"
        work: dict[str, Callable[[], int]] = {
            "file read raw": lambda: raw(path),
            "each block decoded once": lambda: blocks(path),
            "chips read": lambda: read(path, spec),
            "chips encoded, 1 thread": encode(path, spec),
            "chips written": lambda: (
                write_chips([path], out, ChipOptions(spec), workers=options.workers).written
            ),
            "chips written, 1 thread": lambda: write_chips([path], out, ChipOptions(spec), workers=1).written,
            "chips written, no deflate": lambda: (
                write_chips(
                    [path], out, ChipOptions(spec, compression="none"), workers=options.workers
                ).written
            ),
        }
        if options.retile is not None:
            work["gdal_retile, deflate"] = lambda: retile(options.retile, path, spec, out, DEFLATE)
            work["gdal_retile, its default"] = lambda: retile(options.retile, path, spec, out, [])
        if options.torchgeo_python is not None:
            work["torchgeo reads"] = lambda: torchgeo(options.torchgeo_python, path, spec)
        times: Times = {name: [] for name in work}
        chips: dict[str, int] = {}
        for turn in range(options.runs + 1):
            for name, run in work.items():
                shutil.rmtree(out, ignore_errors=True)
                began = time.perf_counter()
                chips[name] = run()
                if turn:  # the first turn warms up
                    times[name].append(time.perf_counter() - began)
    report(path, times, chips)


def report(path: Path, times: Times, chips: dict[str, int]) -> None:
    """Print the medians and the ratios."""
    megabytes = path.stat().st_size / 1e6
    print(f"{path.name}: {megabytes:.1f} MB, {os.cpu_count()} cores, {len(times['chips read'])} turns")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        rate = f"{chips[name] / middle:8.1f} chips/s ({chips[name]} chips)" if chips[name] else ""
        print(f"{name:26} median {middle:8.3f} s ({min(seconds):.3f} to {max(seconds):.3f}) {rate}".rstrip())
    print(f"{'file read raw':26} {megabytes / statistics.median(times['file read raw']):8.0f} MB/s")
    ratio(
        "chips read / each block decoded once (goal: 1.25)",
        times["chips read"],
        times["each block decoded once"],
    )
    for theirs, ours in PAIRS:
        if theirs in times:
            each = {
                name: [seconds / max(1, chips[name]) for seconds in times[name]] for name in (theirs, ours)
            }
            ratio(f"{theirs} / {ours}, seconds per chip (goal: above 1)", each[theirs], each[ours])


def ratio(what: str, above: list[float], below: list[float]) -> None:
    """Print the median of the ratios of each turn."""
    print(f"ratio {what}: {Ratio.of(above, below)}")


if __name__ == "__main__":
    main()
