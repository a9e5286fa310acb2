"""What the browser tests drive: a town made by code, a server of its own, and an analyst at a browser."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine
from PIL import Image

from geoengine.model import CreateFeature, FeatureState, LabelClass, Origin
from geoengine.project import Project
from geoengine.tasks.scenes.register import Registration, register_scene
from server.app import MAX_BODY_BYTES

SIZE_PX, GSD = 1024, 0.5
EAST, NORTH = 300_000, 3_050_000
UIDS = [f"{n:032x}" for n in range(1, 9)]  # in review order: the first has the highest score
PATIENCE_S = 90.0
SERVE = """
import os, sys, time; from pathlib import Path
from flask import Flask
from geoengine.project import Project; from server import app; from server.outlines import outliner
from server.serve import serve
# Each request may be made to wait, for `make soak`: what a test reads before it is there fails then.
wait_s, answer = float(os.environ.get("GEOENGINE_REQUEST_WAIT_MS", "0")) / 1000, Flask.wsgi_app
Flask.wsgi_app = lambda app, *request: (time.sleep(wait_s), answer(app, *request))[1]
outliner.has_runtime = lambda: False  # these roofs are of one colour: no place for a network
app.MAX_BODY_BYTES = int(sys.argv[3])
serve(Project.open(sys.argv[1]), port=int(sys.argv[2]), imagery=map(Path, sys.argv[4:]))
"""


FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Every test runs where there is no WebGL, and fails where a page asks for it.
WITHOUT_WEBGL = "--disable-3d-apis"


# Who has seen the first cards; a page without storage, or without the address of one, has none to show.
NO_FIRST_CARDS = "try { localStorage.setItem('geoengine/first-cards', 'seen'); } catch {}"


def missing(what: str) -> None:
    """Skip the test, or fail it where a browser is required."""
    (pytest.fail if os.environ.get("GEOENGINE_REQUIRE_BROWSER") == "1" else pytest.skip)(what)


@contextmanager
def launched(playwright: Any, flags: list[str]) -> Iterator[Any]:
    """Run a Chromium for as long as the block lasts."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("no Chromium on PATH: install Debian's package `chromium` to run the browser tests")
    browser = playwright.chromium.launch(executable_path=program, args=flags)
    yield browser
    browser.close()


def roof(n: int) -> shapely.Polygon:
    """Proposal `n` in pixels: 60 x 40, eight of them in two rows."""
    col, row = 200 + 160 * (n % 4), 300 + 200 * (n // 4)
    return shapely.box(col, row, col + 60, row + 40)


def to_world(pixels: Any) -> Any:
    """A geometry in pixels as one in the scene's CRS."""
    return shapely.transform(pixels, lambda xy: xy * [GSD, -GSD] + [EAST, NORTH])


def to_pixels(world: Any) -> Any:
    """The inverse of `to_world`."""
    return shapely.transform(world, lambda xy: (xy - [EAST, NORTH]) / [GSD, -GSD])


def proposal(n: int) -> CreateFeature:
    geometry, score = to_world(roof(n)), 0.95 - 0.1 * n
    return CreateFeature(UIDS[n], "building", geometry, FeatureState.PROPOSED, score, Origin.MODEL, "m")


def make_project(directory: Path) -> Project:
    """One scene of noisy ground with eight bright roofs, each proposed a little beside the truth."""
    values = np.random.default_rng(11).integers(60, 110, (3, SIZE_PX, SIZE_PX), dtype=np.uint8)
    for n in range(8):
        left, top, right, bottom = (int(v) for v in roof(n).bounds)
        values[:, top + 2 : bottom + 3, left + 3 : right + 2] += 110
    profile = {"driver": "GTiff", "width": SIZE_PX, "height": SIZE_PX, "count": 3, "dtype": "uint8"}
    grid = Affine(GSD, 0, EAST, 0, -GSD, NORTH)
    with rasterio.open(directory / "town.tif", "w", crs="EPSG:32645", transform=grid, **profile) as raster:
        raster.write(values)
    classes = [LabelClass("building", "Building", "#56b4e9"), LabelClass("tree", "Tree", "#e69f00")]
    project = Project.create(
        directory / "project", "Test town", classes, author="ana", marking="UNCLASSIFIED"
    )
    with project.store() as store:
        scene = register_scene(
            project,
            store,
            directory / "town.tif",
            Registration(name="Town", acquired_at="2024-05-01T04:55:00Z"),
        )
        proposals = [proposal(n) for n in range(8)]
        store.replace_proposals(scene.id, ["building"], proposals, token="proposals-1", author="m")
    return project


def add_earlier_town(project: Project) -> None:
    """The same ground some years before: darker, and two of the roofs are not there yet."""
    values = np.random.default_rng(12).integers(20, 50, (3, SIZE_PX, SIZE_PX), dtype=np.uint8)
    for n in range(6):
        left, top, right, bottom = (int(v) for v in roof(n).bounds)
        values[:, top + 2 : bottom + 3, left + 3 : right + 2] += 60
    path = project.directory.parent / "earlier.tif"
    profile = {"driver": "GTiff", "width": SIZE_PX, "height": SIZE_PX, "count": 3, "dtype": "uint8"}
    grid = Affine(GSD, 0, EAST, 0, -GSD, NORTH)
    with rasterio.open(path, "w", crs="EPSG:32645", transform=grid, **profile) as raster:
        raster.write(values)
    with project.store() as store:
        register_scene(
            project, store, path, Registration(name="Town before", acquired_at="2019-03-01", marking="CUI")
        )


@dataclass
class Server:
    """The server as a process of its own, so that it can be killed."""

    project: Project
    port: int
    most_bytes: int = MAX_BODY_BYTES
    imagery: tuple[Path, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        settings = (self.project.directory, self.port, self.most_bytes, *self.imagery)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *map(str, settings)],
            cwd=Path(__file__).parents[2],
        )
        wait_for(self._answers, "the server answers")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def labels(self) -> geopandas.GeoDataFrame:
        """The written-back file as somebody downstream reads it, in pixels, by uid."""
        with urllib.request.urlopen(f"{self.url}/api/scenes/1/labels.geojson") as reply:
            reply.read()
        (path,) = self.project.labels_dir.glob("*.geojson")
        frame = geopandas.read_file(path).to_crs("EPSG:32645").set_index("uid")
        return frame.set_geometry(to_pixels(frame.geometry.to_numpy()))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=1):
                return True
        except OSError:
            return False


PAGES: list[Any] = []
"""Pages that were opened; closed ones go when the next wait begins."""


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    PAGES[:] = [page for page in PAGES if not page.is_closed()]
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"after {PATIENCE_S:.0f} s it is still not so that {what}")
        # Playwright tells of requests, and lets routes answer, only while something is asked of it.
        if PAGES:
            PAGES[-1].wait_for_timeout(50)
        else:
            time.sleep(0.05)


@dataclass
class Analyst:
    """A person with a browser of their own."""

    page: Any
    url: str
    errors: list[str] = field(default_factory=list)
    newcomer: bool = False
    """Whether the first cards are still to be shown in this browser."""

    def __post_init__(self) -> None:
        PAGES.append(self.page)
        if not self.newcomer:
            self.page.add_init_script(NO_FIRST_CARDS)

    def watch_for_errors(self) -> None:
        """Collects what breaks a script or the content policy, or asks for WebGL."""

        def on_message(message: Any) -> None:
            if "Security Policy" in message.text or message.text.startswith("Asked for"):
                self.errors.append(message.text)

        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", on_message)

    def open(self, fragment: str = "") -> None:
        self.page.goto(f"{self.url}/{fragment}")
        self.idle()

    def evaluate(self, expression: str, argument: object = None) -> Any:
        # evaluate() only: the page's content policy forbids what wait_for_function does.
        return self.page.evaluate(expression, argument)

    def until(self, expression: str) -> None:
        wait_for(lambda: self.evaluate(expression), expression)

    def idle(self) -> None:
        self.until("Boolean(window.geoengine && window.geoengine.idle)")

    def tab(self, name: str) -> None:
        """Bring a tab of the panel to the front: review, objects or view."""
        self.page.click(f"#tab-{name}")

    def status(self, wanted: str) -> None:
        self.until(f"document.body.dataset.saveStatus === '{wanted}'")

    def box(self, selector: str) -> Any:
        """Return `x`, `y`, `width` and `height` of an element on the page."""
        return self.evaluate("one => document.querySelector(one).getBoundingClientRect().toJSON()", selector)

    def feature(self, uid: str) -> Any:
        return self.evaluate("uid => window.geoengine.feature(uid)", uid)

    def screen(self, pixel: tuple[float, float]) -> tuple[int, int]:
        """Return the position of a raster pixel on the page, in whole screen pixels."""
        point = to_world(shapely.Point(pixel))
        x, y = self.evaluate("world => window.geoengine.toPage(world)", [point.x, point.y])
        return round(x), round(y)

    def raster(self, page: tuple[float, float]) -> tuple[float, float]:
        """Return the raster pixel at a position on the page."""
        point = to_pixels(shapely.Point(self.evaluate("page => window.geoengine.toWorld(page)", list(page))))
        return point.x, point.y

    def click(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """Click near a raster pixel; return the exact position."""
        point = self.screen(pixel)
        self.page.mouse.click(*point)
        return self.raster(point)

    def select_proposal(self, n: int) -> None:
        """Click on proposal `n`."""
        self.click((roof(n).centroid.x, roof(n).centroid.y))
        self.until(f"document.body.dataset.selected === '{UIDS[n]}'")

    def drag(self, start: tuple[float, float], dx: int, dy: int) -> tuple[float, float]:
        """Drag from a raster pixel by screen pixels; return the raster pixel of the release."""
        x, y = self.screen(start)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx // 2, y + dy // 2, steps=3)
        self.page.mouse.move(x + dx, y + dy, steps=3)
        let_go = self.raster((x + dx, y + dy))
        self.page.mouse.up()
        return let_go

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def pixels(ana: Analyst, corner: tuple[float, float], side: int = 16) -> npt.NDArray[np.uint8]:
    """The screen (side, side, 3) right of and below a raster pixel's corner, without what lies over it."""
    x, y = ana.screen(corner)
    shot = ana.page.screenshot(clip={"x": x, "y": y, "width": side, "height": side})
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
