"""Write-back of a dense scene under steady edits: age of the label file, processor time, bytes written.

    python benchmarks/writeback.py [--objects 100000] [--rate 10] [--seconds 30]

Prints how far the label file is behind the edits (median and most, in seconds), the share of a core that the
write-back thread takes (all threads but the one that edits), and the size of the file.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from affine import Affine
from pyproj import CRS
from shapely import Polygon, box

from geoengine.exchange.geojson import read_foreign_member
from geoengine.model import Changeset, CreateFeature, LabelClass, Scene, UpdateFeature, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.writeback import WriteBack
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid

SIDE = 1000
EAST, NORTH = 350_000.0, 3_056_000.0


def add_scene(store: Store) -> Scene:
    """Register a scene of 4,000 px a side, without its raster."""
    return store.add_scene(
        key="dense",
        name="dense",
        uri="dense.tif",
        source="dense.tif",
        content_hash="dense",
        grid=RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(1, 0, EAST, 0, -1, NORTH), 4000, 4000),
        bands=3,
        dtype="uint8",
        stretch=Stretch((1, 2, 3), (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
    )


def fill(store: Store, scene: Scene, objects: int) -> list[str]:
    """Commit `objects` squares and return their uids."""
    uids: list[str] = []
    for first in range(0, objects, 5000):
        creates = [
            CreateFeature(new_uid(), "building", square(number))
            for number in range(first, min(objects, first + 5000))
        ]
        store.commit(Changeset(new_uid(), scene.id, "bench", tuple(creates)))
        uids += [create.uid for create in creates]
    return uids


def square(number: int, size: float = 2.5) -> Polygon:
    """Return the outline of an object."""
    x, y = EAST + number % SIDE * 4, NORTH - 4 - number // SIDE * 4
    return box(x, y, x + size, y + size)


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=10.0, help="edits a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "p", classes=[LabelClass("building", "Building", "#d55e00")])
        with project.store() as store:
            run(project, store, options.objects, options.rate, options.seconds)


def run(project: Project, store: Store, objects: int, rate: float, seconds: float) -> None:
    """Edit at a steady rate, and print how far the label file is behind."""
    scene = add_scene(store)
    uids = fill(store, scene, objects)
    revisions = dict.fromkeys(uids, 1)
    path = project.labels_path(scene.key)
    with WriteBack(project, store) as back:
        begun = time.perf_counter()
        back.flush()
        took, size = time.perf_counter() - begun, path.stat().st_size / 1e6
        print(f"whole file of {objects:,} objects: {took:.1f} s, {size:.1f} MB")
        pending: dict[int, float] = {}
        ages: list[float] = []
        problems: set[str] = set()
        process, thread, begun = time.process_time(), time.thread_time(), time.perf_counter()
        number = 0
        while (now := time.perf_counter() - begun) < seconds:
            if number <= now * rate:
                uid = uids[number * 7919 % objects]
                edit = UpdateFeature(
                    uid, revisions[uid], geometry=square(number * 7919 % objects, 2.0 + number % 7 / 10)
                )
                result = store.commit(Changeset(new_uid(), scene.id, "bench", (edit,)))
                revisions[uid] += 1
                back.mark(scene.id)
                pending[result.id] = time.perf_counter()
                number += 1
            ages += drop_written(path, pending)
            problems.update(problem.split(" is ")[0] for problem in back.problems)
            time.sleep(0.02)
        wall = time.perf_counter() - begun
        share = (time.process_time() - process - (time.thread_time() - thread)) / wall
    print(
        f"{number} edits in {wall:.0f} s: the file is behind by {statistics.median(ages):.2f} s (median), "
        f"{max(ages):.2f} s (most); write-back takes {share:.3f} of a core; problems: {sorted(problems) or 'none'}"
    )


def drop_written(path: Path, pending: dict[int, float]) -> list[float]:
    """Remove the changesets that are in the file, and return how long each took to get there."""
    at = (read_foreign_member(path) or {}).get("changeset", 0)
    now = time.perf_counter()
    return [now - pending.pop(number) for number in [number for number in pending if number <= at]]


if __name__ == "__main__":
    main()
