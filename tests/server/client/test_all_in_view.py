"""All objects in view: of the data, and decided by the server as one step where they are shown as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from geoengine.model import LabelClass
from tests.support.browser import add_earlier_town, wait_for
from tests.support.ground import Ground, Hands, box, grid

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Desk = Callable[..., Hands]
MANY = 85 * 85
HEADING = "document.querySelector('#selection-heading').textContent"
COUNTS = "document.body.dataset.shows === 'counts'"


def states(ground: Ground) -> Counter[str]:
    return Counter(feature.state for feature in ground.all())


def test_counts_are_decided_by_the_server_as_one_step(desk: Desk, ground: Ground) -> None:
    uids = ground.put(*grid(85, 85, 6, 8), proposed=True)
    rejected = [dict(op="update", uid=uid, base_revision=1, state="rejected") for uid in uids[:5]]
    ground.edit(*rejected)
    ana = desk()
    ana.keys("f")
    ana.until(COUNTS)
    ana.idle()
    ana.keys("Control+a")
    ana.until(f"{HEADING} === '{MANY:,} objects in view'")
    assert f"{MANY - 5:,} proposed, 5 rejected" in ana.page.inner_text(".at-hand")
    ana.keys("3", "Delete")  # neither classified nor deleted unseen
    assert "accepted or rejected" in ana.notice()
    ana.keys("a")
    assert f"accepts {MANY - 5:,} proposals in view" in ana.dialog()
    ana.page.click("dialog [data-choice=proceed]")
    ana.until(f"{HEADING} !== '{MANY:,} objects in view'")
    assert f"{MANY - 5:,} proposals accepted; 5 decided before left alone." in ana.notice()
    assert states(ground) == {"accepted": MANY - 5, "rejected": 5}
    history = [ground._ask(f"/api/features/{uid}")["history"] for uid in (uids[5], uids[-1])]
    assert len({steps[-1]["changeset"] for steps in history}) == 1
    ana.keys("Control+z")
    wait_for(lambda: states(ground) == {"proposed": MANY - 5, "rejected": 5}, "undo takes all back")
    ana.until("document.querySelector('.states [data-state=proposed] .count').textContent !== '0'")
    ana.keys("Control+Shift+z")
    wait_for(lambda: states(ground)["accepted"] == MANY - 5, "redo accepts all again")
    # What is loaded afterwards is what holds: it is changed without a conflict.
    ana.keys("+", "+")
    ana.until(f"!({COUNTS})")
    ana.idle()
    uid, middle = uids[42 * 85 + 42], 40 + 8 * 42 + 3
    ana.select(uid, (middle, middle))
    ana.keys("r")
    ana.settled()
    assert ground.one(uid).state == "rejected"


def test_more_outlines_than_can_be_selected_are_decided_by_the_server(desk: Desk, ground: Ground) -> None:
    ground.put(*grid(75, 70, 6, 8), proposed=True)
    ana = desk()
    ana.keys("f")
    ana.idle()
    assert not ana.evaluate(COUNTS)
    ana.keys("Control+a")
    ana.until(f"{HEADING} === '5,250 objects in view'")
    ana.keys("Escape")
    ana.until(f"{HEADING} !== '5,250 objects in view'")
    ana.keys("Control+a")
    ana.until(f"{HEADING} === '5,250 objects in view'")
    ana.keys("r")
    ana.page.click("dialog [data-choice=proceed]")
    wait_for(lambda: states(ground) == {"rejected": 5250}, "all are rejected")
    # The outlines on the map are those of now.
    ana.until("geoengine.idle && geoengine.features().every((f) => f.state === 'rejected')")


def test_all_in_view_is_not_what_happens_to_be_loaded(desk: Desk, ground: Ground) -> None:
    squares = grid(85, 85, 6, 8)
    uids = ground.put(*squares, proposed=True)
    ana = desk()
    ana.page.route("**/api/scenes/1/features?*", lambda route: route.abort())
    ana.keys("+", "+")
    ana.until("document.querySelector('.map-notes .note').textContent.includes('trying again')")
    assert ana.evaluate("geoengine.features().length") == 0
    ana.page.unroute("**/api/scenes/1/features?*")
    ana.keys("Control+a")
    wait_for(lambda: len(ana.selected()) > 0, "all in view are selected")
    frame = ana.box(".map")
    left, top = ana.raster((frame["x"], frame["y"]))
    right, bottom = ana.raster((frame["x"] + frame["width"], frame["y"] + frame["height"]))
    view = box(left, top, right, bottom)
    meant = {uid for uid, square in zip(uids, squares, strict=True) if square.intersects(view)}
    assert 0 < len(meant) < MANY
    assert set(ana.selected()) == meant


def test_the_surest_in_view_are_accepted_by_a_button(desk: Desk, ground: Ground) -> None:
    uids = ground.put(*grid(12, 5), proposed=True)
    for n, uid in enumerate(uids[:2]):
        ground.edit(dict(op="update", uid=uid, base_revision=1, state=("accepted", "rejected")[n]))
    (drawn,) = ground.add(box(600, 600, 640, 640))
    ground.edit(dict(op="update", uid=drawn, base_revision=1, state="proposed"))
    ana = desk()
    ana.keys("f")
    button = ana.page.locator("button.surest")
    assert not button.is_visible()
    # The scores fall by 0.00005 from object to object.
    ana.evaluate("document.querySelectorAll('#score-low').forEach((e) => (e.step = 'any'))")
    ana.page.locator("#score-low").fill("0.98")
    ana.until(
        "document.querySelector('button.surest').textContent === 'Accept the 58 proposals ≥ 0.98 in view'"
    )
    button.click()
    assert "accepts 58 proposals" in ana.dialog()
    ana.page.click("dialog [data-choice=proceed]")
    wait_for(lambda: states(ground) == {"accepted": 59, "rejected": 1, "proposed": 1}, "they are accepted")
    assert ground.one(drawn).state == "proposed"  # without a score, it is not sure
    ana.until("document.querySelector('button.surest').textContent === 'No proposal ≥ 0.98 in view'")
    ana.keys("Control+z")
    wait_for(lambda: states(ground)["proposed"] == 59, "undo takes them back")


def test_a_class_is_found_by_two_letters(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(box(300, 300, 400, 400))
    names = ["Small car", "Storage tank", "Cargo ship", *(f"Kind {n}" for n in range(12))]
    with ground.server.project.store() as store:
        store.put_classes([LabelClass(name.lower().replace(" ", "-"), name, "#cc79a7") for name in names])
    ana = desk()
    ana.select(uid, (350, 350))
    ana.keys("/", "s", "t", "Enter")
    ana.settled()
    assert ground.one(uid).class_key == "storage-tank"
    # Arrows go down the list, Esc leaves all as it is, and the map has the keys again.
    ana.keys("/", "k", "i", "ArrowDown")
    assert (
        ana.evaluate("document.querySelector('.palette [aria-selected=true] span:not(.swatch)').textContent")
        == "Kind 1"
    )
    ana.keys("Escape", "a")
    assert ana.selected() == [uid]
    ana.keys("Escape", "d")
    ana.clicks((500, 500), (560, 500), (560, 560))
    ana.keys("/", "s", "c", "Enter", "Enter")
    ana.settled()
    (drawn,) = ground.new()
    assert drawn.class_key == "small-car"
    assert ground.one(uid).class_key == "storage-tank"


def test_tools_change_nothing_that_is_shown_as_counts(desk: Desk, ground: Ground) -> None:
    ground.put(*grid(85, 85, 6, 8))
    ana = desk()
    ana.keys("f")
    ana.until(COUNTS)
    ana.keys("k")
    ana.clicks((30, 300), (730, 300))
    ana.keys("Enter")
    assert "counts" in ana.notice()
    ana.keys("Escape", "Escape", "j")
    ana.clicks((300, 300), (330, 300), (330, 330))
    ana.keys("Enter")
    assert "counts" in ana.notice()
    ana.keys("Escape", "Escape", "s")
    ana.pull((100, 100), (600, 100), (600, 600), (100, 600))
    ana.keys("Delete", "Escape", "v")
    with ana.holding("Shift"):
        ana.pull((100, 100), (600, 600))
    assert ana.selected() == []
    ana.settled()
    found = ground.all()
    assert (len(found), sum(feature.revision for feature in found)) == (MANY, MANY)


def test_undo_is_of_the_scene_that_is_open(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(box(300, 300, 400, 400))
    ana = desk()
    add_earlier_town(ground.server.project)
    ana.select(uid, (350, 350))
    ana.keys("3")
    ana.settled()
    ana.evaluate("location.hash = '#scene=2'")
    ana.until("geoengine.scene === 2 && geoengine.idle")
    ana.keys("Control+z", "Control+Shift+z", "Delete")
    ana.settled()
    assert (ground.one(uid).class_key, ground.one(uid).revision) == ("car", 2)
    ana.evaluate("location.hash = '#scene=1'")
    ana.until("geoengine.scene === 1 && geoengine.idle")
    ana.keys("Control+z")
    ana.settled()
    assert (ground.one(uid).class_key, ground.one(uid).revision) == ("car", 2)
