"""Keys, corners, undo and cuts that must mean what was seen: by every keyboard, beside other people, and reloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import shapely

from tests.support.browser import wait_for
from tests.support.ground import Ground, Hands, box, grid

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Desk = Callable[..., Hands]
HOUSE, SHED = box(300, 300, 400, 400), box(600, 300, 700, 400)
OCTAGON = shapely.Polygon(
    [(400, 300), (460, 300), (500, 340), (500, 400), (460, 440), (400, 440), (360, 400), (360, 340)]
)
CHANGESETS = "**/api/scenes/1/changesets"
# A dialog is answered, and a key follows before the next frame.
ANSWER_AND_PRESS_2 = """async (choice) => {
    const dialog = document.querySelector("dialog:modal");
    if (choice) dialog.querySelector(`[data-choice=${choice}]`).click();
    else if (dialog.requestClose) dialog.requestClose();
    else dialog.close();
    for (let n = 0; n < 5; n++) await null;
    for (const type of ["keydown", "keyup"])
        document.activeElement.dispatchEvent(new KeyboardEvent(type, { key: "2", code: "Digit2", bubbles: true }));
}"""


def review(ana: Hands, first: str) -> None:
    """Start the review, and wait for its first object."""
    ana.keys("q")
    wait_for(lambda: ana.selected() == [first], "the first proposal is shown")


def corners(ground: Ground, uid: str) -> int:
    """Return the number of corners of an object on the server."""
    return len(ground.one(uid).corners)


@pytest.mark.parametrize("told", [True, False])
def test_a_held_key_decides_deletes_and_pastes_once(desk: Desk, ground: Ground, told: bool) -> None:
    uids = ground.put(*grid(10, 2), proposed=True)
    ana = desk()
    review(ana, uids[0])
    for n, key in enumerate("arx"):
        wait_for(lambda n=n: ana.selected() == [uids[n]], "the next one is shown")  # type: ignore[misc]
        ana.hold(key, f"Key{key.upper()}", told=told)
    wait_for(lambda: ana.selected() == [uids[3]], "the next one is shown")
    ana.hold("Delete", "Delete", told=told)
    ana.settled()
    states = [ground.one(uid).state for uid in uids]
    assert states[:3] == ["accepted", "rejected", "rejected"]
    assert sum(ground.one(uid).revision > 1 for uid in uids) == 4
    (house,) = ground.put(HOUSE)
    ana.page.reload()
    ana.idle()
    ana.keys("z")
    ana.idle()
    ana.select(house, (350, 350))
    ana.keys("Control+c")
    ana.move((600, 500))
    ana.hold("v", "KeyV", 2, told=told)
    ana.settled()
    assert len(ground.new()) == 1


def test_a_chosen_corner_is_that_corner(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(OCTAGON)
    ana = desk()
    ana.select(uid, (430, 370))
    # Removed, it leaves no other one chosen.
    ana.clicks((460, 300))
    ana.keys("Delete", "Delete")
    ana.settled()
    assert (corners(ground, uid), (460, 300) in ground.one(uid).corners) == (7, False)
    ana.keys("Control+z")
    # A corner inserted before it, taken back, or removed elsewhere, does not change which it is.
    ana.clicks((460, 440))
    ana.pull((430, 300), (430, 280))
    ana.settled()
    ana.keys("Delete")
    ana.settled()
    assert (corners(ground, uid), (460, 440) in ground.one(uid).corners) == (8, False)
    ana.keys("Control+z")
    ana.clicks((460, 440))
    with ana.holding("Alt"):
        ana.clicks((400, 300))
    ana.keys("Delete")
    ana.settled()
    assert (460, 440) not in ground.one(uid).corners
    assert (400, 440) in ground.one(uid).corners


def test_a_hole_of_three_corners_goes_alone_and_says_so(desk: Desk, ground: Ground) -> None:
    holes = [[(340, 340), (380, 340), (360, 380)], [(420, 420), (460, 420), (460, 460), (420, 460)]]
    (uid,) = ground.put(shapely.Polygon(box(300, 300, 500, 500).exterior, holes))
    ana = desk()
    ana.select(uid, (320, 430))
    ana.clicks((340, 340))
    ana.keys("Delete")
    assert "filled" in ana.notice()
    ana.keys("Delete")
    ana.settled()
    assert corners(ground, uid) == 8


def test_undo_and_redo_ask_before_they_overwrite_somebody_elses(desk: Desk, ground: Ground) -> None:
    uid, _ = ground.put(HOUSE, SHED)
    ana = desk()
    ana.select(uid, (350, 350))
    ana.pull((400, 300), (420, 280))
    ana.settled()
    theirs = shapely.Polygon([(300, 300), (420, 280), (430, 430), (290, 410)])
    ground.reshape(uid, theirs)
    ana.keys("3")
    wait_for(lambda: ana.dialog() != "", "the conflict is asked about")
    ana.page.click("dialog [data-choice=mine]")
    ana.settled()
    ana.keys("Control+z")
    wait_for(lambda: ground.one(uid).class_key == "building", "the class is as before")
    ana.settled()
    ana.keys("Control+z")
    wait_for(lambda: ana.dialog() != "", "the undo is asked about")
    assert "somebody else" in ana.dialog()
    ana.keys("Escape")
    ana.settled()
    assert ground.one(uid).outline.symmetric_difference(theirs).area < 1
    # Redo, which the page does not know to be behind, is asked about by the server.
    ana.keys("2")
    wait_for(lambda: ground.one(uid).class_key == "tree", "the class is saved")
    ana.settled()
    ana.keys("Control+z")
    wait_for(lambda: ground.one(uid).class_key == "building", "the undo is saved")
    ana.settled()
    ground.edit({"op": "update", "uid": uid, "base_revision": ground.one(uid).revision, "state": "rejected"})
    ana.keys("Control+y")
    wait_for(lambda: ana.dialog() != "", "the redo is asked about")
    assert (ground.one(uid).state, ground.one(uid).class_key) == ("rejected", "building")


@pytest.mark.parametrize("choice", ["", "leave", "overwrite"])
def test_a_key_in_the_frame_of_an_answer_is_a_step_of_its_own(
    desk: Desk, ground: Ground, choice: str
) -> None:
    uid, _ = ground.put(HOUSE, SHED)
    ana = desk()
    ana.select(uid, (350, 350))
    ana.pull((400, 300), (420, 280))
    ana.settled()
    theirs = shapely.Polygon([(300, 300), (420, 280), (430, 430), (290, 410)])
    ground.reshape(uid, theirs)
    # The page learns of it by a conflict, and its own step is taken back.
    ana.keys("3")
    wait_for(lambda: ana.dialog() != "", "the conflict is asked about")
    ana.page.click("dialog [data-choice=mine]")
    ana.settled()
    ana.keys("Control+z")
    ana.settled()
    ana.keys("Control+z")
    wait_for(lambda: "somebody else" in ana.dialog(), "the undo is asked about")
    ana.evaluate(ANSWER_AND_PRESS_2, choice)
    ana.settled()
    left = HOUSE if choice == "overwrite" else theirs
    assert ground.one(uid).class_key == "tree"
    ana.keys("Control+z")
    ana.settled()
    assert ground.one(uid).class_key == "building"
    assert ground.one(uid).outline.symmetric_difference(left).area < 1


def test_a_key_of_the_review_before_the_next_one_has_come(desk: Desk, ground: Ground) -> None:
    uids = ground.put(*grid(3, 1), proposed=True)
    ana = desk()
    held: list[Any] = []
    # Nothing of the view is answered: each proposal is asked for by itself.
    ana.page.route("**/api/scenes/1/features?*", lambda route: held.append(route))
    for uid in uids[1:]:
        ana.page.route(f"**/api/features/{uid}", lambda route: held.append(route))
    ana.page.goto("about:blank")
    ana.page.goto(f"{ana.url}/")
    ana.until("Boolean(window.geoengine && window.geoengine.scene)")
    review(ana, uids[0])
    ana.keys("a")
    wait_for(lambda: ana.selected() == [], "nothing is selected until the next one is here")
    ana.keys("r", "x", "Delete", "2")
    ana.settled()
    assert [ground.one(uid).state for uid in uids] == ["accepted", "proposed", "proposed"]
    assert ground.one(uids[0]).class_key == "building"
    ana.page.unroute_all(behavior="ignoreErrors")


def test_what_is_not_drawn_is_not_changed(desk: Desk, ground: Ground) -> None:
    ground.put(HOUSE, SHED)
    ana = desk()
    ana.keys("l")
    with ana.holding("Shift"):
        ana.pull((250, 250), (750, 450))
    ana.keys("Escape", "Control+a")
    assert ana.selected() == []
    assert "hidden" in ana.notice()
    ana.keys("s")
    ana.pull((250, 250), (750, 250), (750, 450), (250, 450))
    assert ana.selected() == []
    ana.keys("k")
    ana.clicks((350, 250), (350, 450))
    ana.keys("Enter")
    assert "hidden" in ana.notice()
    ana.settled()
    assert len(ground.all()) == 2


def test_a_hole_goes_into_the_smallest_around_it(desk: Desk, ground: Ground) -> None:
    _, smallest, _ = ground.put(box(200, 200, 700, 700), box(350, 350, 600, 600), box(300, 300, 650, 650))
    ana = desk()
    ana.keys("j")
    ana.clicks((440, 440), (480, 440), (480, 480), (440, 480))
    ana.keys("Enter")
    ana.settled()
    assert [f.uid for f in ground.all() if f.outline.interiors] == [smallest]


def test_a_second_split_is_of_another_house(desk: Desk, ground: Ground) -> None:
    ground.put(HOUSE, SHED)
    ana = desk()
    ana.keys("k")
    for x in (350, 650):
        ana.clicks((x, 250), (x, 450))
        ana.keys("Enter")
    ana.settled()
    assert len(ground.all()) == 4


def test_edits_that_wait_keep_their_order_whatever_the_clock_says(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(HOUSE)
    ana = desk()
    ana.page.route(CHANGESETS, lambda route: route.abort())
    ana.select(uid, (350, 350))
    ana.pull((400, 300), (420, 280))
    ana.evaluate("(() => { const now = Date.now; Date.now = () => now.call(Date) - 3600e3; })()")
    ana.pull((420, 280), (450, 250))
    ana.keys("3")
    ana.until("geoengine.waiting === 3")
    ana.page.unroute(CHANGESETS)
    ana.page.reload()
    ana.idle()
    ana.settled()
    now = ground.one(uid)
    assert ((450, 250) in now.corners, now.class_key) == (True, "car")


@pytest.mark.parametrize("width", [1000, 1280])
def test_a_corner_is_dragged_on_while_an_earlier_edit_fails(desk: Desk, ground: Ground, width: int) -> None:
    (uid,) = ground.put(HOUSE)
    ana = desk()
    ana.page.set_viewport_size({"width": width, "height": 800})
    ana.idle()
    held: list[Any] = []
    ana.page.route(CHANGESETS, lambda route: route.abort() if held else held.append(route))
    ana.select(uid, (350, 350))
    ana.pull((400, 300), (420, 280))
    wait_for(lambda: held, "the first edit is on its way")
    ana.press((420, 280), (430, 270))
    held[0].abort()
    ana.status("offline")
    ana.move((450, 250))
    ana.let_go()
    assert ana.evaluate("geoengine.waiting") == 2
    ana.page.unroute(CHANGESETS)
    ana.settled()
    assert (450, 250) in ground.one(uid).corners


def test_keys_on_other_keyboards(desk: Desk, ground: Ground) -> None:
    uids = ground.put(*grid(8, 1), proposed=True)
    ana = desk()
    review(ana, uids[0])
    pressed = [
        ("ф", "KeyA", "accepted"),  # Cyrillic
        ("ㄱ", "KeyR", "rejected"),  # Korean
        ("Process", "KeyX", "rejected"),  # an input method
        ("a", "KeyQ", "accepted"),  # AZERTY: the letter that is printed
    ]
    for n, (key, code, state) in enumerate(pressed):
        wait_for(lambda n=n: ana.selected() == [uids[n]], "the next one is shown")  # type: ignore[misc]
        ana.press_raw(key, code)
        wait_for(lambda n=n, s=state: ana.feature(uids[n])["state"] == s, key)  # type: ignore[misc]
    ana.press_raw("я", "KeyZ", 2)
    wait_for(lambda: ana.feature(uids[3])["state"] == "proposed", "Ctrl+Z undoes")
    # AZERTY digits without Shift.
    ana.press_raw("&", "Digit1")
    ana.press_raw("é", "Digit2")
    wait_for(lambda: ana.feature(uids[3])["classKey"] == "tree", "the second class")
    # AltGr makes characters of its own.
    ana.press_raw("ą", "KeyA", 3)
    ana.settled()
    assert ground.one(uids[4]).state == "proposed"


def test_keys_while_an_operation_is_tried_and_on_a_check_box(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(OCTAGON)
    ana = desk()
    ana.select(uid, (430, 370))
    for key in ("Escape", "Enter"):
        ana.keys("Shift+S")
        assert ana.page.locator("dialog.shape-menu[open]").count() == 1
        ana.clicks((430, 370))
        ana.keys("3" if key == "Escape" else "2", key)
        assert ana.page.locator("dialog.shape-menu[open]").count() == 0
    ana.settled()
    assert ground.one(uid).class_key == "tree"
    assert ana.selected() == [uid]
    ana.tab("objects")
    box_of_class = ana.page.locator(".classes input[type=checkbox]").first
    box_of_class.focus()
    ana.keys("Space")
    assert not box_of_class.is_checked()
    ana.keys("Space")
    assert box_of_class.is_checked()


def test_a_decision_on_many_is_of_the_open_ones_and_offers_the_rest(desk: Desk, ground: Ground) -> None:
    decided = ground.put(*grid(3, 3)[:4])
    proposed = ground.add(*[box(300 + 60 * n, 500, 330 + 60 * n, 530) for n in range(3)], proposed=True)
    ground.edit({"op": "update", "uid": decided[0], "base_revision": 1, "state": "rejected"})
    ana = desk()
    ana.keys("f", "Control+a", "a")
    ana.settled()
    assert {ground.one(uid).state for uid in proposed} == {"accepted"}
    assert ground.one(decided[0]).state == "rejected"
    assert "3 accepted; 1 decided before left alone." in ana.page.inner_text(".offer")
    ana.page.click(".offer button")
    ana.settled()
    assert {feature.state for feature in ground.all()} == {"accepted"}
    assert not ana.page.is_visible(".offer")
    ana.keys("Control+z")
    ana.settled()
    assert ground.one(decided[0]).state == "rejected"
    ana.keys("Escape", "Control+a", "Alt+r")
    ana.settled()
    assert {feature.state for feature in ground.all()} == {"proposed"}
    ana.keys("Delete")
    ana.settled()
    assert {feature.state for feature in ground.all()} == {"rejected"}
    assert "rejected, not deleted" in ana.notice()


@pytest.mark.parametrize("key", ["3", "Delete", "Alt+ArrowUp", "Control+x"])
def test_a_change_of_fifty_is_asked_about(desk: Desk, ground: Ground, key: str) -> None:
    uids = ground.put(*grid(10, 5))
    ana = desk()
    ana.keys("f", "Control+a", key)
    wait_for(lambda: ana.dialog() != "", "the question is asked")
    assert "50 objects" in ana.dialog()
    ana.keys("Enter")  # meant for the map, it answers nothing
    assert ana.dialog() != ""
    ana.keys("Escape")
    ana.settled()
    assert {ground.one(uid).revision for uid in uids} == {1}
    assert len(ana.selected()) == 50
    ana.keys(key)
    wait_for(lambda: ana.dialog() != "", "the question is asked")
    ana.page.click("dialog [data-choice=proceed]")
    # What is cut goes into the clipboard first, and the page may be at rest until it is there.
    wait_for(lambda: {ground.one(uid).revision for uid in uids} == {2}, "all are changed")
    ana.settled()
    ana.keys("Control+z")
    ana.settled()
    assert {feature.class_key for feature in ground.all()} == {"building"}
    assert len(ground.all()) == 50
