"""The panel beside the map: the card of decisions, the tabs below it, and the cards of the first visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.browser import UIDS, Analyst, Server

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FRONT = "document.querySelector('[role=tab][aria-selected=true]').textContent"
SHOWN = "[...document.querySelectorAll('[role=tabpanel]:not([hidden])')].map((one) => one.id).join()"
AT_HAND = "document.querySelector('.at-hand').innerText"
ON_MAP = "document.activeElement.classList.contains('map')"
CARD = "(document.querySelector('.introduction:not([hidden]) h2')?.textContent ?? '')"
BUTTONS = """
JSON.stringify([...document.querySelectorAll('.decision > .decisions:not([hidden]) button')].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height];
}))
"""
# What is wider than the page, or than what it is in.
TOO_WIDE = """
[...document.querySelectorAll('body, #app, .bar, .panel, .panel *:not(.spoken, option, svg *)')]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
  .filter((one) => !['visible', 'hidden'].includes(getComputedStyle(one).overflowX) ||
    one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => `${one.outerHTML.slice(0, 100)}: ${one.scrollWidth} > ${one.clientWidth}`)
"""
# The tops of the lines of the bar, and what of it is out of the page.
BAR = """
(() => {
  const boxes = [...document.querySelectorAll('.bar button, .bar h1')]
    .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect());
  const middles = boxes.map(({ top, bottom }) => Math.round((top + bottom) / 2 / 20));
  return [new Set(middles).size, boxes.filter(({ left, right }) => left < 0 || right > innerWidth).length];
})()
"""


@pytest.fixture
def newcomer(browser: Any, server: Server) -> Iterator[Analyst]:
    """Somebody whose browser was never here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    ana = Analyst(context.new_page(), server.url, newcomer=True)
    ana.watch_for_errors()
    yield ana
    context.close()
    assert ana.errors == []


def selected(ana: Analyst, n: int) -> None:
    ana.until(f"document.body.dataset.selected === '{UIDS[n]}'")


def test_the_buttons_of_the_card_stay_where_they_are(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    places = {ana.evaluate(BUTTONS)}
    assert "go through the proposals one by one" in ana.evaluate(AT_HAND)
    ana.page.click(".at-hand button:has-text('Review the 8 proposals')")
    selected(ana, 0)
    ana.until(f"{AT_HAND}.includes('1 of 8 · 8 to decide')")
    assert "score 0.95, surest first" in ana.evaluate(AT_HAND)
    places.add(ana.evaluate(BUTTONS))
    ana.keys("Shift+t")
    ana.page.keyboard.type("a long note, longer than the line of the card has room for, of course")
    ana.keys("Enter")
    ana.until(f"{AT_HAND}.includes('a long note')")
    places.add(ana.evaluate(BUTTONS))
    # Always the same place of the screen: eight decisions are eight clicks.
    x, y = ana.evaluate(
        "(({ x, y, width, height }) => [x + width / 2, y + height / 2])"
        "(document.querySelector('.decision .accept').getBoundingClientRect())"
    )
    for n in range(8):
        selected(ana, n)
        places.add(ana.evaluate(BUTTONS))
        ana.page.mouse.click(x, y)
    ana.until(f"{AT_HAND}.includes('Nothing is left to review here')")
    places.add(ana.evaluate(BUTTONS))
    ana.keys("Escape", "Escape")
    ana.until(f"{AT_HAND}.includes('All proposals are decided')")
    places.add(ana.evaluate(BUTTONS))
    ana.keys("d")
    ana.until(f"{AT_HAND}.includes('What is drawn next is of this class')")
    places.add(ana.evaluate(BUTTONS))
    assert len(places) == 1


def test_the_class_of_what_is_drawn_is_chosen_on_the_card(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("d")
    ana.page.select_option(".at-hand select", "tree")
    ana.until("document.querySelector('[data-class=tree] .class').ariaPressed === 'true'")
    ana.page.click(".at-hand button:has-text('Back to selecting')")
    ana.until("document.body.dataset.mode === 'select'")


def test_tabs_are_gone_through_by_keys(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    assert ana.evaluate(SHOWN) == "panel-review"
    ana.keys("Alt+t")
    ana.until(f"{FRONT} === 'Objects' && {SHOWN} === 'panel-objects'")
    assert ana.evaluate(ON_MAP)
    ana.page.focus("#tab-objects")
    ana.keys("ArrowRight")
    ana.until(f"{FRONT} === 'View' && document.activeElement.id === 'tab-view'")
    ana.keys("ArrowRight")
    ana.until(f"{FRONT} === 'Review' && document.activeElement.id === 'tab-review'")
    ana.keys("End")
    ana.until(f"{FRONT} === 'View'")
    assert ana.evaluate("window.geoengine.mode") == "select"  # an arrow was none of the map's
    # Tab stops once at the tabs, and goes on to what is in front.
    ana.keys("Tab")
    assert ana.evaluate("document.querySelector('#panel-view').contains(document.activeElement)")
    ana.keys("Shift+Tab")
    assert ana.evaluate("document.activeElement.id") == "tab-view"
    ana.page.reload()
    ana.idle()
    assert ana.evaluate(SHOWN) == "panel-view"  # as it was left
    ana.page.click("#tab-review")
    assert ana.evaluate(ON_MAP)


def test_a_key_opens_the_tab_of_the_filter(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Alt+f")
    ana.until("document.activeElement.id === 'show-proposed'")
    assert ana.evaluate(SHOWN) == "panel-objects"
    ana.keys("q")
    selected(ana, 0)


def test_a_browser_that_keeps_nothing_has_tabs_and_no_first_cards(newcomer: Analyst) -> None:
    ana = newcomer
    ana.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    ana.open("#scene=1")
    ana.keys("Alt+t")
    ana.until(f"{FRONT} === 'Objects'")
    assert ana.evaluate(CARD) == ""


def test_where_there_is_nothing_a_sentence_and_a_button_stand(analyst: Arrive, server: Server) -> None:
    with server.project.store() as store:
        store.replace_proposals(1, ["building"], [], token="none", author="m")
    ana = analyst()
    ana.open("#scene=1")
    ana.until(f"{AT_HAND}.includes('There are no objects here yet.')")
    assert "no model has proposed anything here" in ana.page.inner_text("#panel-review")
    ana.tab("view")
    empty = ana.page.locator("#panel-view .empty:visible")
    assert empty.count() == 2
    assert [one.locator("p").count() for one in empty.all()] == [1, 1]
    assert [one.locator("button, a").count() for one in empty.all()] == [1, 1]
    ana.keys("Alt+h")
    ana.page.click(".past .empty button")
    ana.until("document.body.dataset.mode === 'draw'")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (640, 400), (1024, 768)])
def test_nothing_is_wider_than_the_page(analyst: Arrive, width: int, height: int) -> None:
    ana = analyst()
    ana.page.set_viewport_size({"width": width, "height": height})
    ana.open("#scene=1")
    ana.keys("q")
    selected(ana, 0)
    for name in ("review", "objects", "view"):
        ana.tab(name)
        assert ana.evaluate(TOO_WIDE) == []
    lines, outside = ana.evaluate(BAR)
    assert lines <= 2
    assert outside == 0


def test_the_first_cards_are_shown_once_and_in_nobodys_way(newcomer: Analyst) -> None:
    ana = newcomer
    ana.open("#scene=1")
    ana.until(f"{CARD} === 'What this is'")
    ana.keys("ArrowRight")
    ana.until(f"{CARD} === 'Decide with A and R'")
    ana.keys("ArrowLeft", "ArrowLeft")
    ana.until(f"{CARD} === 'What this is'")
    for _ in range(4):
        ana.page.click(".introduction-next")
    ana.until(f"{CARD} === 'Where your labels go'")
    # Keys of the map are the map's, with the cards and after them.
    ana.keys("?")
    ana.until("Boolean(document.querySelector('dialog.help'))")
    ana.keys("Escape")
    ana.until("!document.querySelector('dialog.help')")
    ana.page.focus(".introduction-next")
    ana.keys("Enter")
    ana.until(f"{CARD} === '' && {ON_MAP}")
    ana.keys("ArrowRight")  # begins the review
    selected(ana, 0)
    ana.page.reload()
    ana.idle()
    assert ana.evaluate(CARD) == ""
    ana.keys("Alt+i")
    ana.until(f"{CARD} === 'What this is'")
    ana.keys("Escape")
    ana.until(f"{CARD} === '' && {ON_MAP}")
    ana.keys("?")
    ana.page.click("dialog.help [data-choice=introduction]")
    ana.until(f"{CARD} === 'What this is'")
    # Whoever begins on the map, with the cards there, closes them from there too.
    ana.page.focus(".map")
    ana.keys("Escape")
    ana.until(f"{CARD} === ''")
