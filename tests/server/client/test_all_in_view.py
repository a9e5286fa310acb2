"""All objects in view: of the data, and decided by the server as one step where they are shown as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.support.browser import wait_for
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
    assert f"{MANY - 5:,} proposed, 5 rejected" in ana.page.inner_text("aside .details")
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
    ana.until("document.querySelector('.filter .note').textContent.includes('trying again')")
    assert ana.evaluate("geoengine.features().length") == 0
    ana.page.unroute("**/api/scenes/1/features?*")
    ana.keys("Control+a")
    wait_for(lambda: len(ana.selected()) > 0, "all in view are selected")
    frame = ana.page.locator(".map").bounding_box()
    left, top = ana.raster((frame["x"], frame["y"]))
    right, bottom = ana.raster((frame["x"] + frame["width"], frame["y"] + frame["height"]))
    view = box(left, top, right, bottom)
    meant = {uid for uid, square in zip(uids, squares, strict=True) if square.intersects(view)}
    assert 0 < len(meant) < MANY
    assert set(ana.selected()) == meant
