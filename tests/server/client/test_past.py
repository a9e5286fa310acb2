"""The history: a person's last steps, and the revisions of one object."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geoengine.model import Changeset, FeatureState, UpdateFeature, new_uid
from tests.support.browser import UIDS, Analyst, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
ROWS = "[...document.querySelectorAll('.past-row')].map((row) => row.innerText.split('\\n')[0])"


def row_says(ana: Analyst, *words: str) -> None:
    ana.until(f"JSON.stringify({ROWS}) === JSON.stringify({list(words)!r})")


def test_steps_of_another_day_are_gone_to_and_deleted_objects_come_back(
    analyst: Arrive, server: Server
) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("q")
    for n, key in enumerate(("a", "a", "r")):
        ana.until(f"document.body.dataset.selected === '{UIDS[n]}'")
        ana.keys(key)
    ana.until(f"document.body.dataset.selected === '{UIDS[3]}'")
    ana.keys("Escape", "Escape", "f")
    ana.until("document.body.dataset.selected === '' && window.geoengine.idle")
    ana.select_proposal(5)
    ana.keys("a")
    ana.select_proposal(5)
    ana.keys("Delete")
    ana.status("saved")
    ana.page.reload()  # what was done is not in the browser's history any more
    ana.idle()
    ana.keys("Alt+h")
    row_says(ana, "1 deleted", "1 accepted", "1 rejected", "1 accepted", "1 accepted")
    ana.until("document.activeElement.matches('.past-row')")
    ana.keys("ArrowDown", "ArrowDown", "Enter")
    ana.until(f"document.body.dataset.selected === '{UIDS[2]}'")
    ana.page.click(".past-rows li:first-child .past-more button:has-text('Bring it back')")
    ana.until(f"document.body.dataset.selected === '{UIDS[5]}'")
    ana.status("saved")
    ana.until(f"{ROWS}[0] === '1 brought back'")
    with server.project.store() as store, store.reading() as view:
        assert (view.feature(UIDS[5]).deleted, view.feature(UIDS[5]).state) == (False, "accepted")


def test_an_object_goes_back_to_a_revision_and_others_are_asked_about(
    analyst: Arrive, server: Server
) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.select_proposal(0)
    ana.keys("a", "2")
    ana.status("saved")
    ana.keys("Alt+v")
    row_says(ana, "Revision 3 as it is now", "Revision 2", "Revision 1")
    ana.page.click("[data-revision='2'] button:has-text('Back to this')")
    ana.status("saved")
    ana.until(f"{ROWS}.length === 4 && {ROWS}[0].startsWith('Revision 4')")
    ana.until(f"window.geoengine.feature('{UIDS[0]}').classKey === 'building'")
    with server.project.store() as store:
        other = UpdateFeature(UIDS[0], 4, class_key="tree", state=FeatureState.REJECTED)
        store.commit(Changeset(new_uid(), 1, "ben", (other,)))
    ana.keys("Alt+v", "Alt+v")
    ana.until(f"{ROWS}.length === 5")
    ana.page.click("[data-revision='4'] button:has-text('Back to this')")
    ana.page.wait_for_selector("dialog [data-choice=overwrite]")
    assert "ben has changed this object since" in ana.page.inner_text("dialog[open]")
    ana.page.click("dialog [data-choice=leave]")
    ana.page.click("[data-revision='4'] button:has-text('Back to this')")
    ana.page.click("dialog [data-choice=overwrite]")
    ana.status("saved")
    ana.until(f"{ROWS}[0].startsWith('Revision 6')")
    ana.page.focus(".past-row")
    ana.keys("Escape")
    ana.until("document.querySelector('.past').hidden && document.activeElement.classList.contains('map')")
    with server.project.store() as store, store.reading() as view:
        assert (view.feature(UIDS[0]).class_key, view.feature(UIDS[0]).state) == ("building", "accepted")
        assert len(view.history(UIDS[0])) == 6
