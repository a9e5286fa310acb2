"""What became of objects since another date, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server, add_earlier_town
from tests.support.views import read

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
ROWS = "[...document.querySelectorAll('.details dd')].map((one) => one.textContent)"


def test_objects_are_new_gone_or_changed_since_another_date(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Shift+F6")
    ana.until("document.querySelector('.notice').textContent.includes('Select an object first')")
    ana.select_proposal(6)
    for word in ("new", "gone", "changed"):
        ana.keys("Shift+F6")
        ana.until(f"{ROWS}.includes('{word} since Town before')")
    ana.keys("Shift+F6")
    ana.until(f"!{ROWS}.some((words) => words.includes('since'))")
    ana.keys("Shift+F6")
    ana.status("saved")
    assert ana.feature(UIDS[6])["state"] == "proposed"
    with server.project.store() as store:
        said = read(store).feature(UIDS[6]).attributes
    assert said == {"change": "new", "compared_with": "town-before"}

    ana.tab("objects")
    ana.page.select_option("#filter-attribute", "change")
    ana.page.select_option("#filter-attribute-is", "=new")
    ana.keys("q")
    ana.until("document.body.dataset.review === '1 of 1'")
    assert ana.evaluate("document.body.dataset.selected") == UIDS[6]


def test_without_another_date_nothing_is_said(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.select_proposal(0)
    ana.keys("Shift+F6")
    ana.until("document.querySelector('.notice').textContent.includes('no other scene of this area')")
    assert ana.feature(UIDS[0])["attributes"] == {}
