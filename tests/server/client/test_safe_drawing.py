"""A drawing and the keys, dialogs and clicks that come in its middle: it is not lost, and nothing else is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from tests.support.browser import wait_for
from tests.support.ground import Ground, Hands, box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Desk = Callable[..., Hands]
HOUSE, SHED = box(300, 300, 400, 400), box(600, 300, 700, 400)
POINTS = [(450.0, 500.0), (550.0, 500.0), (560.0, 600.0), (500.0, 650.0)]
CHANGESETS = "**/api/scenes/1/changesets"


def begin(ana: Hands, corners: int = 4) -> None:
    """Draw the first corners of a polygon."""
    ana.keys("d")
    ana.clicks(*POINTS[:corners])


def is_drawn(ground: Ground, class_key: str = "building") -> bool:
    """Whether exactly the polygon of `POINTS` has been drawn."""
    (drawn,) = ground.new()
    whole = drawn.outline.symmetric_difference(shapely.Polygon(POINTS)).area < 300
    return whole and drawn.class_key == class_key


def test_the_key_of_another_tool_leaves_a_drawing_alone(desk: Desk, ground: Ground) -> None:
    house, _ = ground.put(HOUSE, SHED, proposed=True)
    ana = desk()
    ana.select(house, (350, 350))
    ana.keys("Control+c", "Escape")
    begin(ana)
    for key in ("n", "ArrowRight", "p", "q", "v", "s", "t", "k", "m", "w", "Control+v", "Control+Shift+D"):
        ana.keys(key)
        assert ana.evaluate("geoengine.mode") == "draw", key
        assert "Enter finishes it" in ana.notice(), key
    ana.keys("a", "x", "Delete", "Enter")
    ana.settled()
    assert is_drawn(ground)
    assert ground.one(house).revision == 1
    # What is measured is not lost either; the button of another tool leaves it at once.
    ana.keys("Escape", "m")
    ana.clicks((300, 600), (400, 600))
    ana.keys("ArrowRight")
    assert "Length" in ana.page.inner_text(".measure-badge")
    ana.page.click("[data-command=review]")
    assert ana.evaluate("geoengine.mode") == "review"


def test_a_drawing_survives_another_tool_a_reload_and_back(desk: Desk, ground: Ground) -> None:
    ground.put(HOUSE)
    ana = desk()
    ana.keys("3")
    begin(ana, 2)
    ana.page.click("[data-command=select]")
    ana.keys("d")
    ana.clicks(POINTS[2])
    ana.page.reload()
    ana.idle()
    assert ana.evaluate("geoengine.mode") == "draw"
    ana.page.goto("about:blank")
    ana.page.go_back()
    ana.idle()
    ana.clicks(POINTS[3])
    ana.keys("Enter")
    ana.settled()
    assert is_drawn(ground, "car")
    ana.page.reload()
    ana.idle()
    assert ana.evaluate("geoengine.mode") == "select"


def test_a_drawing_has_an_undo_and_redo_of_its_own(desk: Desk, ground: Ground) -> None:
    (house,) = ground.put(HOUSE)
    ana = desk()
    ana.keys("b")
    ana.pull((100, 200), (160, 260))
    ana.settled()
    ana.keys("Escape", "v", "Control+z")
    begin(ana)
    ana.keys("Control+z", "Control+Shift+z", "Control+Shift+z")
    ana.keys("Enter")
    ana.settled()
    assert is_drawn(ground)
    # Held, undo stops where the drawing is taken back, whether or not the system says that the key repeats.
    ana.keys("Escape", "v")
    ana.select(house, (350, 350))
    ana.keys("3", "Escape")
    for told in (True, False):
        begin(ana, 3)
        ana.hold("z", "KeyZ", 2, times=12, told=told)
        assert ana.evaluate("geoengine.mode") == "draw"
    ana.settled()
    assert ground.one(house).class_key == "car"
    ana.press_raw("z", "KeyZ", 2)
    ana.settled()
    assert ground.one(house).class_key == "building"


def test_a_drawing_has_no_selection_but_its_own(desk: Desk, ground: Ground) -> None:
    house, around = ground.put(HOUSE, box(440, 480, 640, 700))
    ana = desk()
    ana.select(house, (350, 350))
    begin(ana, 3)
    ana.keys("Control+a")
    assert ana.selected() == []
    ana.move((520, 560))
    ana.page.mouse.click(*ana.screen((520, 560)), button="right")
    assert ana.page.locator("dialog[open]").count() == 0
    ana.keys("3", "Delete", "a")
    ana.clicks(POINTS[3])
    ana.keys("Enter")
    ana.settled()
    assert is_drawn(ground, "car")
    assert {ground.one(uid).revision for uid in (house, around)} == {1}
    assert {ground.one(uid).class_key for uid in (house, around)} == {"building"}


def test_a_conflict_waits_for_the_end_of_a_drawing(desk: Desk, ground: Ground) -> None:
    house, _ = ground.put(HOUSE, SHED)
    ana = desk()
    ana.page.context.set_offline(True)
    ana.select(house, (350, 350))
    ana.keys("3", "Escape")
    ana.status("offline")
    ground.edit({"op": "update", "uid": house, "base_revision": 1, "class": "tree"})
    begin(ana)
    ana.page.context.set_offline(False)
    ana.status("attention")
    assert ana.dialog() == ""
    ana.keys("Enter")
    wait_for(lambda: ana.dialog() != "", "the question is asked")
    ana.keys("Enter", "Enter")
    assert ground.one(house).class_key == "tree"
    wait_for(lambda: ground.new(), "the drawing is saved")
    assert is_drawn(ground)
    assert ana.dialog() != ""
    ana.page.click("dialog [data-choice=theirs]")
    ana.settled()
    assert ground.one(house).class_key == "tree"


def test_clicks_with_modifiers_near_a_neighbour(desk: Desk, ground: Ground) -> None:
    ground.put(HOUSE)
    ana = desk()
    ana.keys("d")
    ana.clicks((450, 500), (550, 500))
    with ana.holding("Shift"):
        ana.clicks((405, 405))
    ana.keys("Enter")
    ana.settled()
    assert ground.new()[0].corners == {(450, 500), (550, 500), (400, 400)}
    ana.keys("Control+z")
    # A trace of length nothing, once and twice, and taken back.
    with ana.holding("Control"):
        ana.clicks((300, 350), (350, 300), (350, 300), (350, 300))
    ana.keys("Backspace")
    with ana.holding("Control"):
        ana.clicks((350, 300))
    ana.clicks((250, 250))
    ana.keys("Enter")
    ana.settled()
    (traced,) = ground.new()
    assert traced.corners == {(300, 350), (300, 300), (350, 300), (250, 250)}


@pytest.mark.parametrize(("width", "height"), [(8, 8), (14, 6), (40, 4), (3, 3)])
def test_a_small_object_has_the_corners_that_were_clicked(
    desk: Desk, ground: Ground, width: int, height: int
) -> None:
    ground.put()
    ana = desk()
    ana.keys("d")
    ana.clicks((500, 500), (500 + width, 500), (500 + width, 500 + height), (500, 500 + height))
    assert ground.new() == []
    ana.keys("Enter")
    ana.settled()
    (drawn,) = ground.new()
    assert drawn.outline.area == pytest.approx(width * height, rel=0.2)
    assert len(drawn.corners) == 4


def test_a_paste_twice_at_one_place_says_so(desk: Desk, ground: Ground) -> None:
    (house,) = ground.put(HOUSE)
    ana = desk()
    ana.select(house, (350, 350))
    ana.keys("Control+c")
    ana.move((600, 500))
    ana.keys("Control+v")
    ana.settled()
    ana.keys("Control+v")
    assert "duplicate" in ana.notice()
