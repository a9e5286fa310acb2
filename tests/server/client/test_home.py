"""Home of a project with thousands of scenes: found, chosen, put in order and walked through in every view."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from geoengine.model import new_uid
from tests.support.browser import PATIENCE_S, UIDS, Analyst, Server, add_earlier_town, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
COUNT = 2000
FOCUSED = "document.activeElement.querySelector('.scene-name')?.firstChild.textContent"
CARDS = "document.querySelectorAll('.virtual-list > *').length"
SEEN = """(() => {
    const row = document.activeElement.getBoundingClientRect();
    const body = document.querySelector('.scenes-body').getBoundingClientRect();
    const heads = document.querySelector('.table-heads')?.getBoundingClientRect();
    return row.top >= (heads?.bottom ?? body.top) - 1 && row.bottom <= body.bottom + 1;
})()"""
SMALL = """[...document.querySelectorAll('main button, main input, main select')]
    .filter((one) => one.checkVisibility())
    .filter((one) => Math.min(one.offsetHeight, one.offsetWidth) < 24).map((one) => one.outerHTML)"""


def state_of(n: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Counts and activity of scene `n`: to do, in progress, nothing found, never pre-labelled, in turn."""
    proposed, accepted, runs = [(n % 37 + 1, 0, 1), (n % 37 + 1, 3, 1), (0, 0, 1), (0, 0, 0)][n % 4]
    edit = {"edited_at": f"2026-03-01T08:{n % 60:02}:00.000Z", "edited_by": "ana", "authors": ["ana"]}
    none = {"edited_at": None, "edited_by": None, "authors": []}
    return {"proposed": proposed, "accepted": accepted, "rejected": 0}, {
        "runs": runs,
        **(edit if accepted else none),
    }


def footprint(n: int) -> list[list[tuple[float, float]]] | None:
    if n % 100 == 50:
        return None
    x, y = 80 + n % 50, 10 + n // 50 * 0.5
    return [[(x, y), (x + 0.3, y), (x + 0.3, y + 0.3), (x, y + 0.3), (x, y)]]


def many(server: Server) -> str:
    """The server's list of scenes, the first of them repeated."""
    with urllib.request.urlopen(f"{server.url}/api/scenes") as reply:
        one = json.load(reply)["scenes"][0]
    scenes = []
    for n in range(COUNT):
        counts, activity = state_of(n)
        facts = {"id": n + 1, "name": f"Scene {n:04d}", "acquired_at": f"20{n % 20 + 10}-03-01"}
        scenes.append({**one, **facts, "counts": counts, "activity": activity, "footprint": footprint(n)})
    return json.dumps({"scenes": scenes})


def arrive(analyst: Arrive, server: Server, view: str = "gallery") -> Analyst:
    ana, body = analyst(), many(server)

    def answer(route: Any) -> None:
        route.fulfill(body=body, content_type="application/json")

    ana.page.route("**/api/scenes", answer)
    ana.page.goto(ana.url)
    ana.page.wait_for_selector(".scene-card", timeout=PATIENCE_S * 1000)
    if view != "gallery":
        ana.page.click(f"[data-view={view}]")
    return ana


def found(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('.found').textContent === '{words}'")


def test_few_rows_are_in_the_page_and_all_can_be_reached(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server, "table")
    found(ana, "2,000 scenes")
    assert ana.evaluate(CARDS) < 50
    assert ana.evaluate("document.getElementsByTagName('*').length") < 1200
    assert ana.page.get_attribute(".scene-table", "aria-rowcount") == "2001"
    ana.page.focus("#scene-words")
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == "Scene 0000"
    for keys, name in [
        (["End"], "Scene 1999"),
        (["ArrowDown"], "Scene 1999"),
        (["ArrowUp"] * 12, "Scene 1987"),
        (["Home"], "Scene 0000"),
        (["PageDown"] * 4 + ["PageUp"] * 4, "Scene 0000"),
        (["ArrowDown"] * 30, "Scene 0030"),
    ]:
        ana.keys(*keys)
        assert ana.evaluate(FOCUSED) == name
        assert ana.evaluate(SEEN), name
        assert ana.evaluate(CARDS) < 50
    assert ana.evaluate("document.activeElement.closest('[role=row]').getAttribute('aria-rowindex')") == "32"
    assert ana.evaluate("document.querySelectorAll('.virtual-list [tabindex=\"0\"]').length") == 1
    ana.evaluate("document.querySelector('.scenes-body').scrollTop = 40000")
    ana.until("document.querySelector('.virtual-list').innerText.includes('Scene 1180')")
    assert ana.evaluate(FOCUSED) == "Scene 0030"  # scrolling takes no focus away
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == "Scene 0031"
    assert ana.evaluate(SEEN)


def test_the_gallery_is_walked_through_in_both_directions(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server)
    assert ana.evaluate(FOCUSED) == "Scene 0000"
    assert ana.page.get_attribute(".virtual-list li", "aria-setsize") == "2000"
    columns = ana.evaluate(
        "getComputedStyle(document.querySelector('.virtual-list')).width.slice(0, -2) / 242 | 0"
    )
    assert columns >= 4
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == f"Scene {columns:04d}"
    ana.keys("ArrowRight", "ArrowUp")
    assert ana.evaluate(FOCUSED) == "Scene 0001"
    ana.keys("End")
    assert ana.evaluate(FOCUSED) == "Scene 1999"
    assert ana.evaluate(SEEN)
    assert ana.evaluate(CARDS) < 150
    # What comes above the list later takes room from it.
    ana.evaluate("document.querySelector('.scenes-body').style.maxHeight = '300px'")
    ana.until(f"document.querySelector('.scenes-body').clientHeight <= 300 && {SEEN}")
    assert ana.evaluate(FOCUSED) == "Scene 1999"
    ana.keys("Home", "ArrowUp")
    assert ana.evaluate("document.activeElement.id") == "scene-words"


def test_search_chips_and_order_are_of_all_scenes(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server, "table")
    assert "500 of 2,000 scenes done" in ana.page.inner_text(".totals")
    counts = ana.evaluate("[...document.querySelectorAll('.chip')].map((chip) => chip.innerText)")
    assert counts == ["To do 1,000", "In progress 500", "Done 500", "Mine 500", "Not pre-labelled 500"]
    ana.page.fill("#scene-words", "scene 195")
    found(ana, "12 of 2,000 scenes")
    ana.keys("ArrowDown")
    assert ana.evaluate(FOCUSED) == "Scene 0195"
    ana.keys("End")
    assert ana.evaluate(FOCUSED) == "Scene 1959"
    ana.page.fill("#scene-words", "")
    ana.page.click(".chip-done")
    found(ana, "500 of 2,000 scenes")
    first = ana.page.inner_text(".virtual-list > * >> nth=0")
    assert "Scene 0002" in first
    assert "nothing found" in first
    ana.page.click(".chip-bare")
    found(ana, "0 of 2,000 scenes")
    assert ana.page.inner_text(".none-like p") == "No scene fits this search and choice."
    ana.page.click(".none-like button")
    found(ana, "2,000 scenes")
    ana.page.click(".chip-bare")
    assert "not pre-labelled" in ana.page.inner_text(".virtual-list > * >> nth=0")
    ana.page.click(".chip-bare")

    ana.page.click("text=To review >> nth=-1")
    assert "37" in ana.page.inner_text(".virtual-list > * >> nth=0")
    assert ana.page.get_attribute("[role=columnheader].cell-open", "aria-sort") == "descending"
    ana.page.select_option("#scene-order", "name")
    ana.page.click(".reverse")
    assert "Scene 1999" in ana.page.inner_text(".virtual-list > * >> nth=0")
    assert ana.page.get_attribute("[role=columnheader].cell-name", "aria-sort") == "descending"
    ana.page.click("[role=columnheader].cell-edited button")
    assert "2026-03-01, ana" in ana.page.inner_text(".virtual-list > * >> nth=0")


def test_footprints_lie_on_a_map_without_a_request(analyst: Arrive, server: Server) -> None:
    ana = arrive(analyst, server)
    ana.page.wait_for_load_state("networkidle")  # the gallery's own pictures
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    ana.page.click("[data-view=map]")
    in_sight = "document.querySelector('.in-sight').textContent"
    ana.until(f"{in_sight} === '1,980 scenes in sight'")
    assert "20 scenes without a place" in ana.page.inner_text(".map-more")
    # By keyboard: closer, then through the list of what is in sight.
    ana.page.focus(".footprints")
    ana.keys("+", "+", "+")
    ana.until(f"{in_sight} !== '1,980 scenes in sight'")
    ana.page.click("text=Show all footprints")
    ana.until(f"{in_sight} === '1,980 scenes in sight'")
    # A click on a footprint lists what lies there.
    ana.page.fill("#scene-words", "scene 1235")
    ana.until(f"{in_sight} === '1 scene in sight'")
    ana.page.click("text=Show all footprints")
    frame = ana.box(".footprints")
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    # Drawn by the next frame; a second click within a quarter of a second would be a double one.
    ana.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    ana.page.mouse.click(*middle)
    ana.until(f"{in_sight} === '1 scene at this place'")
    ana.until(f"{FOCUSED} === 'Scene 1235'")
    assert [url for url in asked if not url.startswith(ana.url)] == []
    assert [url for url in asked if "/tiles/" in url] == []


@pytest.mark.parametrize(("width", "height"), [(390, 780), (640, 400), (1280, 800)])
def test_narrow_and_zoomed_pages_show_whole_rows(
    analyst: Arrive, server: Server, width: int, height: int
) -> None:
    """A page of 1280 px at 200 % is one of 640."""
    ana = arrive(analyst, server)
    ana.page.set_viewport_size({"width": width, "height": height})
    boxes = "[...document.querySelectorAll('.virtual-list > *')].map((li) => li.getBoundingClientRect())"
    apart = "box.top >= all[i - 1].bottom - 1 || box.left >= all[i - 1].right"
    inside = """[...document.querySelectorAll('.scene-card, .table-row, .scene-row')].every((card) => {
        const outer = card.getBoundingClientRect();
        return [...card.children].every((part) => {
            const box = part.getBoundingClientRect();
            return box.width === 0 || (box.left >= outer.left - 5 && box.right <= outer.right + 1
                && box.top >= outer.top && box.bottom <= outer.bottom);
        });
    })"""
    for view in ("gallery", "table", "map"):
        ana.page.click(f"[data-view={view}]")
        ana.until(f"document.documentElement.scrollWidth <= {width}")
        ana.until(f"{boxes}.every((box, i, all) => i === 0 || {apart})")
        assert ana.evaluate(inside), view
        assert ana.evaluate(SMALL) == [], view
        if view != "map":
            ana.page.focus("#scene-words")
            ana.keys("ArrowDown", "ArrowDown")
            assert ana.evaluate(SEEN), view
    assert ana.evaluate("document.querySelectorAll('h1').length") == 1


def test_home_is_as_it_was_left(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=2")
    ana.page.click(".home")
    ana.page.wait_for_selector(".scene-card")
    ana.until(f"{FOCUSED} === 'Town before'")
    ana.page.click("[data-view=table]")
    ana.page.click(".chip-bare")
    ana.page.fill("#scene-words", "before")
    ana.page.select_option("#scene-order", "newest")
    ana.page.click(".scene-row")
    ana.until("window.geoengine.scene === 2")
    ana.page.click(".home")
    ana.until(f"{FOCUSED} === 'Town before'")
    assert ana.page.input_value("#scene-words") == "before"
    assert ana.page.input_value("#scene-order") == "newest"
    assert ana.page.get_attribute(".chip-bare", "aria-pressed") == "true"
    assert ana.page.get_attribute("[data-view=table]", "aria-pressed") == "true"
    found(ana, "1 of 2 scenes")


def test_totals_and_pace_come_from_the_history(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    with server.project.store() as store:
        store.replace_proposals(2, ["building"], [], token=new_uid(), author="m")
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("n")
    for uid in UIDS[:3]:
        ana.until(f"document.body.dataset.selected === '{uid}'")
        ana.keys("a")
    ana.status("saved")
    ana.page.click(".home")
    ana.page.wait_for_selector(".pace")
    assert ana.page.inner_text(".totals") == "1 of 2 scenes done · 5 to review · 3 decided today"
    ana.page.click(".pace")
    how = ana.page.inner_text(".pace-how")
    assert "unless that was taken back" in how
    assert "ana: 3" in how
    assert ana.page.get_attribute(".pace", "aria-expanded") == "true"
    cards = ana.evaluate("[...document.querySelectorAll('.scene-standing')].map((one) => one.innerText)")
    assert cards == ["in progress · 5 to review", "done · nothing found"]
    ana.page.click(".chip-mine")
    found(ana, "1 of 2 scenes")


def test_a_project_without_scenes_says_what_to_do(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.route(
        "**/api/scenes", lambda route: route.fulfill(body='{"scenes": []}', content_type="application/json")
    )
    ana.page.goto(ana.url)
    ana.page.wait_for_selector("main code")
    assert ana.page.inner_text("main code") == "geoengine add -p DIR RASTER"
    assert ana.page.inner_text("h1").lower() == "scenes"
    wait_for(lambda: ana.page.locator("main .totals").count() == 0, "no totals are told of nothing")


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
