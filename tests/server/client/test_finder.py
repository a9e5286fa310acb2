"""Ctrl+K finds scenes, places, classes and commands, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server, add_earlier_town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
CHOSEN = "document.querySelector('.finder [aria-selected=true]')?.innerText.replaceAll('\\n', ' ') ?? ''"


@pytest.fixture(autouse=True)
def two_scenes(server: Server) -> None:
    add_earlier_town(server.project)


def find(ana: Analyst, text: str, chosen: str) -> None:
    """Open the finder, type, and wait until what fits best is this."""
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.page.keyboard.type(text)
    ana.until(f"({CHOSEN}).startsWith('{chosen}')")


def closed(ana: Analyst) -> None:
    ana.until("document.querySelector('dialog.finder') === null")


def test_scenes_and_pages_are_found_from_anywhere(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    ana.page.wait_for_selector(".scene-card")
    find(ana, "twb", "Town before")
    assert "scene" in ana.evaluate(CHOSEN)
    ana.keys("Enter")
    ana.until("window.geoengine.scene === 2 && window.geoengine.idle")
    closed(ana)
    find(ana, "jobs", "Jobs")
    ana.keys("Enter")
    ana.page.wait_for_selector("main.jobs")
    ana.page.go_back()
    ana.until("window.geoengine.scene === 2 && window.geoengine.idle")
    # While somebody types elsewhere, too; Esc leaves everything as it was.
    ana.keys("g")
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.keys("Escape")
    closed(ana)
    assert ana.evaluate("document.activeElement.id") == "goto"
    # The button in the bar does the same, and a click runs what is found.
    ana.page.click(".to-find")
    ana.page.keyboard.type("town")
    ana.page.click(".finder [data-kind=scene] >> nth=0")
    ana.until("window.geoengine.scene === 1 && window.geoengine.idle")


def test_commands_classes_and_places_of_the_scene(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.select_proposal(0)
    # Before a letter is typed, some of each kind.
    ana.keys("Control+k")
    ana.until("document.querySelectorAll('.finder [data-kind=scene]').length === 2")
    assert ana.page.locator(".finder [data-kind=class]").count() == 2
    assert ana.page.locator(".finder [data-kind=command]").count() == 5
    assert "more: type to find them" in ana.page.inner_text(".finder-says")
    ana.keys("Escape")
    # Also while a note is being written.
    ana.keys("Shift+t", "Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.keys("Escape")
    closed(ana)
    assert ana.evaluate("document.activeElement.id") == "note"
    ana.keys("Escape")
    find(ana, "tree", "Tree")
    box = ana.page.locator(".finder input")
    assert box.get_attribute("role") == "combobox"
    options = "document.querySelectorAll('.finder [role=listbox] > [role=option]').length"
    assert ana.evaluate(options) >= 1
    assert box.get_attribute("aria-activedescendant") == "finder-0"
    ana.keys("Enter")
    ana.until(f"window.geoengine.feature('{UIDS[0]}').classKey === 'tree'")
    ana.status("saved")
    ana.keys("Escape")
    find(ana, "rotated rect", "Rotated rectangle")
    assert "U" in ana.evaluate(CHOSEN)  # its key stands beside it
    ana.keys("Enter")
    ana.until("window.geoengine.mode === 'oriented'")
    ana.keys("Escape", "Escape")
    find(ana, "zoom", "Zoom in")
    ana.keys("ArrowDown")
    assert ana.evaluate(CHOSEN).startswith("Zoom out")
    ana.keys("ArrowUp", "Escape")
    find(ana, "col 600 row 400", "Go to col 600 row 400")
    ana.keys("Enter")
    ana.until("window.geoengine.idle && document.querySelector('.place-card:not([hidden])') !== null")
    x, y = ana.screen((600.5, 400.5))
    middle = ana.box(".map")
    assert abs(x - middle["x"] - middle["width"] / 2) < 5
    assert abs(y - middle["y"] - middle["height"] / 2) < 5


def test_a_drawing_is_not_left_by_a_command(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("d")
    ana.click((500, 700))
    ana.click((600, 700))
    find(ana, "circle", "Circle")
    ana.keys("Enter")
    ana.until("document.querySelector('.notice').textContent.startsWith('Finish this first')")
    assert ana.evaluate("window.geoengine.mode") == "draw"


def test_a_position_finds_the_scenes_that_hold_it(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    ana.page.wait_for_selector(".scene-card")
    find(ana, "45N 300200 3049800", "Town")
    assert "holds 45N 300200 3049800" in ana.evaluate(CHOSEN)
    ana.keys("Enter")
    ana.until("window.geoengine.scene === 1 && window.geoengine.idle")
    middle = ana.box(".map")
    ana.until(
        f"Math.abs(window.geoengine.toPage([300200, 3049800])[0] - {middle['x'] + middle['width'] / 2}) < 5"
    )
    ana.page.click(".home")
    ana.page.wait_for_selector(".scene-card")
    find(ana, "nothing of the kind, nowhere", "")
    assert "Nothing is called so" in ana.page.inner_text(".finder-says")
