"""Features over HTTP out of a scene of a million: packed against GeoJSON, and the scene from afar.

    python benchmarks/features.py [--count 1000000] [--project DIR] [--places 200]

Makes a project of that many seeded polygons (in DIR, where it stays for the next time; else in a temporary folder),
then asks the real WSGI application in this process for screens of 1280 x 800 px at 1:1 at random places, as columns of
numbers and as GeoJSON, the two taking turns. Times are of the whole application, from the request to the last byte of
the answer, and CPU beside them, which other work on the machine disturbs less; gzip is of those bytes, at the quickest
level. The R*Tree query alone, in sqlite3, is printed beside as the limit. Density, scores and facets are asked for the
whole scene: cold counts everything (the file is in the system's page cache), warm is the answer that is kept until
somebody edits.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from dense_scene import CLASSES, SEED, open_scene
from flask.testing import FlaskClient

from geoengine.model import Scene
from server.app import close_app, create_app
from server.representations.packed import MEDIA_TYPE

_Result = TypeVar("_Result")

SCREEN_PX = (1280, 800)
REPEATS = 5
ACCEPT = {"GeoJSON": "application/json", "packed": MEDIA_TYPE}

RTREE = """SELECT count(*) FROM features_rtree WHERE minscene <= :scene AND maxscene >= :scene
    AND minx <= :maxx AND maxx >= :minx AND miny <= :maxy AND maxy >= :miny"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--project", type=Path, help="Made where it is missing, and kept.")
    parser.add_argument("--places", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="features-") as folder:
        run(options.project or Path(folder) / "project", options.count, options.places)


def run(directory: Path, count: int, places: int) -> None:
    """Measures all, and prints it."""
    project, scene = open_scene(directory, count)
    boxes = screens(scene, places)
    app = create_app(project)
    try:
        client = app.test_client()
        screen_report(client, scene, boxes)
        limit_report(project.database_path, scene, boxes)
        overview_report(client, scene)
    finally:
        close_app(app)


def screens(scene: Scene, count: int) -> npt.NDArray[np.float64]:
    """(count, 4) float64: minx, miny, maxx, maxy of screens at seeded places, whole within the scene."""
    grid = scene.grid
    width, height = (side * grid.transform.a for side in SCREEN_PX)
    minx, miny, maxx, maxy = grid.bounds
    corner = np.random.default_rng(SEED).uniform((minx, miny), (maxx - width, maxy - height), (count, 2))
    return np.hstack([corner, corner + np.array([width, height])])


def screen_report(client: FlaskClient, scene: Scene, boxes: npt.NDArray[np.float64]) -> None:
    """Print times and bytes of both answers."""
    found: dict[str, list[tuple[float, float, float, int, int]]] = {name: [] for name in ACCEPT}
    features = 0
    for box in boxes.tolist():
        url = f"/api/scenes/{scene.id}/features?bbox={','.join(map(repr, box))}&limit=100000"
        for name, accept in ACCEPT.items():
            began = time.process_time()
            seconds, body = timed(partial(ask, client, url, accept))
            cpu = time.process_time() - began
            zipping, zipped = timed(partial(zlib.compress, body, 1))
            found[name].append((seconds, cpu, zipping, len(body), len(zipped)))
        features += ask(client, url, "application/json").count(b'"type":"Feature",')
    print(
        f"{len(boxes)} screens of {SCREEN_PX[0]} x {SCREEN_PX[1]} px, {features / len(boxes):.0f} features each"
    )
    print("             p50 ms   p95 ms   CPU p50   CPU p95   kB each   gzip: kB each   ms more")
    sums: dict[str, tuple[int, int]] = {}
    for name, rows in found.items():
        table = np.array(rows)
        sums[name] = int(table[:, 3].sum()), int(table[:, 4].sum())
        p50, p95 = np.median(table, axis=0), np.quantile(table, 0.95, axis=0)
        mean = table.mean(axis=0)
        print(
            f"{name:10}{p50[0] * 1e3:9.1f}{p95[0] * 1e3:9.1f}{p50[1] * 1e3:10.1f}{p95[1] * 1e3:10.1f}"
            f"{mean[3] / 1e3:10.1f}{mean[4] / 1e3:16.1f}{p50[2] * 1e3:10.1f}"
        )
    (plain, plain_zipped), (columns, columns_zipped) = sums["GeoJSON"], sums["packed"]
    print(
        f"bytes, packed / GeoJSON: {columns / plain:.3f}; both with gzip: {columns_zipped / plain_zipped:.3f}"
    )


def limit_report(database: Path, scene: Scene, boxes: npt.NDArray[np.float64]) -> None:
    """Print the time that the R*Tree alone takes."""
    connection = sqlite3.connect(database)
    times = []
    for minx, miny, maxx, maxy in boxes.tolist():
        values = {"scene": scene.id, "minx": minx, "miny": miny, "maxx": maxx, "maxy": maxy}
        times.append(timed(partial(count_in, connection, values))[0])
    connection.close()
    print(
        f"the R*Tree alone: p50 {np.median(times) * 1e3:.2f} ms, p95 {np.quantile(times, 0.95) * 1e3:.2f} ms"
    )


def count_in(connection: sqlite3.Connection, values: dict[str, float]) -> object:
    """Ask the R*Tree for the number of objects in a screen."""
    return connection.execute(RTREE, values).fetchone()


def overview_report(client: FlaskClient, scene: Scene) -> None:
    """Print times of density, scores and facets over the whole scene."""
    pixel = scene.grid.transform.a
    # As the map asks: some ten cells a side, which are tiles of some level.
    mapped = pixel * 2.0 ** int(np.log2(max(scene.grid.width, scene.grid.height) / 10))
    other = max(scene.grid.width, scene.grid.height) * pixel / 100
    asked: dict[str, Callable[[int], str]] = {
        "density": lambda n: f"density?cell={mapped}{'&' * n}",
        "density, one class": lambda n: f"density?cell={mapped}&class={CLASSES[0].key}{'&' * n}",
        "density in cells of another size": lambda n: f"density?cell={other + n * 1e-6}",
        "density, score from 0.5": lambda n: f"density?cell={mapped}&min_score=0.5{'&' * n}",
        "scores": lambda n: f"scores?bins={50 + n}",
        "facets": lambda n: f"facets?{'&' * n}",
    }
    print(f"the whole scene, medians of {REPEATS}: {'cold ms':>14}{'CPU':>8}{'warm ms':>10}")
    for name, path in asked.items():
        urls = [f"/api/scenes/{scene.id}/{path(n)}" for n in range(REPEATS)]
        began = time.process_time()
        cold = np.median([timed(partial(ask, client, url, "application/json"))[0] for url in urls])
        cpu = (time.process_time() - began) / REPEATS
        warm = np.median([timed(partial(ask, client, url, "application/json"))[0] for url in urls])
        print(f"{name:<38}{cold * 1e3:>12.1f}{cpu * 1e3:>8.1f}{warm * 1e3:>10.1f}")


def ask(client: FlaskClient, url: str, accept: str) -> bytes:
    """Return the body of the answer."""
    reply = client.get(url, headers={"Accept": accept})
    if reply.status_code != 200:
        raise SystemExit(f"{url} answered {reply.status_code}: {reply.text}")
    return bytes(reply.data)


def timed(call: Callable[[], _Result]) -> tuple[float, _Result]:
    """Seconds of wall time, and the result."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main()
