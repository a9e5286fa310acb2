"""Home, scenes and jobs are places with addresses: Back and Forward lead from one to the other, and lose nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server, add_earlier_town, roof

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
HASH = "location.hash"


@pytest.fixture(autouse=True)
def two_scenes(server: Server) -> None:
    add_earlier_town(server.project)


def at_home(ana: Analyst) -> None:
    ana.until("document.querySelector('main.scenes .scene-card') !== null && location.hash === ''")


def in_scene(ana: Analyst, number: int) -> None:
    ana.until(f"window.geoengine.scene === {number} && window.geoengine.idle")


def test_back_and_forward_lead_from_place_to_place(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    at_home(ana)
    assert ana.page.title().startswith("Test town")
    ana.page.click(".scene-card >> nth=0")
    in_scene(ana, 1)
    assert ana.page.inner_text("h1").lower() == "town"
    # What is looked at is no place.
    entries = ana.evaluate("history.length")
    ana.keys("z", "+", "+")
    ana.until(f"window.geoengine.idle && {HASH}.endsWith(`&r=${{window.geoengine.resolution}}`)")
    view = ana.evaluate(HASH)
    assert ana.evaluate("history.length") == entries
    ana.keys("Shift+n")
    ana.page.click(".to-jobs")
    ana.page.wait_for_selector("main.jobs")
    ana.page.go_back()
    in_scene(ana, 1)
    assert ana.evaluate(HASH) == view
    ana.page.go_back()
    at_home(ana)
    ana.until("document.activeElement.innerText?.startsWith('Town')")
    ana.page.go_forward()
    in_scene(ana, 1)
    assert ana.evaluate(HASH) == view
    ana.page.go_forward()
    ana.page.wait_for_selector("main.jobs")
    ana.page.click(".home")
    at_home(ana)
    # Twice quickly: where one is in the end counts.
    ana.evaluate("history.go(-1); setTimeout(() => history.go(-1), 0)")
    in_scene(ana, 1)
    ana.until(f"{HASH} === '{view}'")


def test_scenes_one_after_the_other_are_gone_back_through(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=2")
    ana.keys("Shift+n")
    in_scene(ana, 1)
    ana.page.go_back()
    in_scene(ana, 2)
    assert ana.page.inner_text("h1").lower() == "town before"


def test_a_drawing_and_an_edit_survive_back(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    at_home(ana)
    ana.page.click(".scene-card >> nth=0")
    in_scene(ana, 1)
    ana.select_proposal(0)
    ana.keys("a", "Escape")
    ana.keys("d")
    ana.click((500, 700))
    ana.click((600, 700))
    ana.page.go_back()
    at_home(ana)
    ana.page.go_forward()
    in_scene(ana, 1)
    assert ana.evaluate("window.geoengine.mode") == "draw"
    ana.click((600, 800))
    ana.keys("Enter")
    ana.until("window.geoengine.features().some((f) => f.origin === 'human')")
    (drawn,) = ana.evaluate("window.geoengine.features().filter((f) => f.origin === 'human')")
    assert len(drawn["geometry"]["coordinates"][0]) == 4
    ana.status("saved")
    assert ana.feature(UIDS[0])["state"] == "accepted"


def test_back_in_mid_drag_changes_nothing(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    at_home(ana)
    ana.page.click(".scene-card >> nth=0")
    in_scene(ana, 1)
    ana.select_proposal(0)
    before = ana.feature(UIDS[0])["geometry"]
    x, y = ana.screen((roof(0).bounds[0], roof(0).bounds[1]))
    ana.page.mouse.move(x, y)
    ana.page.mouse.down()
    ana.page.mouse.move(x - 30, y - 30, steps=4)
    ana.evaluate("history.back()")
    at_home(ana)
    ana.page.mouse.up()
    ana.page.go_forward()
    in_scene(ana, 1)
    assert ana.feature(UIDS[0])["geometry"] == before
    assert ana.evaluate("window.geoengine.waiting") == 0


def test_an_address_of_no_scene_leads_home(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(f"{ana.url}/#scene=99")
    at_home(ana)
    assert "Scene 99 could not be opened" in ana.page.inner_text(".notice")
    ana.open("#scene=1")
    ana.evaluate("location.hash = '#scene=98'")
    ana.until("document.querySelector('.notice').textContent.includes('Scene 98')")
    in_scene(ana, 1)
    assert ana.evaluate(HASH).startswith("#scene=1")
    ana.page.go_back()
    in_scene(ana, 1)
