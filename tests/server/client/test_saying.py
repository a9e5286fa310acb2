"""What a person says of objects: unsure, with a queue and filter of its own, and notes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geoengine.model import Feature
from geoengine.tasks.labels.export import export_labels
from tests.support.browser import UIDS, Analyst, Server
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def stored(server: Server, n: int) -> Feature:
    with server.project.store() as store:
        return read(store).feature(UIDS[n])


def selected(ana: Analyst, n: int) -> None:
    ana.until(f"document.body.dataset.selected === '{UIDS[n]}'")


def panel_says(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('.panel').innerText.includes({json.dumps(words)})")


def notice_is(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('.notice').textContent.startsWith({json.dumps(words)})")


def test_unsure_ones_have_a_key_a_queue_and_a_filter(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("n")
    selected(ana, 0)
    ana.keys("Shift+u")  # the first of eight
    selected(ana, 1)
    ana.keys("a")
    selected(ana, 2)
    ana.keys("Shift+u", "Control+z")  # undo shows what it took back
    selected(ana, 2)
    panel_says(ana, "proposed")
    ana.keys("Shift+u")
    for n in range(3, 8):
        selected(ana, n)
        ana.keys("a")
    notice_is(ana, "All other proposals are decided; 2 unsure ones are left")
    ana.status("saved")
    assert [stored(server, n).unsure for n in range(4)] == [True, False, True, False]
    assert not ana.page.is_visible(".scene-end")

    ana.page.reload()
    ana.idle()
    ana.until("document.querySelector('[data-command=review-unsure]').textContent === 'Review 2'")
    ana.tab("objects")
    ana.page.select_option("#filter-unsure", "true")
    ana.until("document.querySelector('.shown').textContent.startsWith('2 shown, 6 hidden')")
    ana.page.select_option("#filter-unsure", "null")
    ana.tab("review")

    ana.keys("Alt+w")
    selected(ana, 0)
    panel_says(ana, "1 of 2 unsure")
    panel_says(ana, "proposed, unsure")
    ana.keys("a")  # a decision takes the mark away
    selected(ana, 2)
    ana.page.get_by_label("A decision clears the mark").uncheck()
    ana.keys("r")  # or leaves it, as one says
    notice_is(ana, "Every unsure object")
    ana.status("saved")
    said = [(stored(server, n).state, stored(server, n).unsure) for n in (0, 2)]
    assert said == [("accepted", False), ("rejected", True)]
    ana.until("document.querySelector('[data-command=review-unsure]').textContent === 'Review 1'")


def test_the_mark_is_on_the_map(analyst: Arrive) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z")
    ana.select_proposal(0)
    ana.keys("Escape")
    ana.idle()
    before = ana.page.screenshot()
    ana.select_proposal(0)
    ana.keys("Shift+u")
    ana.until(f"window.geoengine.feature('{UIDS[0]}')?.said?.unsure ?? true")
    ana.keys("Escape")
    ana.status("saved")
    ana.idle()
    assert ana.page.screenshot() != before


def test_a_note_is_one_line_and_never_markup(analyst: Arrive, server: Server, tmp_path: Path) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z")
    ana.select_proposal(0)
    ana.keys("Shift+t")
    field = ana.page.locator("#note")
    assert field.evaluate("node => node === document.activeElement")
    field.fill("x" * 102_400)
    ana.keys("Enter")
    assert "102,400 characters, expected at most 500" in ana.page.inner_text("#note-hint")
    field.fill("<img src=x onerror=alert(1)> by the gate")
    ana.keys("Enter")
    panel_says(ana, "<img src=x onerror=alert(1)> by the gate")
    assert ana.page.locator(".panel img").count() == 0
    ana.status("saved")
    feature = stored(server, 0)
    assert (feature.note, feature.state) == ("<img src=x onerror=alert(1)> by the gate", "proposed")

    ana.keys("Shift+t", "Escape", "Shift+t")
    assert field.input_value() == feature.note
    ana.keys("Escape", "Escape")
    ana.tab("objects")
    ana.page.select_option("#filter-noted", "true")
    ana.until("document.querySelector('.shown').textContent.startsWith('1 shown, 7 hidden')")
    out = tmp_path / "out.geojson"
    with server.project.store() as store, store.reading() as view:
        scenes = view.scenes()
        export_labels(store, out, scenes, noted=True)
    (found,) = json.loads(out.read_text())["features"]
    assert found["properties"]["note"] == feature.note

    ana.select_proposal(0)
    ana.keys("Shift+t")
    field.fill("")
    ana.keys("Enter")
    ana.status("saved")
    assert stored(server, 0).note == ""
    ana.keys("Control+z")
    ana.status("saved")
    assert stored(server, 0).note == feature.note
