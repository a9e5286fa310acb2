"""Drags whose ground is taken away by a key, a dialog, a finger or the system: they end, and nothing is spoilt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import wait_for
from tests.support.ground import Ground, Hands, box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Desk = Callable[..., Hands]
HOUSE, SHED = box(300, 300, 400, 400), box(600, 300, 700, 400)
CORNER, PULLED = (400, 300), (430, 270)
CORNERS = {(300, 300), (400, 300), (400, 400), (300, 400)}


def test_a_key_of_the_review_in_the_middle_of_a_drag(desk: Desk, ground: Ground) -> None:
    for key, state in (("a", "accepted"), ("n", "proposed")):
        near, far = ground.put(box(200, 200, 260, 260), box(800, 760, 860, 820), proposed=True)
        ana = desk()
        ana.keys("q")
        wait_for(lambda ana=ana, uid=near: ana.selected() == [uid], "the first one is shown")  # type: ignore[misc]
        ana.idle()
        ana.press((260, 200), (266, 194))
        ana.keys(key)
        wait_for(lambda ana=ana, uid=far: ana.selected() == [uid], "the next one is shown")  # type: ignore[misc]
        ana.let_go()
        ana.settled()
        assert ground.one(near).state == state
        assert ground.one(near).outline.equals_exact(box(200, 200, 260, 260).normalize(), 0.1) or ground.one(
            near
        ).outline.area == pytest.approx(3600)
        assert ground.one(far).revision == 1


@pytest.mark.parametrize("tool", ["v", "t"])
@pytest.mark.parametrize("key", ["Delete", "Control+z", "f", "d", "3"])
def test_a_key_in_the_middle_of_a_drag(desk: Desk, ground: Ground, tool: str, key: str) -> None:
    uid, _ = ground.put(HOUSE, SHED)
    ana = desk()
    ana.select(uid, (350, 350))
    ana.pull(CORNER, (420, 280))
    ana.settled()
    ana.keys(tool)
    ana.press((350, 360) if tool == "t" else (300, 400), (340, 390))
    ana.keys(key)
    ana.idle()
    ana.let_go()
    ana.settled()
    now = ground.one(uid)
    assert ana.dialog() == ""
    assert now.deleted == (key == "Delete")
    if key == "Control+z":
        assert now.corners == CORNERS
    elif key == "3":  # what is dragged is still dragged, and only that
        assert now.class_key == "car"
        assert now.outline.bounds[2] < 480
    else:
        assert now.corners == CORNERS - {CORNER} | {(420, 280)}
    assert len(ground.all()) == (1 if key == "Delete" else 2)


def test_a_window_resized_and_a_button_lost(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(HOUSE)
    ana = desk()
    ana.select(uid, (350, 350))
    ana.press(CORNER, PULLED)
    ana.page.set_viewport_size({"width": 1000, "height": 640})
    ana.idle()
    ana.let_go()
    # The release is never told: the next moves come without a button.
    ana.press(CORNER, PULLED)
    x, y = ana.screen((520, 420))
    for kind, buttons in (
        ("mouseMoved", 0),
        ("mouseMoved", 0),
        ("mousePressed", 1),
        ("mouseReleased", 0),
    ):
        button = "left" if "M" not in kind else "none"
        event = dict(type=kind, x=x, y=y, button=button, buttons=buttons, clickCount=1)
        ana.cdp.send("Input.dispatchMouseEvent", event)
    ana.settled()
    now = ground.one(uid).corners
    assert (520, 420) not in now
    assert len(now) == 4


def test_a_second_finger_and_one_that_the_system_takes_away(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(HOUSE)
    ana = desk(touch=True)
    ana.tap((350, 350))
    wait_for(lambda: ana.selected() == [uid], "the object is selected")
    ana.touch("touchStart", CORNER)
    ana.touch("touchMove", (415, 285))
    ana.touch("touchStart", (415, 285), (560, 560))
    ana.touch("touchMove", (415, 285), (570, 566))
    ana.touch("touchEnd", (415, 285))
    ana.touch("touchMove", (440, 260))
    ana.touch("touchEnd")
    ana.touch("touchStart", CORNER)
    ana.touch("touchMove", (430, 280))
    ana.touch("touchMove", (450, 270))
    ana.touch("touchCancel")
    ana.idle()
    ana.settled()
    assert ground.one(uid).revision == 1
    assert ana.evaluate("geoengine.waiting") == 0


def test_a_pinch_draws_no_rectangle_and_takes_no_lasso(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(HOUSE)
    ana = desk(touch=True)
    for tool in ("b", "i", "s", "w", "d"):
        ana.keys(tool)
        ana.touch("touchStart", (450, 550))
        ana.touch("touchStart", (450, 550), (550, 550))
        for n in range(1, 5):
            ana.touch("touchMove", (450 - 10 * n, 550), (550 + 10 * n, 550))
        ana.touch("touchEnd", (600, 550))
        ana.touch("touchEnd")
        ana.idle()
        assert ana.selected() == []
        ana.keys("Escape", "Escape")
    ana.settled()
    assert [feature.uid for feature in ground.all()] == [uid]


def test_a_press_with_a_trembling_hand_and_a_pan_beside_an_edge(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(box(300, 300, 500, 500), proposed=True)
    ana = desk()
    ana.select(uid, (400, 400))
    ana.pull((400, 500), (402, 502), (403, 502))
    ana.pull((400, 507), (430, 480), (460, 450))  # away from the overview, which lies over the map
    ana.settled()
    assert (ground.one(uid).revision, ground.one(uid).state) == (1, "proposed")
    # An edge still takes a new corner, and a corner is moved by a few pixels.
    ana.idle()
    ana.pull((400, 500), (400, 520))
    ana.settled()
    assert (400, 520) in ground.one(uid).corners


def test_a_right_press_beside_a_corner_and_a_double_click(desk: Desk, ground: Ground) -> None:
    uid, below = ground.put(HOUSE, box(280, 280, 420, 420))
    ana = desk()
    ana.select(uid, (350, 350))
    ana.move((409, 300))
    ana.page.mouse.click(*ana.screen((409, 300)), button="right")
    ana.keys("Escape")
    ana.select(uid, (350, 350))
    ana.page.mouse.dblclick(*ana.screen((350, 350)))
    assert ana.selected() == [below]  # a click, and nothing more
    ana.settled()
    assert ground.one(uid).corners == CORNERS
    ana.keys("Escape", "Escape")
    ana.move((350, 360))
    ana.page.mouse.dblclick(*ana.screen((350, 360)))
    assert ana.selected() == [uid]


def test_an_undo_out_of_sight_is_shown_and_nothing_out_of_sight_is_changed(
    desk: Desk, ground: Ground
) -> None:
    (uid,) = ground.put(box(60, 60, 100, 100))
    ana = desk()
    center = "world => geoengine.map.getView().setCenter(world)"
    ana.evaluate(center, [300_000 + 100, 3_050_000 - 100])
    ana.idle()
    ana.select(uid, (80, 80))
    ana.keys("3")
    ana.settled()
    ana.evaluate(center, [300_000 + 400, 3_050_000 - 425])
    ana.idle()
    for key in ("a", "Delete", "2", "Alt+ArrowRight", "Control+ArrowUp", "Control+x", "Shift+H", "y"):
        ana.keys(key)
        assert "out of view" in ana.notice(), key
    ana.settled()
    assert ground.one(uid).revision == 2
    ana.keys("Escape", "d", "Control+z")
    ana.settled()
    ana.idle()
    assert ground.one(uid).class_key == "building"
    x, y = ana.screen((80, 80))
    assert 0 < x < 1280
    assert 0 < y < 800
