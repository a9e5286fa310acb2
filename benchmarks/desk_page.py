"""The web map in a browser, as a benchmark sees it and handles it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from dense_scene import AREA_M2, EAST, NORTH
from desk_project import CORNERS, FREE_M, RINGS
from plain_page import PlainPage
from playwright.sync_api import Browser, Page

MOST_OUTLINES = 5000  # in the view that is panned: just under what the map shows as outlines
MAP_PX = (1012, 758)  # what the panel and the bars leave of the page
PATIENCE_S = 120.0
# Runs before the page's own scripts: frame times, when the map was first whole, and when
# the selection was drawn differently than before the last key.
RECORDER = """
localStorage.setItem("geoengine/first-cards", "seen");
window.bench = { frames: [], ready: 0, framed: 0, drawn: 0 };
let last = 0, selected = "", pressed = 0, before = "", changed = false;
const inHand = () => {
  const sources = window.geoengine?.map?.getAllLayers().map((layer) => layer.getSource()) ?? [];
  const source = sources.find((s) => s?.getFeatures?.().some((f) => f.get("label")));
  return source ? source.getExtent().join() : "";
};
document.addEventListener("keydown", () => {
  pressed = performance.now();
  before = inHand();
  changed = false;
  bench.framed = bench.drawn = 0;
}, true);
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
  // Seen changed in a frame, which draws it after this, it has been drawn when the next one begins.
  if (changed && !bench.drawn && g.idle) bench.drawn = performance.now() - pressed;
  else if (pressed && !bench.drawn) changed = inHand() !== before;
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

    page: Page | PlainPage
    url: str
    scene: int
    side_m: float

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression on the page."""
        return self.page.evaluate(expression)

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise SystemExit(f"After {PATIENCE_S:.0f} s it is still not so that {expression}.")
            time.sleep(0.02)

    def idle(self) -> None:
        """Wait until the map has drawn and loaded everything."""
        self.until("Boolean(window.geoengine && window.geoengine.idle)")

    def open(self) -> None:
        """Open the desk on the scene, in a fresh document."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#scene={self.scene}")
        self.idle()

    def go(self, resolution: float, middle_m: float | None = None) -> None:
        """Show the map at a resolution, in metres per px, at the polygons' middle or so far from the scene's corner."""
        along = self.side_m / 2 if middle_m is None else middle_m
        x, y = EAST + along, NORTH - along
        self.evaluate(f"location.hash = '#scene={self.scene}&x={x}&y={y}&r={resolution}'")
        time.sleep(0.2)
        self.idle()

    def full(self) -> float:
        """Return the resolution at which the dense scene has as many outlines in view as are ever drawn."""
        return float(np.sqrt(MOST_OUTLINES * AREA_M2 / (MAP_PX[0] * MAP_PX[1])))

    def near(self) -> float:
        """Return the resolution at which objects are drawn large enough to edit."""
        return 0.15

    @contextmanager
    def frames(self) -> Iterator[list[float]]:
        """Collect the frame times of what is done in the block, in ms, until the page is idle again."""
        found: list[float] = []
        self.evaluate("bench.frames.length = 0")
        yield found
        self.idle()
        found.extend(self.evaluate("bench.frames"))

    def drag(self, start: tuple[float, float], dx: int, dy: int, steps: int = 60) -> None:
        """Drag the pointer from `start` by so many pixels."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for step in range(1, steps + 1):
            mouse.move(start[0] + dx * step / steps, start[1] + dy * step / steps)
            time.sleep(0.01)
        mouse.up()

    def take_one(self) -> tuple[float, float]:
        """Select the object nearest to the middle; return where its first vertex is on the page."""
        x, y = EAST + self.side_m / 2, NORTH - self.side_m / 2
        ring = self.evaluate(f"({NEAREST})([{x}, {y}])")
        middle = np.mean(ring[:-1], axis=0).tolist()
        self.evaluate(f"location.hash = '#scene={self.scene}&x={middle[0]}&y={middle[1]}&r={self.near()}'")
        time.sleep(0.2)
        self.idle()
        self.page.mouse.move(*self.evaluate(f"geoengine.toPage([{middle[0]}, {middle[1]}])"))
        self.page.mouse.down()
        self.page.mouse.up()
        self.until("Boolean(geoengine.selected)")
        corner = self.evaluate("geoengine.toPage(geoengine.selected.geometry.coordinates[0][0])")
        return corner[0], corner[1]

    def take_rings(self) -> None:
        """Select the hundred outlines of a hundred vertices, and all their vertices."""
        self.go(self.near(), self.side_m + FREE_M / 2)
        self.page.keyboard.press("Control+a")
        self.until(f"geoengine.selection.length === {RINGS}")
        self.page.keyboard.press("Control+a")
        self.until(f"geoengine.selectedVertices === {RINGS * CORNERS}")

    def press(self, key: str) -> float:
        """Milliseconds from a key to the frame in which the selection is drawn differently."""
        self.page.keyboard.press(key)
        self.until("bench.drawn > 0")
        return float(self.evaluate("bench.drawn"))

    def confirm(self) -> None:
        """Say that a change of many objects is meant, where the desk asks, soon after the last key."""
        time.sleep(1.5)
        self.evaluate("document.querySelector('dialog:modal [data-choice=proceed]')?.click()")

    def saved(self) -> None:
        """Wait until every edit is saved."""
        time.sleep(1)  # keys in quick succession are one step, which begins to be saved later
        self.until("document.body.dataset.saveStatus === 'saved'")
        self.idle()


def desk_at(browser: Browser, url: str, scene: int, side_m: float) -> Desk:
    """Return a desk in a new page of 1280 x 800 px that records its frames."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(RECORDER)
    return Desk(page, url, scene, side_m)
