"""Benchmark of map tiles over HTTP, against TiTiler.

    pip install titiler.core uvicorn            # somewhere, not into this environment
    python benchmarks/tiles.py --peer-python PEER/bin/python [--raster scene.tif] [--jpeg] [--runs 5] [--tiles 400]

Makes one COG from the raster (from a synthetic one where none is given), starts `geoengine serve` and uvicorn with one
worker each on the same cores, and requests the same number of tiles from both, shuffled with the same seed, over
persistent connections; the client is a process of its own on the other cores. Before the clock starts, each server
has answered a few tiles of coarser zoom levels, so that the start of Python and the opening of the file are not
measured. Cold: an empty cache, every tile new (the file itself is in the system's page cache). Warm: the same list
again. Only tiles that show the raster are requested: TiTiler answers others with an error. Runs take turns; the ratios
are of medians. Physical limits are printed as well: reading the file's bytes, decoding its blocks, encoding the tiles.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
import shapely
from affine import Affine
from pyproj import Transformer
from tile_servers import Measured, load, ours, peer, started

from geoengine.model import LabelClass
from geoengine.project import Project
from geoengine.tasks.scenes.register import register_scene
from tiling.display.rendering import JPEG, encode_image
from tiling.display.stretch import compute_stretch
from tiling.grid.raster_grid import RasterGrid
from tiling.ingest.cog import ensure_cog
from tiling.maptiles.tile_sets import NativeTiles, WebMercatorTiles, pad_to_tile, tile_counts, tile_window
from tiling.maptiles.web_mercator import TILE_SIZE, Coverage, level_grid, web_mercator
from tiling.raster.raster import open_raster

SEED = 20
SIDE_PX = 8192

# Zoom level, column, row.
Tile = tuple[int, int, int]

# Tiles requested before anything is timed.
FIRST = 24


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-python", type=Path, help="Python with titiler.core and uvicorn.")
    parser.add_argument("--raster", type=Path)
    parser.add_argument(
        "--jpeg", action="store_true", help="A COG of JPEG blocks of 256 px, as COGs often come."
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tiles", type=int, default=400)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiles-") as folder:
        run(options, Path(folder))


def run(options: argparse.Namespace, folder: Path) -> None:
    """Measure every server and print the figures."""
    cog = ensure_cog(options.raster or made(folder / "made.tif"), folder / "cog.tif")
    if options.jpeg:
        cog = copied(cog, folder / "jpeg.tif")
    project = Project.create(
        folder / "project", "Benchmark", [LabelClass("a", "A", "#e69f00", "a")], author="a"
    )
    with project.store() as store:
        register_scene(project, store, cog)
    with open_raster(cog) as raster:
        grid = raster.grid
    native, mercator = NativeTiles(grid), WebMercatorTiles(grid)
    coverage = mercator.coverage
    assert coverage is not None
    last = range(max(0, native.max_zoom - 2), native.max_zoom + 1)
    own, own_first = picked(
        [(z, x, y) for z in last for x, y in every(tile_counts(native, z))], options.tiles
    )
    web, web_first = picked(
        [
            (z, x, y)
            for z in range(max(0, coverage.max_zoom - 3), coverage.max_zoom)
            for x, y in tiles_showing(grid, coverage, z)
        ],
        options.tiles,
    )
    kinds: dict[str, tuple[Callable[[int], Any], str, list[Tile], list[Tile]]] = {
        "native": (lambda port: ours(port, project), "/tiles/1/native/{}/{}/{}", own_first, own),
        "WebMercatorQuad": (
            lambda port: ours(port, project), "/tiles/1/WebMercatorQuad/{}/{}/{}", web_first, web
        ),
    }  # fmt: skip
    if options.peer_python:
        path = f"/tiles/WebMercatorQuad/{{}}/{{}}/{{}}?url={cog}"
        kinds["TiTiler"] = (lambda port: peer(port, options.peer_python), path, web_first, web)
    found: dict[tuple[str, str], list[Measured]] = {}
    for _ in range(options.runs):
        for name, (start, path, first, tiles) in kinds.items():
            paths = [path.format(*tile) for tile in tiles]
            with started(start) as (port, pid):
                load(port, pid, options.clients, [path.format(*tile) for tile in first])
                for temperature in ("cold", "warm"):
                    measured = load(port, pid, options.clients, paths)
                    found.setdefault((name, temperature), []).append(measured)
    limits(cog, own)
    report(found, options)


def report(found: dict[tuple[str, str], list[Measured]], options: argparse.Namespace) -> None:
    """Print medians and ratios."""
    print(f"\n{options.tiles} tiles, {options.clients} clients, medians of {options.runs} runs")
    print(
        "                        tiles/s   p50 ms   p99 ms  kB/tile  server CPU ms/tile  client CPU ms/tile"
    )
    medians: dict[tuple[str, str], Measured] = {}
    for key, runs in found.items():
        fields = [[getattr(run, name) for run in runs] for name in Measured.__dataclass_fields__]
        middle = medians[key] = Measured(*(statistics.median(values) for values in fields))
        print(
            f"{' '.join(key):22}{middle.rate:9.1f}{middle.p50_ms:9.2f}{middle.p99_ms:9.2f}{middle.kilobytes:9.1f}"
            f"{middle.server_cpu_ms:20.3f}{middle.client_cpu_ms:20.3f}"
        )
    if ("TiTiler", "cold") in medians:
        for kind, temperature in (
            ("native", "cold"),
            ("native", "warm"),
            ("WebMercatorQuad", "cold"),
            ("WebMercatorQuad", "warm"),
        ):
            ratio = medians[kind, temperature].rate / medians["TiTiler", temperature].rate
            print(f"{kind} {temperature}: {ratio:.1f} x TiTiler")
        for temperature in ("cold", "warm"):
            p99, p50 = medians["native", temperature].p99_ms, medians["TiTiler", temperature].p50_ms
            print(f"native p99 {temperature}: {p99:.1f} ms; TiTiler's median {p50:.1f} ms")


def limits(cog: Path, own: list[tuple[int, int, int]]) -> None:
    """Print the limits of the hardware, one thread: reading, decoding, encoding."""
    began = time.perf_counter()
    size = 0
    with cog.open("rb", buffering=0) as file:
        while piece := file.read(1 << 22):
            size += len(piece)
    print(
        f"{cog.name}: {size / 1e6:.0f} MB, read at {size / 1e6 / (time.perf_counter() - began):.0f} MB/s (page cache)"
    )
    with open_raster(cog) as raster:
        stretch = compute_stretch(raster)
        native = NativeTiles(raster.grid)
        dataset = raster.level(0)
        blocks = [window for _, window in dataset.block_windows(1)]
        random.Random(SEED).shuffle(blocks)
        blocks = blocks[:100]
        began = time.perf_counter()
        for window in blocks:
            dataset.read(window=window)
        decode_ms = (time.perf_counter() - began) / len(blocks) * 1e3
        tiles = [
            pad_to_tile(native.render(raster, stretch, z, tile_window(native, z, x, y)))
            for z, x, y in own[:100]
        ]
    began = time.perf_counter()
    for rgba in tiles:
        encode_image(rgba, JPEG)
    encode_ms = (time.perf_counter() - began) / len(tiles) * 1e3
    shape = dataset.block_shapes[0]
    print(
        f"decoding a block of {shape[1]} x {shape[0]} px: {decode_ms:.2f} ms; encoding a tile: {encode_ms:.2f} ms"
    )


def made(path: Path) -> Path:
    """Write a seeded RGB raster in UTM, with the texture of a town: neither flat nor pure noise."""
    rng = np.random.default_rng(SEED)
    profile = {
        "driver": "GTiff", "width": SIDE_PX, "height": SIDE_PX, "count": 3, "dtype": "uint8", "tiled": True,
        "crs": "EPSG:32645", "transform": Affine(0.3, 0, 300_000, 0, -0.3, 3_050_000),
    }  # fmt: skip
    coarse = rng.integers(0, 256, (3, SIDE_PX // 32, SIDE_PX // 32))
    with rasterio.open(path, "w", **profile) as dataset:
        for row in range(0, SIDE_PX, 512):
            part = coarse[:, row // 32 : row // 32 + 16].repeat(32, axis=1).repeat(32, axis=2)
            noise = rng.normal(0, 12, part.shape)
            pixels = np.clip(part * 0.7 + 40 + noise, 0, 255).astype(np.uint8)
            dataset.write(pixels, window=((row, row + 512), (0, SIDE_PX)))
    return path


def copied(cog: Path, target: Path) -> Path:
    """Copy a COG to one whose blocks are JPEG tiles."""
    options = {"compress": "JPEG", "quality": 90, "blocksize": 256, "overview_quality": 90}
    rasterio.shutil.copy(str(cog), str(target), driver="COG", **options)
    return target


def every(counts: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Return all (column, row) of a zoom level."""
    return ((x, y) for x in range(counts[0]) for y in range(counts[1]))


def tiles_showing(grid: RasterGrid, coverage: Coverage, z: int) -> list[tuple[int, int]]:
    """Return (column, row) of the tiles of WebMercatorQuad that show more than an edge of the raster.

    `Coverage.tile_range` is a box in longitude and latitude; a raster in UTM is turned in it, and does not
    reach the tiles in its corners.
    """
    outline = shapely.segmentize(
        shapely.box(0, 0, grid.width, grid.height), max(grid.width, grid.height) / 16
    )
    world = grid.pixel_polygons_to_world(np.array([outline], dtype=object))
    to_map = Transformer.from_crs(grid.crs, web_mercator(), always_xy=True)
    ground = shapely.transform(world[0], lambda xy: np.column_stack(to_map.transform(xy[:, 0], xy[:, 1])))
    map_grid = level_grid(z)
    inside = map_grid.world_polygons_to_pixel(np.array([ground], dtype=object))[0].buffer(-1)
    left, top, right, bottom = coverage.tile_range(z)
    tiles = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    corners = np.array(tiles) * TILE_SIZE
    boxes = shapely.box(*corners.T, *(corners + TILE_SIZE).T)
    return [tile for tile, shown in zip(tiles, shapely.intersects(boxes, inside), strict=True) if shown]


def picked(tiles: list[Tile], count: int) -> tuple[list[Tile], list[Tile]]:
    """Return the last `count` tiles, so whole columns of the finest level, shuffled; and a few coarser ones."""
    start = max(FIRST, len(tiles) - count)
    chosen = tiles[start:]
    random.Random(SEED).shuffle(chosen)
    return chosen, tiles[:FIRST]


if __name__ == "__main__":
    main()
