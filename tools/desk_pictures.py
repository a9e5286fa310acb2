"""Writer of the ten pictures in docs/desk.md, taken in Chromium of a town made by code.

    python -m tools.desk_pictures [NAME…]

Needs the extra `test`, Chromium and the built client (`make client`). Look at each picture afterwards.
"""

from __future__ import annotations

import io
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from PIL import Image

from server.pages import STATIC
from tests.support.browser import FLAGS, GSD, Analyst, Server, launched, to_world
from tests.support.painted_town import MISSED, house, make_painted_town

TARGET = Path(__file__).resolve().parents[1] / "docs" / "desk"
VIEWPORT, SIZE, QUALITY = {"width": 1280, "height": 800}, (1024, 640), 82


def closer(ana: Analyst, *houses: int) -> None:
    """Show the scene twice enlarged around houses."""
    middle = to_world(shapely.MultiPoint([house(n).centroid for n in houses])).centroid
    ana.open(f"#scene=1&x={middle.x}&y={middle.y}&r={GSD / 2}")


def review(ana: Analyst) -> None:
    """Frame the surest proposal."""
    ana.keys("q")
    ana.until("Boolean(document.body.dataset.selected)")


def transform(ana: Analyst) -> None:
    """Put the frame around two houses."""
    closer(ana, 1, 2)
    ana.click((house(1).centroid.x, house(1).centroid.y))
    ana.page.keyboard.down("Shift")
    ana.click((house(2).centroid.x, house(2).centroid.y))
    ana.page.keyboard.up("Shift")
    ana.keys("t")


def crossing(ana: Analyst) -> None:
    """Draw an outline whose sides cross, and try to finish it."""
    closer(ana, MISSED)
    ana.keys("d")
    left, top, right, bottom = house(MISSED).bounds
    for place in ((left, top), (right, bottom), (right, top), (left, bottom)):
        ana.click(place)
    ana.keys("Enter")


def outline(ana: Analyst) -> None:
    """Click into a house and see what is proposed."""
    closer(ana, MISSED)
    ana.keys("w")
    ana.click((house(MISSED).centroid.x + 3, house(MISSED).centroid.y - 6))
    ana.until("Number(document.body.dataset.proposed) > 0")


def measure(ana: Analyst) -> None:
    """Measure along the road, and show the place in six ways."""
    ana.keys("z", "m")
    for place in ((240, 402), (560, 404), (700, 640)):
        ana.click(place)
    ana.keys("F9")


def divider(ana: Analyst) -> None:
    """Show the earlier date right of the divider."""
    ana.until("!document.querySelector('.compare').hidden")
    ana.keys("F6")


def lines(ana: Analyst) -> None:
    """Set masts, and draw the road beside them."""
    ana.keys("z", "4", "d")
    for place in ((330, 380), (520, 380)):
        ana.click(place)
    ana.keys("Escape", "3", "d")
    for place in ((150, 402), (420, 403), (700, 408), (860, 402)):
        ana.click(place)


def sweep(ana: Analyst) -> None:
    """Go through the scene cell by cell, some of it seen already."""
    ana.keys("F3")
    for _ in range(2):
        ana.page.wait_for_timeout(700)  # a cell is seen that was on the screen for half a second
        ana.keys("Space")


def change(ana: Analyst) -> None:
    """Say that a house is new since the earlier date, whose objects are shown."""
    ana.until("!document.querySelector('.compare').hidden")
    closer(ana, 6, 7)
    ana.tab("view")
    ana.page.locator(".reference", has_text="Objects of").locator("input").first.check()
    ana.click((house(7).centroid.x, house(7).centroid.y))
    ana.keys("Shift+F6")


def pin(ana: Analyst) -> None:
    """Ask about a place where no object is."""
    closer(ana, MISSED)
    ana.keys("Alt+p")
    ana.click((house(MISSED).centroid.x, house(MISSED).centroid.y))
    ana.page.keyboard.type("A house, or a tank?")


SITUATIONS: tuple[Callable[[Analyst], None], ...] = (
    review,
    transform,
    crossing,
    outline,
    measure,
    divider,
    lines,
    sweep,
    change,
    pin,
)


def take(browser: Any, url: str, situation: Callable[[Analyst], None]) -> None:
    """Bring about a situation on a page of its own and keep the picture of it."""
    context = browser.new_context(viewport=VIEWPORT, permissions=["clipboard-read", "clipboard-write"])
    ana = Analyst(context.new_page(), url)
    ana.watch_for_errors()
    ana.open("#scene=1")
    situation(ana)
    ana.idle()
    ana.page.wait_for_timeout(1500)  # the moving of the map, and the tiles of the last view
    picture = Image.open(io.BytesIO(ana.page.screenshot())).convert("RGB")
    context.close()
    if ana.errors:
        raise SystemExit(f"{situation.__name__}: {ana.errors[0]}")
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(
        TARGET / f"{situation.__name__}.webp", quality=QUALITY
    )


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    from playwright.sync_api import sync_playwright

    known = [situation.__name__ for situation in SITUATIONS]
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no picture is called {unknown[0]}; there are {', '.join(known)}")
    if not (STATIC / "index.html").is_file():
        raise SystemExit("the web client is not built: run `make client`")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server = Server(make_painted_town(Path(folder)), port)
        server.start()
        try:
            with sync_playwright() as playwright, launched(playwright, FLAGS) as browser:
                for situation in SITUATIONS:
                    if situation.__name__ in (names or known):
                        take(browser, server.url, situation)
        finally:
            server.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
