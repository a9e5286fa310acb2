"""Benchmark of making a cloud-optimized GeoTIFF, against rio-cogeo and GDAL's COG driver.

    python benchmarks/cog.py RASTER [--peer PYTHON] [--runs 5] [--workdir DIR]

Every run is a process of its own, and the contestants take turns: `tiling.ingest.cog.ensure_cog`; GDAL's COG driver
through `rasterio.shutil.copy`; and, with --peer, the `rio cogeo create` of the Python given (rasterio and rio-cogeo
installed there). All write the same: ZSTD level 1, predictor, blocks of 512, averaged overviews, all cores. Prints
the medians of time and peak memory, the ratio of each pair (the goal is at most 1.1), and the physical limits:
copying the file's bytes, and decoding its pixels without writing any.

Times are those of the work alone: starting Python and importing differ between the three for other reasons.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from children import Ratio, watched

# Each script prints the seconds of its work as JSON; arguments: raster, target.
TIMED = """
import json, sys, time
from pathlib import Path
raster, target = sys.argv[1:3]
{imports}
began = time.perf_counter()
{work}
print(json.dumps(time.perf_counter() - began))
"""
OURS = TIMED.format(
    imports="from tiling.ingest.cog import ensure_cog",
    work="made = ensure_cog(Path(raster), Path(target)); assert made == Path(target), 'it is a COG already'",
)
GDAL = TIMED.format(
    imports="import rasterio, rasterio.shutil",
    work="""
with rasterio.Env(GDAL_CACHEMAX=256 * 1024**2, GDAL_TIFF_INTERNAL_MASK="YES"), rasterio.open(raster) as dataset:
    rasterio.shutil.copy(dataset, target, driver="COG", compress="ZSTD", level=1, predictor="YES", blocksize=512,
                         bigtiff="IF_SAFER", num_threads="ALL_CPUS", resampling="average")
""",
)
PEER = TIMED.format(
    imports="""
from rio_cogeo.cogeo import cog_translate
from rio_cogeo.profiles import cog_profiles
""",
    work="""
profile = cog_profiles.get("zstd")
profile.update(blockxsize=512, blockysize=512, ZSTD_LEVEL=1, PREDICTOR=2, BIGTIFF="IF_SAFER", NUM_THREADS="ALL_CPUS")
cog_translate(raster, target, profile, overview_resampling="average", quiet=True, in_memory=False,
              config={"GDAL_NUM_THREADS": "ALL_CPUS", "GDAL_TIFF_INTERNAL_MASK": True})
""",
)
COPY = TIMED.format(imports="import shutil", work="shutil.copyfile(raster, target)")
DECODE = TIMED.format(
    imports="import rasterio",
    work="""
with rasterio.Env(GDAL_CACHEMAX=256 * 1024**2, GDAL_NUM_THREADS="ALL_CPUS"), rasterio.open(raster) as dataset:
    rows = max(512, dataset.block_shapes[0][0])
    for row in range(0, dataset.height, rows):
        dataset.read(window=((row, min(row + rows, dataset.height)), (0, dataset.width)))
""",
)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path, help="one that is no COG yet, north up")
    parser.add_argument("--peer", type=Path, help="a Python with rio-cogeo")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--workdir", type=Path, help="where to write; a temporary directory by default")
    options = parser.parse_args()

    contestants = {"ensure_cog": (sys.executable, OURS), "GDAL COG": (sys.executable, GDAL)}
    if options.peer is not None:
        contestants["rio-cogeo"] = (str(options.peer), PEER)
    limits = {"copy bytes": (sys.executable, COPY), "decode alone": (sys.executable, DECODE)}
    seconds: dict[str, list[float]] = {name: [] for name in contestants | limits}
    peaks: dict[str, list[int]] = {name: [] for name in contestants | limits}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=options.workdir) as folder:
        for turn in range(options.runs + 1):
            for name, (python, script) in (contestants | limits).items():
                target = Path(folder) / "made.tif"
                ended = watched([python, "-c", script, options.raster.absolute(), target])
                if target.exists():
                    sizes[name] = target.stat().st_size
                    target.unlink()
                if turn:  # the first turn warms the page cache
                    seconds[name].append(json.loads(ended.output.splitlines()[-1]))
                    peaks[name].append(ended.peak)
    size = options.raster.stat().st_size
    print(f"{options.raster.name}: {size / 1e6:.0f} MB, {os.cpu_count()} cores, {options.runs} runs each")
    for name in seconds:
        written = f"{sizes[name] / 1e6:8.0f} MB written" if name in sizes else ""
        middle, peak = statistics.median(seconds[name]), statistics.median(peaks[name])
        print(f"{name:<13} median {middle:8.2f} s   peak {peak / 1e6:6.0f} MB  {written}")
    for name in list(contestants)[1:]:
        print(f"ensure_cog / {name}: median {Ratio.of(seconds['ensure_cog'], seconds[name])}")


if __name__ == "__main__":
    main()
