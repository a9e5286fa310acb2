"""The analyst's desk in a real browser: how soon there is a map, and how smoothly it moves under many objects.

    python benchmarks/desk.py [--count 100000] [--runs 3] [--only drag,pan] [--no-webgl] [--keep DIR]
    python benchmarks/desk.py --only memory --minutes 30

Makes a project with two scenes of the same ground by code, one with 30 polygons (the floor: what the browser and the
imagery cost on this machine at this moment) and one with `--count`, and in a corner of each a hundred outlines of a
hundred corners. Starts the real server, and does the same things in both, alternately, in headless Chromium without a
GPU; the client asks for no WebGL, and `--no-webgl` shows that it does not miss it. Frame times are the page's own, from
requestAnimationFrame; the 95th percentile of a gesture includes every frame from its first event until everything is
drawn again. From key to frame is until the frame after which nothing is left to be drawn or loaded. Printed is the
median of the runs, and what a review adds to the memory of the page. The gestures are in `desk_gestures.py`.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import numpy as np
from desk_gestures import GESTURES, Gesture, Row
from desk_page import Desk, desk_at
from desk_project import FEW, filled_m, make_project
from desk_review import Memory, Meter, review
from plain_page import Connection, PlainPage, plain_page
from playwright.sync_api import Browser, Page, sync_playwright

from server.pages import STATIC

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
MEMORY = "memory"
SERVE = """
import sys; from geoengine.project import Project; from server.serve import serve
serve(Project.open(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))
"""


@contextmanager
def served(project: Path) -> Iterator[str]:
    """Start a server in a process of its own and yield its address."""
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
    browser: Browser, url: str, side_m: float, runs: int, gesture: Gesture
) -> Iterator[tuple[Row, float, float]]:
    """Each row with the median of its runs in the scene with few polygons and in the one with many."""
    found: dict[int, list[list[float]]] = {1: [], 2: []}
    for _ in range(runs):
        for scene, values in found.items():
            desk = desk_at(browser, url, scene, side_m)
            values.append(gesture.run(desk))
            assert isinstance(desk.page, Page)
            desk.page.context.close()
    few, many = (np.median(values, axis=0).tolist() for values in found.values())
    yield from zip(gesture.rows, few, many, strict=True)


def report(browser: Browser, url: str, wanted: set[str], options: argparse.Namespace) -> None:
    """Print a line for each row of each requested gesture."""
    side_m = filled_m(options.count)
    print(f"{'':<50}{'goal':>8}{FEW:>10,}{options.count:>12,}{'ratio':>8}")
    for gesture in GESTURES:
        if wanted and gesture.key not in wanted:
            continue
        for row, few, many in measure(browser, url, side_m, options.runs, gesture):
            print(f"{row.what:<50}{row.goal:>8}{few:>10.2f}{many:>12.2f}{many / few:>8.2f}", flush=True)


def report_memory(browser: Connection, desk: Desk, minutes: float) -> None:
    """Print how the memory of the page grows."""
    first: Memory | None = None
    print(
        f"{'decisions':>10}{'heap MB':>10}{'more':>8}{'process MB':>12}{'more':>8}{'nodes':>8}{'listeners':>11}"
    )
    assert isinstance(desk.page, PlainPage)
    for decisions, memory in review(desk, Meter(browser, desk.page.connection), minutes):
        first = first or memory
        more = (memory.heap_mb - first.heap_mb, memory.process_mb - first.process_mb)
        print(
            f"{decisions:>10}{memory.heap_mb:>10.1f}{more[0]:>8.1f}{memory.process_mb:>12.1f}{more[1]:>8.1f}"
            f"{memory.nodes:>8}{memory.listeners:>11}",
            flush=True,
        )


def client_bytes() -> int:
    """Bytes of the built client as they are sent, gzip."""
    return sum(len(gzip.compress(path.read_bytes())) for path in STATIC.rglob("*") if path.is_file())


def chromium_path() -> str:
    """Return the path of the system's Chromium, or of Playwright's where there is none."""
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    if installed:
        return installed
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> None:
    """Run the gestures asked for on the command line."""
    keys = ", ".join([*(gesture.key for gesture in GESTURES), MEMORY])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=2.0, help="of the review whose memory is watched")
    parser.add_argument("--only", default="", help=f"comma-separated: {keys}")
    parser.add_argument("--no-webgl", action="store_true", help="switch WebGL off in the browser")
    parser.add_argument("--keep", type=Path, help="a folder to make the project in, or to find it in")
    options = parser.parse_args()
    chromium = chromium_path()
    flags = [*FLAGS, "--disable-3d-apis"] if options.no_webgl else FLAGS
    wanted = set(filter(None, options.only.split(",")))
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.keep or Path(temporary)
        if not (directory / "project").exists():
            make_project(directory, options.count)
        with served(directory / "project") as url:
            if wanted != {MEMORY}:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=chromium, args=flags)
                    report(browser, url, wanted, options)
                    browser.close()
            if not wanted or MEMORY in wanted:
                with plain_page(chromium, flags) as (page, watched):
                    report_memory(watched, Desk(page, url, 2, filled_m(options.count)), options.minutes)
    print(f"{'built client, gzip, kB':<50}{'< 600':>8}{client_bytes() / 1000:>22.1f}")


if __name__ == "__main__":
    main()
