"""Themes, key caps, Tab, the help, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import Analyst, roof

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PROPOSED = "Number(document.body.dataset.proposed) > 0"
THEME = "document.documentElement.dataset.theme"
ON_MAP = "document.activeElement.classList.contains('map')"
RING = "getComputedStyle(document.querySelector('.map')).outlineStyle !== 'none'"
SPOKEN = "document.querySelector('.selection-spoken').textContent"
HELP_ROWS = "[...document.querySelectorAll('dialog.help tbody tr')].filter((row) => row.checkVisibility())"


def test_the_theme_follows_the_system_until_it_is_chosen(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.emulate_media(color_scheme="light")
    ana.open("#scene=1")
    ana.until(f"{THEME} === 'light'")
    light = ana.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor")
    ana.page.emulate_media(color_scheme="dark")
    ana.until(f"{THEME} === 'dark'")
    ana.page.click(".bar .theme")
    ana.until(f"{THEME} === 'light'")
    ana.page.reload()
    ana.idle()
    ana.until(f"{THEME} === 'light'")
    assert ana.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor") == light
    ana.page.click(".bar .theme")
    ana.until(f"{THEME} === 'dark'")
    ana.page.emulate_media(color_scheme="light")  # back at that of the system, it follows the system
    ana.until(f"{THEME} === 'light'")


def test_forced_colours_keep_the_swatches(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.emulate_media(forced_colors="active")
    ana.open("#scene=1")
    color = "getComputedStyle(document.querySelector('[data-class=building] .swatch')).backgroundColor"
    ana.until(f"{color} === 'rgb(86, 180, 233)'")


def test_tab_leaves_the_outline_tool_and_w_turns_its_proposals(analyst: Arrive) -> None:
    def twice(route: Any) -> None:
        """Answer with the outline of the server as two, whatever it finds."""
        reply = route.fetch()
        body = reply.json()
        route.fulfill(response=reply, json={**body, "outlines": body["outlines"][:1] * 2})

    ana = analyst()
    ana.page.route("**/outline", twice)
    ana.open("#scene=1")
    ana.keys("z", "w")
    ana.click((roof(1).centroid.x + 3, roof(1).centroid.y + 2))
    ana.until(PROPOSED)
    says = "document.querySelector('.notice').textContent"
    ana.until(f"{says}.includes('W shows another (1 of')")
    ana.keys("w")
    ana.until(f"{says}.includes('(2 of')")
    ana.until(ON_MAP)
    ana.keys("Tab")
    ana.until(f"!({ON_MAP})")


def test_the_map_shows_its_focus_only_after_tab(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z")
    ana.until(ON_MAP)
    assert not ana.evaluate(RING)
    ana.keys("Tab", "Shift+Tab")
    ana.until(f"{ON_MAP} && {RING}")


def test_what_is_selected_is_spoken(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("q")
    ana.until(f"{SPOKEN} === 'Building, proposed, score 0.95'")
    ana.keys("Escape", "Escape")
    ana.until(f"{SPOKEN} === ''")
    ana.keys("f")
    ana.idle()
    ana.keys("Control+a")
    ana.until(f"{SPOKEN} === '8 objects selected.'")


def test_the_help_opens_at_its_top_and_finds(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("?")
    ana.until("document.activeElement.matches('dialog.help input')")
    assert ana.evaluate("document.querySelector('dialog.help').scrollTop") == 0
    ana.page.keyboard.type("duplicate the sel")
    ana.until(f"{HELP_ROWS}.length === 1")
    ana.keys("Enter")
    assert ana.page.is_visible("dialog.help")
    ana.page.keyboard.type(" xyz")
    ana.page.click("dialog.help .empty button")
    ana.until(f"{HELP_ROWS}.length > 50 && document.activeElement.matches('dialog.help input')")
    ana.keys("Escape")
    ana.until("!document.querySelector('dialog.help')")


def test_key_caps_are_shown_in_the_first_sessions_and_while_alt_is_held(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    cap = "getComputedStyle(document.querySelector('.rail kbd')).visibility"
    ana.until(f"{cap} === 'visible'")
    ana.evaluate("localStorage.setItem('geoengine/sessions', '6')")
    ana.page.reload()
    ana.idle()
    ana.until(f"{cap} === 'hidden'")
    ana.page.keyboard.down("Alt")
    ana.until(f"{cap} === 'visible'")
    ana.page.keyboard.up("Alt")
    ana.until(f"{cap} === 'hidden'")
