"""The frame around the selection and the keys that move it, as the outlines are on the server afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server, roof

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
MARGIN, STEM = (
    8,
    26,
)  # screen pixels between the outline and the frame, and from there to the handle that turns
LEFT, TOP, RIGHT, BOTTOM = (int(v) for v in roof(0).bounds)


def handle(analyst: Analyst, u: int, v: int, beyond: int = 0) -> tuple[int, int]:
    """Where a handle of the frame around the first object is on the page; (1, 1) is the lower right one."""
    left, top, right, bottom = bounds(analyst)
    x, y = analyst.screen(((left + right + u * (right - left)) / 2, (top + bottom + v * (bottom - top)) / 2))
    return x + u * MARGIN, y + v * MARGIN - beyond


def bounds(analyst: Analyst, uid: str = UIDS[0]) -> tuple[float, ...]:
    """Of a feature as the page has it, in pixels."""
    ring = analyst.feature(uid)["geometry"]["coordinates"][0]
    places = [analyst.evaluate("world => geoengine.toPage(world)", place) for place in ring]
    columns, rows = zip(*(analyst.raster(tuple(place)) for place in places), strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def pull(analyst: Analyst, start: tuple[int, int], dx: int, dy: int, key: str | None = None) -> None:
    """Drags by whole screen pixels while a key is held."""
    page = analyst.page
    if key:
        page.keyboard.down(key)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + dx // 2, start[1] + dy // 2, steps=2)
    page.mouse.move(start[0] + dx, start[1] + dy, steps=2)
    page.mouse.up()
    if key:
        page.keyboard.up(key)


def saved(analyst: Analyst, server: Server, uid: str = UIDS[0]) -> tuple[float, ...]:
    analyst.status("saved")
    found: tuple[float, ...] = server.labels().geometry[uid].bounds
    return found


def test_the_frame_scales_turns_and_moves_and_every_drag_is_one_step(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")  # a screen pixel for a raster pixel
    ana.select_proposal(0)
    ana.keys("t")
    pull(ana, handle(ana, 1, -1), 30, -20)
    assert saved(ana, server) == pytest.approx((LEFT, TOP - 20, RIGHT + 30, BOTTOM), abs=0.01)
    pull(ana, handle(ana, -1, 0), -10, 0, "Control")
    assert saved(ana, server) == pytest.approx((LEFT - 10, TOP - 20, RIGHT + 40, BOTTOM), abs=0.01)
    pull(ana, handle(ana, 1, 0), 11, 0, "Shift")  # 110 x 60 in proportion
    assert saved(ana, server) == pytest.approx((LEFT - 10, TOP - 23, RIGHT + 51, BOTTOM + 3), abs=0.01)
    # A quarter to the right, in steps of 15 degrees.
    pull(ana, handle(ana, 0, -1, STEM), 70, 70, "Shift")
    (width, height), x, y = (121, 66), (LEFT + RIGHT + 41) / 2, (TOP + BOTTOM - 20) / 2
    turned = (x - height / 2, y - width / 2, x + height / 2, y + width / 2)
    assert saved(ana, server) == pytest.approx(turned, abs=0.01)
    pull(ana, ana.screen((x, y)), 12, 34)
    moved = tuple(t + d for t, d in zip(turned, (12, 34, 12, 34), strict=True))
    assert saved(ana, server) == pytest.approx(moved, abs=0.01)
    # Given up halfway.
    ana.page.mouse.move(*ana.screen((x, y)))
    ana.page.mouse.down()
    ana.page.mouse.move(*ana.screen((x + 50, y)), steps=3)
    ana.keys("Escape")
    ana.page.mouse.up()
    assert bounds(ana) == pytest.approx(moved, abs=0.01)
    assert ana.evaluate("geoengine.mode") == "transform"
    ana.keys(*["Control+z"] * 5)
    assert saved(ana, server) == pytest.approx((LEFT, TOP, RIGHT, BOTTOM), abs=0.01)
    ana.keys(*["Control+y"] * 5)
    assert saved(ana, server) == pytest.approx(moved, abs=0.01)


def test_keys_move_rotate_and_scale_and_quick_keys_are_one_step(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    ana.select_proposal(0)
    ana.keys("Alt+ArrowRight", "Alt+ArrowRight", "Alt+ArrowRight", "Alt+Shift+ArrowDown")
    ana.until("geoengine.waiting > 0 || geoengine.feature(geoengine.selected.uid).state === 'accepted'")
    assert saved(ana, server) == pytest.approx((LEFT + 3, TOP + 10, RIGHT + 3, BOTTOM + 10), abs=0.01)
    ana.keys("Control+z")
    assert saved(ana, server) == pytest.approx((LEFT, TOP, RIGHT, BOTTOM), abs=0.01)
    # Two corners chosen, moved by a key that undo takes back at once, and moved again.
    ana.click((RIGHT, TOP))
    ana.keys("Alt+ArrowUp", "Control+z", "Alt+Shift+ArrowRight", "Escape")
    assert ana.evaluate("geoengine.selectedVertices") == 0
    ana.status("saved")
    ring = server.labels().geometry[UIDS[0]].exterior.coords
    assert max(ring)[:2] == pytest.approx((RIGHT + 10, TOP), abs=0.01)
    ana.keys("Control+z")
    # Two objects turned about their middle, and made larger.
    ana.page.keyboard.down("Shift")
    ana.click((roof(1).centroid.x, roof(1).centroid.y))
    ana.page.keyboard.up("Shift")
    ana.keys("Control+Shift+ArrowUp", *["Control+Shift+ArrowRight"] * 9)
    ana.page.mouse.move(5, 300)
    ana.keys("Escape")
    first, second = saved(ana, server), saved(ana, server, UIDS[1])
    assert first[0] == pytest.approx(second[0], abs=0.01)
    assert first[1] < TOP - 50 < BOTTOM + 50 < second[3]
    assert second[3] - first[1] == pytest.approx(230, abs=0.01)
