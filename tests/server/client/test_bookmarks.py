"""Continue: a scene is opened where this author left it, on any browser."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import UIDS, Analyst, Server, wait_for

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def kept(server: Server) -> Any:
    with urllib.request.urlopen(f"{server.url}/api/scenes/1/bookmark?author=ana") as reply:
        return json.load(reply)["bookmark"]


def at_hand(ana: Analyst, uid: str) -> None:
    ana.until(f"document.body.dataset.selected === '{uid}' && window.geoengine.idle")


def leave_in_review(ana: Analyst, server: Server) -> None:
    """Skip one, look at another, from a score on, the class at hand a tree, and leave."""
    ana.open("#scene=1")
    ana.keys("h", "2", "n")
    at_hand(ana, UIDS[0])
    ana.keys("Alt+q")
    at_hand(ana, UIDS[7])
    ana.keys("n")
    at_hand(ana, UIDS[6])
    wait_for(lambda: (kept(server) or {}).get("feature") == UIDS[6], "the bookmark is kept")


def test_continue_opens_the_scene_where_it_was_left(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    leave_in_review(ana, server)
    assert kept(server)["skipped"] == [UIDS[7]]

    # The next day, in another browser.
    later = analyst()
    later.page.goto(f"{server.url}/")
    later.idle()
    later.page.click(".home")
    later.until("document.querySelector('.continue')?.textContent.includes('Town, 8 to review')")
    later.keys("Enter")
    at_hand(later, UIDS[6])
    assert later.evaluate("window.geoengine.mode") == "review"
    assert later.page.input_value("#queue-order") == "least-sure"
    assert "least sure first" in later.page.inner_text(".decision .why")
    assert not later.page.is_checked("#show-rejected")
    assert "filter is as you left it" in later.page.inner_text(".notice")
    assert later.evaluate("document.querySelector('[data-class=tree] .class').ariaPressed") is not None
    for n in (6, 5, 4, 3, 2, 1, 0):
        at_hand(later, UIDS[n])
        later.keys("a")
    # What was skipped comes last.
    at_hand(later, UIDS[7])
    assert later.page.inner_text(".decision .why") == "skipped before, so last"


def test_a_view_is_restored_by_the_button_and_a_search_is_not_disturbed(
    analyst: Arrive, server: Server
) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z")
    ana.until("location.hash.endsWith(`&r=${window.geoengine.resolution}`)")
    before = ana.evaluate("location.hash")
    ana.drag((512, 512), -150, -80)
    ana.until(f"window.geoengine.idle && location.hash !== {json.dumps(before)}")
    view = ana.evaluate("location.hash")
    ana.page.click(".home")
    ana.until("Boolean(document.querySelector('.continue'))")
    ana.page.fill("#scene-words", "nothing like this")
    ana.keys("Enter")
    assert ana.page.is_visible(".continue")
    ana.page.click(".continue")
    ana.idle()
    ana.until(f"location.hash === {json.dumps(view)}")
    assert ana.evaluate("window.geoengine.mode") == "select"


def test_a_server_that_keeps_no_bookmarks_hinders_nothing(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.route("**/bookmark*", lambda route: route.fulfill(status=500, body="broken"))
    ana.open("#scene=1")
    ana.keys("n")
    at_hand(ana, UIDS[0])
    ana.keys("a")
    at_hand(ana, UIDS[1])
    ana.status("saved")
    ana.page.click(".home")
    ana.until("document.querySelectorAll('.scene-card').length === 1")
    ana.page.unroute("**/bookmark*")
    assert kept(server) is None
    assert not ana.page.is_visible(".continue")
    ana.page.click(".scene-card")
    ana.idle()
    assert ana.feature(UIDS[0])["state"] == "accepted"
