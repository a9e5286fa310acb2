"""What the desk's benchmark does on a page, and the rows of figures that come of it.

Add a measurement by adding a `Gesture` to `GESTURES`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from desk_page import Desk


@dataclass(frozen=True)
class Row:
    """One figure and its goal."""

    what: str
    goal: str


@dataclass(frozen=True)
class Gesture:
    """Something done with a page; `run` returns a figure for each row."""

    key: str
    rows: tuple[Row, ...]
    run: Callable[[Desk], list[float]]


def p95(values: list[float]) -> float:
    """Return the 95th percentile; NaN where there are no values."""
    return float(np.percentile(values, 95)) if values else float("nan")


def first_map(desk: Desk) -> list[float]:
    """Return the time from the page's start to the first whole map, in s."""
    desk.open()
    return [float(desk.evaluate("bench.ready")) / 1000]


def pan_counts(desk: Desk) -> list[float]:
    """Return the 95th percentile of the frame times, in ms, of panning over counts by cell."""
    desk.open()
    with desk.frames() as frames:
        desk.drag((500, 400), -200, -150)
        desk.drag((500, 400), 200, 150)
    return [p95(frames)]


def pan(desk: Desk) -> list[float]:
    """Return the 95th percentile of the frame times, in ms, of panning over the outlines."""
    desk.open()
    desk.go(desk.full())
    with desk.frames() as frames:
        for dx, dy in [(-400, -200), (400, 200), (-300, 250), (300, -250)]:
            desk.drag((500, 400), dx, dy)
            desk.idle()
    return [p95(frames)]


def zoom(desk: Desk) -> list[float]:
    """Return the 95th percentile of the frame times, in ms, of zooming in and out over the outlines."""
    desk.open()
    desk.go(desk.full())
    desk.page.mouse.move(500, 400)
    with desk.frames() as frames:
        for delta in [-240] * 4 + [240] * 6 + [-240] * 2:
            desk.page.mouse.wheel(0, delta)
            time.sleep(0.12)
    return [p95(frames)]


def drag_vertex(desk: Desk) -> list[float]:
    """Return the 95th percentile of the frame times, in ms, of dragging one vertex."""
    desk.open()
    desk.go(desk.near())
    corner = desk.take_one()
    with desk.frames() as frames:
        desk.drag(corner, 60, 40)
    desk.page.keyboard.press("Control+z")
    desk.saved()
    return [p95(frames)]


def accept_to_next(desk: Desk) -> list[float]:
    """Return the times, in ms, from accepting a proposal to the next one's selection."""
    desk.open()
    desk.go(desk.near())
    desk.page.keyboard.press("n")
    desk.until("Boolean(document.body.dataset.selected)")
    times = []
    for _ in range(8):
        time.sleep(0.5)
        desk.page.keyboard.press("a")
        desk.until("bench.framed > 0")
        times.append(desk.evaluate("bench.framed"))
        desk.page.keyboard.press("Control+z")
        desk.page.keyboard.press("n")
    desk.saved()
    return [statistics.median(times)]


def many_corners(desk: Desk) -> list[float]:
    """10,000 corners of 100 outlines moved by a key, brought back and moved again."""
    desk.open()
    desk.take_rings()
    found = []
    for key in ("Alt+ArrowRight", "Control+z", "Control+Shift+z"):
        with desk.frames() as frames:
            found.append(desk.press(key))
            desk.confirm()
            desk.saved()
        found.append(max(frames))
    desk.press("Control+z")
    desk.saved()
    return found


GESTURES = (
    Gesture("first", (Row("first usable map, s", "< 3"),), first_map),
    Gesture("counts", (Row("pan over counts, p95 frame ms", "< 33"),), pan_counts),
    Gesture("pan", (Row("pan over 5,000 outlines, p95 frame ms", "< 33"),), pan),
    Gesture("zoom", (Row("zoom, outlines to counts and back, p95 frame ms", "< 33"),), zoom),
    Gesture("drag", (Row("dragging a vertex, p95 frame ms", "< 20"),), drag_vertex),
    Gesture("accept", (Row("accept key to next object framed, ms", "< 100"),), accept_to_next),
    Gesture(
        "many",
        (
            Row("10,000 corners moved, key to frame, ms", "< 200"),
            Row("  longest frame until it is saved, ms", "< 200"),
            Row("10,000 corners undone, key to frame, ms", "< 200"),
            Row("  longest frame until it is saved, ms", "< 200"),
            Row("10,000 corners redone, key to frame, ms", "< 200"),
            Row("  longest frame until it is saved, ms", "< 200"),
        ),
        many_corners,
    ),
)
