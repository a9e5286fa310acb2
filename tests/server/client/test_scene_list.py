"""The list of thousands of scenes: few rows in the page, all of them found, sorted and walked through."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import Analyst, Server, add_earlier_town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
COUNT = 2000
FOCUSED = "document.activeElement.querySelector('.scene-name')?.firstChild.textContent"
ROWS = "document.querySelectorAll('.scene-card').length"
SEEN = """(() => {
    const row = document.activeElement.getBoundingClientRect();
    return row.top >= document.querySelector('.scenes-head').getBoundingClientRect().bottom - 1
        && row.bottom <= document.querySelector('.scenes').getBoundingClientRect().bottom + 1;
})()"""


def many(server: Server) -> str:
    """The server's list of scenes, the first of them repeated."""
    with urllib.request.urlopen(f"{server.url}/api/scenes") as reply:
        one = json.load(reply)["scenes"][0]
    scenes = [
        {**one, "id": n + 1, "name": f"Scene {n:04d}", "counts": {**one["counts"], "proposed": n % 37}}
        for n in range(COUNT)
    ]
    return json.dumps({"scenes": scenes})


def arrive(analyst: Arrive, server: Server) -> Analyst:
    ana, body = analyst(), many(server)

    def answer(route: Any) -> None:
        route.fulfill(body=body, content_type="application/json")

    ana.page.route("**/api/scenes", answer)
    ana.page.goto(ana.url)
    ana.page.wait_for_selector(".scene-card")
    return ana


def test_few_rows_are_in_the_page_and_all_can_be_reached(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server)
    assert ana.page.inner_text(".found") == "2,000 scenes"
    assert ana.evaluate(ROWS) < 40
    assert ana.evaluate("document.getElementsByTagName('*').length") < 600
    assert ana.page.get_attribute(".virtual-list li", "aria-setsize") == "2000"
    assert ana.evaluate(FOCUSED) == "Scene 0000"
    for keys, name in [
        (["End"], "Scene 1999"),
        (["ArrowDown"], "Scene 1999"),
        (["ArrowUp"] * 12, "Scene 1987"),
        (["Home"], "Scene 0000"),
        (["PageDown"] * 4 + ["PageUp"] * 4, "Scene 0000"),
        (["ArrowDown"] * 20, "Scene 0020"),
    ]:
        ana.keys(*keys)
        assert ana.evaluate(FOCUSED) == name
        assert ana.evaluate(SEEN), name
        assert ana.evaluate(ROWS) < 40
    assert ana.evaluate("document.activeElement.closest('li').getAttribute('aria-posinset')") == "21"
    assert ana.evaluate("document.querySelectorAll('.virtual-list [tabindex=\"0\"]').length") == 1
    ana.evaluate("document.querySelector('.scenes').scrollTop = 100000")
    ana.until("document.querySelector('.virtual-list').innerText.includes('Scene 1110')")
    assert ana.evaluate(FOCUSED) == "Scene 0020"  # scrolling takes no focus away
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == "Scene 0021"
    assert ana.evaluate(SEEN)


def test_search_and_order_are_of_all_scenes(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server)
    ana.page.fill("#scene-words", "scene 195")
    assert ana.page.inner_text(".found") == "12 of 2,000 scenes"
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == "Scene 0195"
    ana.keys("End")
    assert ana.evaluate(FOCUSED) == "Scene 1959"
    ana.keys("Home", "ArrowUp")
    assert ana.evaluate("document.activeElement.id") == "scene-words"
    ana.page.fill("#scene-words", "")
    ana.page.select_option("#scene-order", "open")
    assert "36 to review" in ana.page.inner_text(".virtual-list li >> nth=0")
    ana.page.fill("#scene-words", "nothing of this name")
    assert ana.evaluate(ROWS) == 0
    assert ana.page.inner_text(".found") == "0 of 2,000 scenes"


@pytest.mark.parametrize(("width", "height"), [(390, 780), (640, 400), (1280, 800)])
def test_narrow_and_zoomed_pages_show_whole_rows(
    analyst: Arrive, server: Server, width: int, height: int
) -> None:
    """A page of 1280 px at 200 % is one of 640."""
    ana = arrive(analyst, server)
    ana.page.set_viewport_size({"width": width, "height": height})
    ana.until(f"document.documentElement.scrollWidth <= {width}")
    boxes = "[...document.querySelectorAll('.virtual-list li')].map((li) => li.getBoundingClientRect())"
    ana.until(f"{boxes}.every((box, i, all) => i === 0 || box.top >= all[i - 1].bottom)")
    ana.page.keyboard.press("ArrowDown")
    assert ana.evaluate(SEEN)
    inside = """[...document.querySelectorAll('.scene-card')].every((card) => {
        const outer = card.getBoundingClientRect();
        return [...card.children].every((part) => {
            const box = part.getBoundingClientRect();
            return box.width === 0 || (box.left >= outer.left && box.right <= outer.right + 1
                && box.top >= outer.top && box.bottom <= outer.bottom);
        });
    })"""
    assert ana.evaluate(inside)


def test_the_scene_that_was_open_has_the_focus_again(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=2")
    ana.page.click(".home")
    ana.page.wait_for_selector(".scene-card")
    ana.until(f"{FOCUSED} === 'Town before'")


@pytest.mark.parametrize(("width", "height"), [(390, 780), (640, 400), (853, 533)])
def test_the_rail_of_a_zoomed_desk_keeps_its_icons(analyst: Arrive, width: int, height: int) -> None:
    """A page of 1280 x 800 px at 150 % is one of 853 x 533."""
    ana = analyst()
    ana.page.set_viewport_size({"width": width, "height": height})
    ana.open()
    icons = "[...document.querySelectorAll('.rail .mode')].map((button) => ["
    icons += "button.querySelector('svg').getBoundingClientRect(), "
    icons += "button.querySelector('span').getBoundingClientRect()])"
    assert ana.evaluate(
        f"{icons}.every(([icon, caption]) => icon.height >= 16 && icon.bottom <= caption.top + 1)"
    )
    assert ana.evaluate("document.documentElement.scrollWidth") <= width
    assert ana.evaluate("document.querySelector('.map').getBoundingClientRect().width") >= 250
