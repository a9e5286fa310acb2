"""How long a pre-labeling job of many finished blocks takes to resume.

    python benchmarks/resume.py [--items 10000] [--objects 5]

Makes, in a temporary folder, a project with one scene so large that it has that many blocks, all recorded as done,
with a result file of so many objects each, but for the last block. Then times, in this process, what the same command
does: until the missing block is handed out (the job is found, its items and files are compared), and until the end (all
results read, merged, committed, written back). Nothing is read from the raster and no model runs: the missing block's
result is written by a stand-in. Another job of the same size is there too, so that finding the job is not for free.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine

from detectors.detections import Detections, Space
from detectors.inference.sizes import BLOCK_PX
from detectors.inference.sliced import Timing
from detectors.model_package.card import ClassInfo, ModelCard, ModelPackage
from geoengine.model import JobState, LabelClass
from geoengine.project import Project
from geoengine.tasks.jobs.executors import InProcess
from geoengine.tasks.prelabel.api import PrelabelSettings, prelabel
from geoengine.tasks.prelabel.block import run_block
from geoengine.tasks.prelabel.partners import Partners
from geoengine.tasks.prelabel.plan import plan_scene
from tiling.display.stretch import Stretch
from tiling.grid.plan import Block
from tiling.raster.raster import open_raster

GSD_M = 0.5


class StandIn(InProcess):
    """Notes when the first block is handed out, and writes its result."""

    def __init__(self, objects: int) -> None:
        """Write so many objects for each block."""
        self.objects = objects
        self.first: float | None = None

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Done at once."""
        future: Future[Any] = Future()
        if fn is run_block:
            self.first = self.first or time.perf_counter()
            args[0].path.write_bytes(result(args[0].block, self.objects))
        future.set_result(Timing())
        return future


def result(block: Block, objects: int) -> bytes:
    """Return a result file with `objects` squares in the block."""
    random = np.random.default_rng(block.core.col * 7919 + block.core.row)
    x, y = (random.uniform(20, side - 20, objects) for side in (block.core.width, block.core.height))
    x, y = x + block.core.col, y + block.core.row
    squares = shapely.box(x - 10, y - 10, x + 10, y + 10)
    uncut = np.zeros(objects, bool)
    found = Detections.from_polygons(
        squares, random.uniform(0.3, 1, objects), np.ones(objects), uncut, Space.RESAMPLED
    )
    buffer = io.BytesIO()
    found.write(buffer)
    return buffer.getvalue()


def large_project(folder: Path, items: int) -> tuple[Project, ModelPackage]:
    """Make a project of one empty scene that has `items` blocks, rounded to a square number."""
    side = round(items**0.5) * BLOCK_PX
    card = ModelCard("bench", "1", "", "none", (ClassInfo("house", "polygon"),), GSD_M, (0.1, 1), "ab" * 32)
    project = Project.create(folder, "p", [LabelClass("house", "house", "#e69f00")])
    path = project.scenes_dir / "large.tif"
    shape = {"width": side, "height": side, "count": 1, "dtype": "uint8", "sparse_ok": True}
    georeference = {"crs": "EPSG:32645", "transform": Affine(GSD_M, 0, 3e5, 0, -GSD_M, 3e6)}
    with rasterio.open(path, "w", driver="GTiff", tiled=True, BIGTIFF="YES", **shape, **georeference):
        pass
    with project.store() as store, open_raster(path) as raster:
        store.add_scene(
            key="large",
            name="large",
            uri=project.uri_for(path),
            source="-",
            content_hash="ab" * 32,
            grid=raster.grid,
            bands=1,
            dtype="uint8",
            stretch=Stretch((1,), (0.0,), (255.0,)),
        )
    return project, ModelPackage(Path("nowhere"), card)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--objects", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project, package = large_project(Path(folder) / "p", options.items)
        with project.store() as store:
            with store.reading() as view:
                [scene] = view.scenes()
            partners = Partners((("house", "house"),))
            plan = plan_scene(project, store, scene, package, partners, PrelabelSettings())
            other = [{"core": [0, 0, 1, 1]}] * len(plan.blocks)
            store.create_job("prelabel", {"scene": "other"}, "other", other)
            for index, block in enumerate(plan.blocks[:-1]):
                plan.result(index).write_bytes(result(block, options.objects))
            done = {index: f"jobs/{index}.npz" for index in range(len(plan.blocks) - 1)}
            store.set_items_done(plan.job.id, done)
            store.set_job_state(plan.job.id, JobState.RUNNING)
        stand_in = StandIn(options.objects)
        began = time.perf_counter()
        with project.store() as store:
            [report] = prelabel(project, store, [scene], package, executor=stand_in)
        ended = time.perf_counter()
        assert report.state == "done", report
        assert report.resumed_blocks == len(plan.blocks) - 1, report
    print(
        json.dumps(
            {
                "items": len(plan.blocks),
                "objects": report.proposed,
                "until_the_next_block_s": round((stand_in.first or ended) - began, 2),
                "until_the_end_s": round(ended - began, 2),
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
