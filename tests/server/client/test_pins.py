"""Questions on places: asked by mouse and by keys, resolved, removed, and never lost or overwritten unread."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import shapely

from geoengine.model import Pin, PinEdit, PinState
from geoengine.project import Project
from tests.support.browser import Analyst, Server, to_pixels, to_world
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CARD = ".pin-card"


def stored(project: Project) -> list[Pin]:
    with project.store() as store:
        return read(store).pins(1)


def put(project: Project, edit: PinEdit) -> Pin:
    with project.store() as store:
        return store.put_pin(edit)


def question(uid: str, pixel: tuple[float, float], text: str) -> PinEdit:
    place = to_world(shapely.Point(pixel))
    return PinEdit(uid, 1, place.x, place.y, text, PinState.OPEN, "ben", 0)


def pins_are(ana: Analyst, open_: int, all_: int) -> None:
    ana.until(f"document.body.dataset.pins === '{open_} of {all_}'")


def hint_says(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('#pin-hint').textContent.includes({json.dumps(words)})")


def test_a_question_by_mouse(analyst: Arrive, project: Project) -> None:
    ana = analyst()
    ana.open("#scene=1")
    pins_are(ana, 0, 0)
    ana.page.click(".panel .pins .empty button")
    ana.until("document.body.dataset.mode === 'pin'")
    at = ana.click((520, 640))
    ana.page.wait_for_selector(".pin-field")
    ana.page.fill("#pin-text", "<b>A road?</b>")
    ana.page.click(".pin-field button[type=submit]")
    pins_are(ana, 1, 1)
    (pin,) = stored(project)
    assert (pin.text, pin.asked_by, pin.state) == ("<b>A road?</b>", "ana", PinState.OPEN)
    assert to_pixels(shapely.Point(pin.x, pin.y)).distance(shapely.Point(at)) < 0.01

    ana.keys("v")
    ana.click((520, 640))
    ana.page.wait_for_selector(CARD)
    assert ana.page.inner_text(f"{CARD} .pin-text") == "<b>A road?</b>"
    assert "ana, just now" in ana.page.inner_text(CARD)
    ana.page.click(f"{CARD} button:has-text('Resolve')")
    pins_are(ana, 0, 1)
    ana.page.click(f"{CARD} button:has-text('Reopen')")
    pins_are(ana, 1, 1)
    ana.page.click(f"{CARD} button:has-text('Edit')")
    ana.page.fill("#pin-text", "A road or a wall?")
    ana.page.press("#pin-text", "Enter")
    ana.until(f"document.querySelector('{CARD} .pin-text').textContent === 'A road or a wall?'")
    ana.page.click(f"{CARD} button:has-text('Remove')")
    pins_are(ana, 0, 0)
    assert stored(project) == []
    ana.page.click(f"{CARD} button:has-text('Undo')")
    pins_are(ana, 1, 1)
    assert [(one.text, one.revision) for one in stored(project)] == [("A road or a wall?", 6)]
    ana.page.reload()
    ana.idle()
    pins_are(ana, 1, 1)
    ana.page.click(".home")
    ana.until("document.querySelector('.scene-card')?.innerText.includes('1 open question') ?? false")


def test_a_question_by_keys(analyst: Arrive, project: Project) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Alt+p")
    ana.until("document.body.dataset.mode === 'pin'")
    ana.keys("Alt+Shift+ArrowRight", "Alt+Shift+ArrowDown", " ")
    ana.until("document.activeElement.id === 'pin-text'")
    ana.page.keyboard.type("Why is it dark here?")
    ana.keys("Enter")
    pins_are(ana, 1, 1)
    ana.until("document.activeElement.classList.contains('map')")
    ana.keys("Alt+ArrowRight", " ")
    ana.until("document.activeElement.id === 'pin-text'")
    ana.page.keyboard.type("given up")
    ana.keys("Escape", "Escape")
    ana.until("document.body.dataset.mode === 'select'")
    put(project, question("pin-00000002", (200, 300), "And this?"))
    ana.page.reload()
    ana.idle()
    pins_are(ana, 2, 2)
    chosen = f"document.querySelector('{CARD} .pin-text').textContent"
    for words in ("Why is it dark here?", "And this?", "Why is it dark here?"):
        ana.keys("Alt+n")
        ana.until(f"!document.querySelector('{CARD}').hidden && {chosen} === {json.dumps(words)}")
    ana.page.focus(f"{CARD} button:has-text('Resolve')")
    ana.keys("Enter")
    pins_are(ana, 1, 2)
    ana.keys("Escape")
    ana.until(f"document.querySelector('{CARD}').hidden")
    ana.page.check(".pins input[type=checkbox]")
    ana.page.focus(".pin-row.pin-resolved")
    ana.keys("Enter")
    ana.until(f"!document.querySelector('{CARD}').hidden && {chosen} === 'Why is it dark here?'")
    assert [(pin.text, pin.state.value) for pin in stored(project)] == [
        ("Why is it dark here?", "resolved"),
        ("And this?", "open"),
    ]


def test_what_cannot_be_saved_stays(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Alt+p")
    ana.click((400, 400))
    ana.page.fill("#pin-text", "Who lives here?")
    ana.page.context.set_offline(True)
    ana.page.press("#pin-text", "Enter")
    hint_says(ana, "That was not saved")
    assert ana.page.input_value("#pin-text") == "Who lives here?"
    ana.page.context.set_offline(False)
    ana.page.reload()
    ana.idle()
    ana.page.wait_for_selector(".pin-field")
    assert ana.page.input_value("#pin-text") == "Who lives here?"
    ana.page.press("#pin-text", "Enter")
    pins_are(ana, 1, 1)
    assert [pin.text for pin in stored(server.project)] == ["Who lives here?"]


def test_a_change_by_somebody_else_is_shown_first(analyst: Arrive, project: Project) -> None:
    asked = question("pin-00000001", (300, 300), "A road?")
    put(project, asked)
    ana = analyst()
    ana.open("#scene=1")
    pins_are(ana, 1, 1)
    ana.page.click(".pin-row")
    ana.page.click(f"{CARD} button:has-text('Edit')")
    put(project, replace(asked, text="A wall?", base_revision=1))
    ana.page.fill("#pin-text", "A path?")
    ana.page.press("#pin-text", "Enter")
    hint_says(ana, "ben changed this pin meanwhile: “A wall?”, open")
    assert [pin.text for pin in stored(project)] == ["A wall?"]
    ana.page.press("#pin-text", "Enter")
    ana.until("document.querySelector('.pin-field').hidden")
    assert [(pin.text, pin.author, pin.revision) for pin in stored(project)] == [("A path?", "ana", 3)]
