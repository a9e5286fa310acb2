"""The analyst's desk in a real browser: how soon there is a map, and how smoothly it moves under many objects.

    python benchmarks/desk.py [--count 100000] [--runs 3] [--reviews 60] [--only drag,pan] [--keep DIR]

Makes a project with two scenes of the same ground by code, one with 30 polygons (the floor: what the browser and the
imagery cost on this machine at this moment) and one with `--count`, and in a corner of each a hundred outlines of a
hundred corners. Starts the real server, and does the same things in both, alternately, in headless Chromium without a
GPU: with WebGL (SwiftShader, on the processor) and with WebGL switched off. Frame times are the page's own, from
requestAnimationFrame; the 95th percentile of a gesture includes every frame from its first event until everything is
drawn again. From key to frame is until the frame after which nothing is left to be drawn or loaded. Printed is the
median of the runs. Add a measurement by adding a function to `MEASUREMENTS`.
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

import numpy as np
from desk_page import Desk, desk_at
from desk_project import FEW, filled_m, make_project
from playwright.sync_api import Browser, sync_playwright

from server.pages import STATIC

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


def many_corners(desk: Desk) -> dict[str, float]:
    """Milliseconds for 10,000 corners of 100 outlines moved by a key, brought back and moved again."""
    desk.open()
    desk.take_rings()
    found = {}
    for name, key in (("edit", "Alt+ArrowRight"), ("undo", "Control+z"), ("redo", "Control+Shift+z")):
        with desk.frames() as frames:
            found[name] = desk.press(key)
            desk.saved()
        found[f"longest frame of {name}"] = max(frames)
    desk.press("Control+z")
    desk.saved()
    return found


def many_edit(desk: Desk) -> float:
    return many_corners(desk)["edit"]


def many_edit_saved(desk: Desk) -> float:
    return many_corners(desk)["longest frame of edit"]


def many_undo(desk: Desk) -> float:
    return many_corners(desk)["undo"]


def many_redo(desk: Desk) -> float:
    return many_corners(desk)["redo"]


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
    Measurement("edit", "10,000 corners moved, key to frame, ms", "< 200", many_edit),
    Measurement("save", "10,000 corners saved, longest frame, ms", "< 200", many_edit_saved),
    Measurement("undo", "10,000 corners undone, key to frame, ms", "< 200", many_undo),
    Measurement("redo", "10,000 corners redone, key to frame, ms", "< 200", many_redo),
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
        side_m = filled_m(options.count)
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
