"""A scene is complete over seen ground only, and the card at its end leads to the search for misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geoengine.project import Project
from tests.support.browser import SIZE_PX, Analyst
from tests.support.views import read
from tiling.grid.window import PixelWindow

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WORDS = "document.querySelector('.sweep-words').textContent"
PANEL = ".panel .completion"


def see(project: Project, height: int) -> None:
    with project.store() as store:
        store.add_seen(1, "ben", [PixelWindow(0, 0, SIZE_PX, height)])


def accept_all(ana: Analyst) -> None:
    ana.open("#scene=1")
    ana.keys("q")
    ana.until("document.body.dataset.selected !== ''")
    for left in range(7, -1, -1):
        ana.keys("a")
        ana.until(f"window.geoengine.features().filter((f) => f.state === 'proposed').length === {left}")
    ana.until("!document.querySelector('.scene-end').hidden")


def test_a_scene_is_marked_complete_over_seen_ground_and_taken_back(
    analyst: Arrive, project: Project
) -> None:
    see(project, 700)
    ana = analyst()
    ana.page.set_viewport_size({"width": 1280, "height": 900})
    ana.open("#scene=1")
    ana.page.click(f"{PANEL} .mark-complete")
    ana.until(f"document.querySelector('{PANEL} .refused') !== null")
    refused = str(ana.evaluate(f"document.querySelector('{PANEL} .refused').textContent"))
    assert refused == (
        "Scene 'town' cannot be complete yet: 67 % of its valid pixels have been seen at 1:1, expected 95 % or more"
    )
    ana.page.click(f"{PANEL} .to-unseen")
    ana.until("!document.querySelector('.sweep').hidden")
    total = int(str(ana.evaluate(WORDS)).split(" of ")[1].split(" ")[0])
    ana.keys("Space")
    for number in range(1, total + 1):
        ana.until(f"parseInt({WORDS}) >= {number}")
        ana.keys("Space")
    ana.until("!document.querySelector('.sweep .completion').hidden")
    ana.page.click(".sweep .mark-complete")
    ana.until(f"document.querySelector('{PANEL} .complete') !== null")
    assert "Complete: ana, 20" in str(
        ana.evaluate(f"document.querySelector('{PANEL} .complete').textContent")
    )
    # A later change of objects does not undo it; the list of scenes shows it.
    ana.keys("F3", "q")
    ana.until("document.body.dataset.selected !== ''")
    ana.keys("a")
    ana.status("saved")
    ana.page.click(".home")
    ana.until("document.querySelector('.complete-badge') !== null")
    ana.page.click(".scene-card")
    ana.idle()
    ana.page.click(f"{PANEL} .take-back")
    ana.until(f"document.querySelector('{PANEL} .complete') === null")
    ana.page.click(".panel summary:has-text('History')")
    ana.until("document.querySelectorAll('.completion-history li').length === 2")
    with project.store() as store:
        assert [one.is_complete for one in read(store).completions(1)] == [True, False]


def test_the_card_at_the_end_offers_search_and_complete(analyst: Arrive, project: Project) -> None:
    see(project, SIZE_PX)
    ana = analyst()
    accept_all(ana)
    ana.page.click(".scene-end .mark-complete")
    ana.until("document.querySelector('.scene-end .complete') !== null")
    ana.page.click(".scene-end .search-misses")
    ana.until("!document.querySelector('.sweep').hidden")
    assert ana.evaluate("document.querySelector('.scene-end').hidden")


def test_the_card_fits_a_narrow_page(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.set_viewport_size({"width": 390, "height": 844})
    accept_all(ana)
    ana.page.wait_for_selector(".scene-end .search-misses")
    hit = """(selector) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const inside = box.left >= 0 && box.right <= innerWidth && box.height >= 24;
        return inside && Boolean(document.elementFromPoint(x, y).closest(selector));
    }"""
    card, close = (ana.box(one) for one in (".scene-end", ".scene-end .close"))
    assert card["y"] <= close["y"]
    assert close["x"] + close["width"] <= card["x"] + card["width"]
    for selector in (".scene-end .close", ".scene-end .search-misses", ".scene-end .mark-complete"):
        assert ana.evaluate(hit, selector), selector


def test_an_area_is_marked_complete_by_a_rectangle_and_taken_back(analyst: Arrive, project: Project) -> None:
    see(project, 700)
    ana = analyst()
    ana.page.set_viewport_size({"width": 1280, "height": 900})
    ana.open("#scene=1")
    ana.page.click(".panel .mark-area")
    ana.until("document.body.dataset.mode === 'area'")
    ana.drag((300, 300), 100, 120)
    ana.until("document.querySelectorAll('.complete-areas li').length === 1")
    with project.store() as store:
        (held,) = read(store).complete_parts(1)[1]
    assert held.area is not None
    assert held.area.bottom <= 700
    # Over ground of which too little was seen.
    ana.keys("v", "Shift+F3")
    ana.until("document.body.dataset.mode === 'area'")
    ana.drag((300, 650), 100, 150)
    ana.until(f"document.querySelector('{PANEL} .refused') !== null")
    assert "This area of scene 'town' cannot be complete yet" in str(
        ana.evaluate("document.querySelector('.notice').textContent")
    )
    ana.page.click(".panel summary:has-text('1 area is complete')")
    ana.page.click("button[aria-label='Go to area 1']")
    ana.idle()
    ana.page.click("button[aria-label='Take area 1 back']")
    ana.until("document.querySelector('.complete-areas li') === null")
    with project.store() as store:
        assert read(store).complete_parts() == {}
        assert [one.is_complete for one in read(store).completions(1)] == [True, False]
