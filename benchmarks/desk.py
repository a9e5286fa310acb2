"""The analyst's desk in a real browser: how soon there is a map, and how smoothly it moves under many objects.

    python benchmarks/desk.py [--count 100000] [--runs 3] [--reviews 60] [--only drag,pan] [--keep DIR]

Makes a project with two scenes of the same ground by code, one with 30 polygons (the floor: what the browser and the
imagery cost on this machine at this moment) and one with `--count`, starts the real server, and does the same things in
both, alternately, in headless Chromium without a GPU: with WebGL (SwiftShader, on the processor) and with WebGL
switched off. Frame times are the page's own, from requestAnimationFrame; the 95th percentile of a gesture includes
every frame from its first event until everything is drawn again. Printed is the median of the runs. Add a measurement
by adding a function to `MEASUREMENTS`.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine
from playwright.sync_api import Browser, Page, sync_playwright

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin
from geoengine.project import Project
from geoengine.tasks.register import register_scene
from server.pages import STATIC

SEED = 6
SIDE_PX = 4096
EAST, NORTH = 300_000.0, 3_060_000.0
AREA_M2 = 144.0  # of ground for each polygon: a dense old town
FEW = 30
MOST_OUTLINES = 5000  # in the view that is panned: just under what the map shows as outlines
BATCH = 25_000
MAP_PX = (1012, 758)  # what the panel and the bars leave of the page
CLASSES = [LabelClass("building", "Building", "#e69f00"), LabelClass("tree", "Tree", "#009e73")]
PATIENCE_S = 120.0
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
MODES = {"WebGL in software": [], "no WebGL": ["--disable-3d-apis"]}
SERVE = """
import sys; from geoengine.project import Project; from server.serve import serve
serve(Project.open(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))
"""
# Runs before the page's own scripts: frame times, and when the map was first whole.
RECORDER = """
window.bench = { frames: [], ready: 0, framed: 0 };
let last = 0, selected = "", pressed = 0;
document.addEventListener("keydown", () => { pressed = performance.now(); bench.framed = 0; }, true);
const look = (now) => {
  if (last) bench.frames.push(now - last);
  last = now;
  const g = window.geoengine;
  if (g && g.idle && !bench.ready) bench.ready = performance.now();
  const uid = document.body ? document.body.dataset.selected : "";
  if (g && g.map && uid && uid !== selected && !g.map.getView().getAnimating()) {
    selected = uid;
    bench.framed = performance.now() - pressed;
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

NEAREST = """([x, y]) => {
  const away = ({ geometry }) => Math.hypot(geometry.coordinates[0][0][0] - x, geometry.coordinates[0][0][1] - y);
  return geoengine.features().reduce((a, b) => (away(a) < away(b) ? a : b)).geometry.coordinates[0];
}"""


@dataclass
class Desk:
    """A page with one scene open."""

    page: Page
    url: str
    scene: int
    side_m: float

    def look(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def until(self, expression: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.look(expression):
            if time.monotonic() > deadline:
                raise SystemExit(f"After {PATIENCE_S:.0f} s it is still not so that {expression}.")
            time.sleep(0.02)

    def idle(self) -> None:
        self.until("Boolean(window.geoengine && window.geoengine.idle)")

    def open(self) -> None:
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#scene={self.scene}")
        self.idle()

    def go(self, resolution: float) -> None:
        """The middle of the scene at so many metres per screen pixel."""
        x, y = EAST + self.side_m / 2, NORTH - self.side_m / 2
        self.look(f"location.hash = '#scene={self.scene}&x={x}&y={y}&r={resolution}'")
        time.sleep(0.2)
        self.idle()

    def full(self) -> float:
        """The resolution at which the dense scene has as many outlines in view as are ever drawn."""
        return float(np.sqrt(MOST_OUTLINES * AREA_M2 / (MAP_PX[0] * MAP_PX[1])))

    def near(self) -> float:
        return 0.15

    @contextmanager
    def frames(self) -> Iterator[list[float]]:
        """Collects the frames of what is done meanwhile, in ms, until the page is idle again."""
        found: list[float] = []
        self.look("bench.frames.length = 0")
        yield found
        self.idle()
        found.extend(self.look("bench.frames"))

    def drag(self, start: tuple[float, float], dx: int, dy: int, steps: int = 60) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for step in range(1, steps + 1):
            mouse.move(start[0] + dx * step / steps, start[1] + dy * step / steps)
            time.sleep(0.01)
        mouse.up()

    def take_one(self) -> tuple[float, float]:
        """Selects the object nearest to the middle; returns where its first corner is on the page."""
        x, y = EAST + self.side_m / 2, NORTH - self.side_m / 2
        ring = self.page.evaluate(NEAREST, [x, y])
        middle = np.mean(ring[:-1], axis=0).tolist()
        self.look(f"location.hash = '#scene={self.scene}&x={middle[0]}&y={middle[1]}&r={self.near()}'")
        time.sleep(0.2)
        self.idle()
        self.page.mouse.click(*self.page.evaluate("p => geoengine.toPage(p)", middle))
        self.until("Boolean(geoengine.selected)")
        corner = self.look("geoengine.toPage(geoengine.selected.geometry.coordinates[0][0])")
        return corner[0], corner[1]


def p95(values: list[float]) -> float:
    return float(np.percentile(values, 95)) if values else float("nan")


def first_map(desk: Desk) -> float:
    desk.open()
    return float(desk.look("bench.ready")) / 1000


def pan_counts(desk: Desk) -> float:
    desk.open()
    with desk.frames() as frames:
        desk.drag((500, 400), -200, -150)
        desk.drag((500, 400), 200, 150)
    return p95(frames)


def pan(desk: Desk) -> float:
    desk.open()
    desk.go(desk.full())
    with desk.frames() as frames:
        for dx, dy in [(-400, -200), (400, 200), (-300, 250), (300, -250)]:
            desk.drag((500, 400), dx, dy)
            desk.idle()
    return p95(frames)


def zoom(desk: Desk) -> float:
    desk.open()
    desk.go(desk.full())
    desk.page.mouse.move(500, 400)
    with desk.frames() as frames:
        for delta in [-240] * 4 + [240] * 6 + [-240] * 2:
            desk.page.mouse.wheel(0, delta)
            time.sleep(0.12)
    return p95(frames)


def drag_vertex(desk: Desk) -> float:
    desk.open()
    desk.go(desk.near())
    corner = desk.take_one()
    with desk.frames() as frames:
        desk.drag(corner, 60, 40)
    desk.page.keyboard.press("Control+z")
    desk.until("document.body.dataset.saveStatus === 'saved'")
    return p95(frames)


def accept_to_next(desk: Desk) -> float:
    desk.open()
    desk.go(desk.near())
    desk.page.keyboard.press("n")
    desk.until("Boolean(document.body.dataset.selected)")
    times = []
    for _ in range(8):
        time.sleep(0.5)
        desk.page.keyboard.press("a")
        desk.until("bench.framed > 0")
        times.append(desk.look("bench.framed"))
        desk.page.keyboard.press("Control+z")
        desk.page.keyboard.press("n")
    desk.until("document.body.dataset.saveStatus === 'saved'")
    return statistics.median(times)


@dataclass(frozen=True)
class Measurement:
    key: str
    what: str
    goal: str
    run: Callable[[Desk], float]


MEASUREMENTS = (
    Measurement("first", "first usable map, s", "< 3", first_map),
    Measurement("counts", "pan over counts, p95 frame ms", "< 33", pan_counts),
    Measurement("pan", "pan over 5,000 outlines, p95 frame ms", "< 33", pan),
    Measurement("zoom", "zoom, outlines to counts and back, p95 frame ms", "< 33", zoom),
    Measurement("drag", "dragging a vertex, p95 frame ms", "< 20", drag_vertex),
    Measurement("accept", "accept key to next object framed, ms", "< 100", accept_to_next),
)


def review_growth(desk: Desk, reviews: int) -> float:
    """MB that the page's heap grows by in a scripted review with pans and zooms in between."""
    session = desk.page.context.new_cdp_session(desk.page)
    session.send("HeapProfiler.enable")

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(desk.look("performance.memory.usedJSHeapSize")) / 1e6

    desk.open()
    desk.page.keyboard.press("n")
    desk.until("Boolean(document.body.dataset.selected)")
    before = heap()
    for number in range(reviews):
        desk.page.keyboard.press("a" if number % 3 else "x")
        desk.drag((500, 400), 300, 200, steps=6)
        desk.page.mouse.wheel(0, 240 if number % 2 else -240)
        time.sleep(0.2)
    desk.until("document.body.dataset.saveStatus === 'saved'")
    desk.idle()
    return heap() - before


def polygons(rng: np.random.Generator, count: int, side_m: float) -> Any:
    """`count` turned rectangles of 4 to 9 m, anywhere in the scene, in the scene's CRS."""
    center = np.array([EAST, NORTH - side_m]) + 5 + rng.random((count, 2)) * (side_m - 10)
    half, angle = rng.uniform(1.5, 3.5, (count, 2)), rng.uniform(0, np.pi, count)
    corners = half[:, None] * [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    turn = np.stack(
        [np.stack([np.cos(angle), -np.sin(angle)], -1), np.stack([np.sin(angle), np.cos(angle)], -1)], 1
    )
    return shapely.polygons(np.einsum("nij,nvj->nvi", turn, corners) + center[:, None])


def make_project(directory: Path, count: int) -> float:
    """Two scenes of the same size, the first with few polygons; returns the side in metres."""
    directory.mkdir(parents=True, exist_ok=True)
    side_m = float(np.sqrt(count * AREA_M2))
    rng = np.random.default_rng(SEED)
    project = Project.create(directory / "project", "Desk", CLASSES, author="benchmark")
    with project.store() as store:
        for name, number in (("few", FEW), ("many", count)):
            scene = register_scene(
                project, store, make_raster(directory / f"{name}.tif", rng, side_m), name=name
            )
            outlines = polygons(rng, number, side_m)
            for start in range(0, number, BATCH):
                batch = tuple(create(rng, outline) for outline in outlines[start : start + BATCH])
                store.commit(Changeset(f"{name}-{start}", scene.id, "benchmark", batch))
    return side_m


def make_raster(path: Path, rng: np.random.Generator, side_m: float) -> Path:
    """Fields of noise, bright and dark."""
    fields = rng.integers(20, 200, (SIDE_PX // 64, SIDE_PX // 64), dtype=np.uint8).repeat(64, 0).repeat(64, 1)
    values = fields + rng.integers(0, 40, (3, SIDE_PX, SIDE_PX), dtype=np.uint8)
    gsd = side_m / SIDE_PX
    profile = {
        "driver": "GTiff",
        "width": SIDE_PX,
        "height": SIDE_PX,
        "count": 3,
        "dtype": "uint8",
        "crs": "EPSG:32645",
    }
    with rasterio.open(path, "w", transform=Affine(gsd, 0, EAST, 0, -gsd, NORTH), **profile) as raster:
        raster.write(values)
    return path


def create(rng: np.random.Generator, outline: shapely.Polygon) -> CreateFeature:
    state = FeatureState(rng.choice(list(FeatureState), p=[0.7, 0.2, 0.1]))
    key = CLASSES[int(rng.random() < 0.3)].key
    return CreateFeature(
        rng.bytes(16).hex(), key, outline, state, float(rng.beta(4, 2)), Origin.MODEL, "benchmark"
    )


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The address of a server of its own process."""
    process = Popen(
        [sys.executable, "-c", SERVE, str(project)], stdout=PIPE, text=True, cwd=Path(__file__).parents[1]
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def desk_at(browser: Browser, url: str, scene: int, side_m: float) -> Desk:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(RECORDER)
    return Desk(page, url, scene, side_m)


def measure(
    browser: Browser, url: str, side_m: float, runs: int, wanted: set[str]
) -> Iterator[tuple[Measurement, float, float]]:
    """Each measurement with the median of its runs in the scene with few polygons and in the one with many."""
    for measurement in MEASUREMENTS:
        if wanted and measurement.key not in wanted:
            continue
        found: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(runs):
            for scene, values in found.items():
                desk = desk_at(browser, url, scene, side_m)
                values.append(measurement.run(desk))
                desk.page.context.close()
        yield measurement, statistics.median(found[1]), statistics.median(found[2])


def client_bytes() -> int:
    """Bytes of the built client as they are sent, gzip."""
    return sum(len(gzip.compress(path.read_bytes())) for path in STATIC.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--reviews", type=int, default=60, help="decisions of the review whose memory is watched"
    )
    parser.add_argument(
        "--only", default="", help="comma-separated: " + ", ".join(m.key for m in MEASUREMENTS)
    )
    parser.add_argument("--keep", type=Path, help="a folder to make the project in, or to find it in")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        directory = options.keep or Path(temporary)
        side_m = float(np.sqrt(options.count * AREA_M2))
        if not (directory / "project").exists():
            make_project(directory, options.count)
        with served(directory / "project") as url:
            for mode, flags in MODES.items():
                browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
                print(f"{mode:<50}{'goal':>8}{FEW:>10,}{options.count:>12,}{'ratio':>8}")
                wanted = set(filter(None, options.only.split(",")))
                for measurement, few, many in measure(browser, url, side_m, options.runs, wanted):
                    print(
                        f"{measurement.what:<50}{measurement.goal:>8}{few:>10.2f}{many:>12.2f}{many / few:>8.2f}",
                        flush=True,
                    )
                if options.reviews:
                    growth = review_growth(desk_at(browser, url, 2, side_m), options.reviews)
                    print(
                        f"{f'heap after {options.reviews} decisions, MB more':<50}{'< 50':>8}{'':>10}{growth:>12.1f}"
                    )
                browser.close()
    print(f"{'built client, gzip, kB':<50}{'< 600':>8}{'':>10}{client_bytes() / 1000:>12.1f}")


if __name__ == "__main__":
    main()
