"""The memory of the desk's page through a long review.

One decision every two seconds, as a quick analyst takes them: accepted or rejected by key, some after a corner was
dragged, some undone and taken again; the map is panned and zoomed between them, and now and then the whole scene is
looked at.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desk_page import Desk
from plain_page import Connection

PACE_S = 2.0
# Of an object without a hole, which a corner dragged inwards could meet.
CORNER = """(([shell, ...holes]) => !holes.length && shell && geoengine.toPage(shell[0]))(
    geoengine.selected?.geometry.coordinates ?? [])"""


@dataclass(frozen=True)
class Memory:
    """What a page holds after its garbage has been collected."""

    heap_mb: float
    """JavaScript objects and what belongs to them."""
    process_mb: float
    """Private memory of the page's process; the program and pictures that the browser may drop are not in it."""
    nodes: int
    listeners: int


class Meter:
    """Weighs one page."""

    def __init__(self, browser: Connection, page: Connection) -> None:
        """Switch the page's heap profiler on."""
        self._browser, self._page = browser, page
        self._page.send("HeapProfiler.enable")

    def read(self) -> Memory:
        """Return the page's memory after a garbage collection."""
        for _ in range(2):  # what finalizers let go of is gone the second time
            self._page.send("HeapProfiler.collectGarbage")
        # Freed memory and caches are kept by the process until it is asked for them.
        self._page.send("Memory.simulatePressureNotification", {"level": "critical"})
        heap = self._page.send("Runtime.getHeapUsage")
        used = heap["usedSize"] + heap.get("embedderHeapUsedSize", 0) + heap.get("backingStorageSize", 0)
        counted = self._page.send("Memory.getDOMCounters")
        return Memory(used / 1e6, self._private_mb(), counted["nodes"], counted["jsEventListeners"])

    def _private_mb(self) -> float:
        """Return the memory of the browser's largest renderer: the page's, where no other page is open."""
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        pages = [each["id"] for each in processes if each["type"] == "renderer"]
        return max(_private_kb(number) for number in pages) * 1024 / 1e6


def _private_kb(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def review(desk: Desk, meter: Meter, minutes: float, readings: int = 10) -> Iterator[tuple[int, Memory]]:
    """Reviews for so long; yields the number of decisions and the memory at the beginning and in equal steps."""
    desk.open()
    desk.page.keyboard.press("n")
    desk.until("Boolean(document.body.dataset.selected)")
    yield 0, meter.read()
    began, number = time.monotonic(), 0
    for reading in range(1, readings + 1):
        while time.monotonic() < began + reading / readings * minutes * 60:
            number += 1
            until = time.monotonic() + PACE_S
            decide(desk, number)
            time.sleep(max(0.0, until - time.monotonic()))
        desk.saved()
        yield number, meter.read()


def decide(desk: Desk, number: int) -> None:
    """One decision, with what goes before it and after it."""
    key = "a" if number % 3 else "x"
    if number % 5 == 0:
        correct(desk)
    desk.page.keyboard.press(key)
    if number % 8 == 0:
        desk.page.keyboard.press("Control+z")
        desk.page.keyboard.press(key)
    time.sleep(0.2)
    # From beside the selected object, whose vertices a drag would move.
    desk.drag((200, 160) if number % 2 else (880, 160), 300 if number % 2 else -300, 200, steps=6)
    desk.page.mouse.wheel(0, 240 if number % 4 < 2 else -240)
    if number % 20 == 0:
        desk.page.keyboard.press("f")  # the whole scene, in counts; the next object brings the view back


def correct(desk: Desk) -> None:
    """Drag a vertex of the selected object by a few pixels."""
    desk.page.keyboard.press("c")
    time.sleep(0.3)
    corner = desk.evaluate(
        "geoengine.selected && geoengine.toPage(geoengine.selected.geometry.coordinates[0][0])"
    )
    if corner:
        desk.drag((corner[0], corner[1]), 5, 3, steps=3)
