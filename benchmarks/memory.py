"""Benchmark of the memory that a very large scene needs: to register it, serve its tiles, cut it into chips.

    python benchmarks/memory.py DIRECTORY [--size 50000] [--layout strips|tiles] [--steps register,tile,chip]

Makes a seeded RGB raster of `size` x `size` pixels in DIRECTORY (once; it is streamed, so that any size is possible),
then runs each step in a process of its own, through the commands and the web application, and prints the peak of its
resident memory, GDAL's block cache included. The goal is less than 1 GB each. Prints as well: seconds, bytes on disk,
and the bytes of the decoded raster.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from children import GEOENGINE, output, watched

# A child process starts with the peak of its parent, so this one stays small: numpy and GDAL are imported only where
# the raster is made, which is in a child as well.
GOAL_BYTES = 1e9
STEPS = ("register", "tile", "chip")
PATCH_PX = 2048

# Every tile of the coarse zoom levels, and a seeded thousand of the native one, as an analyst pans around.
TILES = """
import random, sys
from geoengine.project import Project
from server.app import close_app, create_app
from tiling.maptiles.pyramid import TilePyramid
project = Project.open(sys.argv[1])
app = create_app(project)
client = app.test_client()
with project.store() as store, store.reading() as view:
    (scene,) = view.scenes()
pyramid = TilePyramid(scene.grid.width, scene.grid.height)
tiles = [(z, x, y) for z in range(min(5, pyramid.max_zoom + 1))
          for x in range(pyramid.tile_counts(z)[0]) for y in range(pyramid.tile_counts(z)[1])]
columns, rows = pyramid.tile_counts(pyramid.max_zoom)
draw = random.Random(7)
tiles += [(pyramid.max_zoom, draw.randrange(columns), draw.randrange(rows)) for _ in range(1000)]
for z, x, y in tiles:
    reply = client.get(f"/tiles/{scene.id}/native/{z}/{x}/{y}")
    assert reply.status_code == 200, reply.text
close_app(app)
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--layout", choices=("strips", "tiles"), default="strips")
    parser.add_argument("--steps", type=lambda text: text.split(","), default=list(STEPS))
    parser.add_argument("--chip", type=int, default=1024, help="side of a chip, pixels")
    parser.add_argument("--make", action="store_true", help="make the raster, and nothing else")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)

    raster = options.directory / f"{options.layout}-{options.size}.tif"
    if options.make:
        write_raster(raster, options.size, options.layout)
        return
    if not raster.exists():
        ended = watched([sys.executable, *sys.argv, "--make"])
        print(f"{raster.name} was made in {ended.seconds:.0f} s with {ended.peak / 1e6:.0f} MB")
    raw = options.size * options.size * 3
    print(f"{raster.name}: {raster.stat().st_size / 1e9:.2f} GB on the disk, {raw / 1e9:.2f} GB in memory")

    project = options.directory / f"project-{raster.stem}"
    chips = options.directory / f"chips-{raster.stem}"
    failed = False
    for step in STEPS:
        if step not in options.steps and not (step == "register" and not project.exists()):
            continue
        if step == "register":
            shutil.rmtree(project, ignore_errors=True)
            output([*GEOENGINE, "init", project])
            command = [*GEOENGINE, "add", "-p", project, raster]
        elif step == "tile":
            command = [sys.executable, "-c", TILES, project]
        else:
            shutil.rmtree(chips, ignore_errors=True)
            command = [*GEOENGINE, "chip", raster, chips, "--size", options.chip, "--overlap", 0]
        ended = watched(command)
        verdict = "ok" if ended.peak < GOAL_BYTES else "TOO MUCH"
        failed |= ended.peak >= GOAL_BYTES
        print(f"{step:<9} peak {ended.peak / 1e6:7.0f} MB   {ended.seconds:7.1f} s   {verdict}", flush=True)
    copy = project / "scenes" / f"{raster.stem}.tif"
    if copy.exists():
        print(f"the copy in the project has {copy.stat().st_size / 1e9:.2f} GB")
    sys.exit(failed)


def write_raster(path: Path, size: int, layout: str) -> None:
    """Stream a seeded RGB raster to a file.

    Fields of flat colour with two bits of noise, so that it compresses as imagery does, and no block is empty or
    equal to another.
    """
    import numpy as np
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.windows import Window

    rng = np.random.default_rng(7)
    rows, cols = np.mgrid[0:PATCH_PX, 0:PATCH_PX]
    ground = (np.sin(cols / 97.0) + np.cos(rows / 71.0) + 2) * 40
    patch = (np.stack([ground, ground[::-1], ground[:, ::-1]]) // 8 * 8).astype(np.uint8)
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512}
    strips = {"tiled": False, "blockysize": 16}
    profile = {
        "driver": "GTiff", "width": size, "height": size, "count": 3, "dtype": "uint8", "crs": "EPSG:32645",
        "transform": from_origin(300_000, 3_100_000, 0.5, 0.5), "compress": "zstd", "zstd_level": 1,
        "num_threads": "ALL_CPUS", "bigtiff": "if_safer", "interleave": "pixel",
        **(tiles if layout == "tiles" else strips),
    }  # fmt: skip
    wide = np.tile(patch, (1, 1, -(-size // PATCH_PX) + 1))
    temporary = path.with_suffix(".part")
    with rasterio.Env(GDAL_CACHEMAX=256 * 1024**2), rasterio.open(temporary, "w", **profile) as dataset:
        for number, row in enumerate(range(0, size, 512)):
            height = min(512, size - row)
            shift, top = number * 131 % PATCH_PX, number * 512 % PATCH_PX
            lines = wide[:, top : top + height, shift : shift + size]
            noise = rng.integers(0, 4, lines.shape, dtype=np.uint8)
            lines = lines + noise + np.uint8(number % 32)
            dataset.write(lines, window=Window(0, row, size, height))
    temporary.replace(path)


if __name__ == "__main__":
    main()
