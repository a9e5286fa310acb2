"""Objects selected by a lasso, and deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
Pixel = tuple[float, float]


def lasso(analyst: Analyst, *ring: Pixel, key: str | None = None) -> set[str]:
    """Draws a ring through raster pixels; returns the selection then."""
    page = analyst.page
    if key:
        page.keyboard.down(key)
    page.mouse.move(*analyst.screen(ring[0]))
    page.mouse.down()
    for place in ring[1:]:
        page.mouse.move(*analyst.screen(place), steps=4)
    page.mouse.up()
    if key:
        page.keyboard.up(key)
    return set(analyst.evaluate("geoengine.selection.map((f) => f.uid)"))


def test_a_ring_takes_adds_lets_go_and_deletes(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("s")
    # Around the first two, and through the third.
    around = [(190, 280), (540, 290), (545, 350), (180, 360)]
    assert lasso(ana, *around) == set(UIDS[:2])
    assert lasso(ana, (190, 480), (190, 560), (430, 560), (430, 480), key="Shift") == {*UIDS[:2], *UIDS[4:6]}
    assert lasso(ana, (340, 280), (450, 280), (450, 360), (340, 360), key="Control") == {UIDS[0], *UIDS[4:6]}
    assert lasso(ana, *around, key="Alt") == set(UIDS[:3])
    ana.keys("a", "Delete")
    ana.status("saved")
    assert set(server.labels().index) == set(UIDS[3:])
    ana.keys("Control+z")
    ana.status("saved")
    assert set(server.labels().index) == set(UIDS)
    ana.keys("Control+y")
    ana.status("saved")
    assert set(server.labels().index) == set(UIDS[3:])
    # A click still takes one, a ring given up takes none.
    ana.select_proposal(3)
    ana.page.mouse.down()
    ana.page.mouse.move(*ana.screen((900, 600)), steps=4)
    ana.keys("Escape")
    ana.page.mouse.up()
    assert ana.evaluate("geoengine.selected.uid") == UIDS[3]
    ana.keys("Escape", "Escape")
    assert ana.evaluate("geoengine.mode") == "select"
