"""Attributes of a class: a form filled by keys, what is missing, and how sure one is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geoengine.model import (
    AttributeKind,
    Changeset,
    Choice,
    ClassAttribute,
    Feature,
    UpdateFeature,
    new_uid,
)
from geoengine.project import SETTINGS_NAME, Project
from geoengine.tasks.labels.export import export_labels
from tests.support.browser import UIDS, Analyst, Server
from tests.support.declared import declare
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROOFS = (Choice("flat", "Flat roof"), Choice("gable", "Gable roof"))


@pytest.fixture(autouse=True)
def declared(project: Project) -> None:
    with project.store() as store:
        declare(
            store,
            "building",
            ClassAttribute("storeys", "Storeys", AttributeKind.NUMBER, "floors", 1, 60, required=True),
            ClassAttribute("roof", "Roof", AttributeKind.CHOICE, choices=ROOFS, required=True),
            ClassAttribute("used", "Used", AttributeKind.YES_NO),
            ClassAttribute("old", "Old", AttributeKind.TEXT, required=True, retired=True),
        )
    settings = project.directory / SETTINGS_NAME
    settings.write_text(settings.read_text().replace("# confidence = true", "confidence = true"))


def stored(server: Server, n: int) -> Feature:
    with server.project.store() as store:
        return read(store).feature(UIDS[n])


def selected(ana: Analyst, n: int) -> None:
    ana.until(f"document.body.dataset.selected === '{UIDS[n]}'")


def panel_says(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('.panel').innerText.includes({json.dumps(words)})")


def test_a_form_is_filled_by_keys_in_review(analyst: Arrive, server: Server, tmp_path: Path) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("n")
    selected(ana, 0)
    panel_says(ana, "Missing: Storeys, Roof")
    ana.keys("Shift+e")
    ana.page.keyboard.type("61")
    ana.keys("Enter")
    ana.until(
        "document.querySelector('.attribute-form').innerText.includes('expected a number from 1 to 60 floors')"
    )
    assert stored(server, 0).state == "proposed"
    ana.keys("Control+a")
    ana.page.keyboard.type("3")
    ana.keys("Tab", "2", "Tab", "y", "Tab", "p", "Enter")  # gable, yes, and the first confidence with a p
    selected(ana, 1)  # saved and accepted: the review goes on
    ana.status("saved")
    feature = stored(server, 0)
    assert dict(feature.attributes) == {"storeys": 3, "roof": "gable", "used": True}
    assert (feature.state, feature.confidence) == ("accepted", "possible")

    ana.keys("Shift+e", "Escape")
    selected(ana, 1)
    ana.tab("objects")
    ana.page.select_option("#filter-incomplete", "false")
    ana.until("document.querySelector('.shown').textContent.startsWith('1 shown, 7 hidden')")
    ana.page.select_option("#filter-incomplete", "true")
    ana.until("document.querySelector('.shown').textContent.startsWith('7 shown, 1 hidden')")
    ana.page.select_option("#filter-incomplete", "null")
    ana.tab("review")

    out = tmp_path / "out.geojson"
    with server.project.store() as store, store.reading() as view:
        scenes = view.scenes()
        export_labels(store, out, scenes)
    properties = next(
        each["properties"] for each in json.loads(out.read_text())["features"] if each["id"] == UIDS[0]
    )
    assert [properties[name] for name in ("storeys", "roof", "used", "confidence")] == [
        3,
        "gable",
        True,
        "possible",
    ]

    # Without "roof" in the list, its values are there all the same.
    with server.project.store() as store:
        declare(store, "building", ClassAttribute("storeys", "Storeys", AttributeKind.NUMBER))
    ana.page.reload()
    ana.idle()
    ana.keys("z")
    ana.select_proposal(0)
    panel_says(ana, "gable")
    ana.keys("Shift+e", "Control+a")
    ana.page.keyboard.type("4")
    ana.keys("Enter")
    ana.status("saved")
    assert dict(stored(server, 0).attributes) == {"storeys": 4, "roof": "gable", "used": True}
    ana.keys("Control+z")
    ana.status("saved")
    assert stored(server, 0).attributes["storeys"] == 3


def test_objects_are_filtered_by_the_value_of_an_attribute(analyst: Arrive, server: Server) -> None:
    roofs = {0: {"roof": "flat", "storeys": 2}, 1: {"roof": "gable"}, 3: {"roof": "flat", "storeys": 9}}
    with server.project.store() as store:
        edits = tuple(UpdateFeature(UIDS[n], 1, set_attributes=attributes) for n, attributes in roofs.items())
        store.commit(Changeset(new_uid(), 1, "ben", edits))
    ana = analyst()
    ana.open("#scene=1")
    shown = "document.querySelector('.filter .shown').textContent"
    ana.tab("objects")
    ana.page.select_option("#filter-attribute", "roof")
    ana.until(f"{shown} === '3 shown, 5 hidden'")
    ana.page.select_option("#filter-attribute-is", "=flat")
    ana.until(f"{shown} === '2 shown, 6 hidden'")
    ana.page.focus(".map")
    ana.keys("q")
    ana.until("document.body.dataset.review === '1 of 2'")
    selected(ana, 0)
    ana.keys("Escape")
    ana.page.select_option("#filter-attribute", "storeys")
    ana.page.select_option("#filter-attribute-is", "range")
    ana.page.fill(".attribute-range input:first-child", "3")
    ana.keys("Tab")
    ana.until(f"{shown} === '1 shown, 7 hidden'")
    # The filter is as it was left, also another day.
    with ana.page.expect_request(lambda request: request.method == "PUT" and "bookmark" in request.url):
        pass
    ana.page.reload()
    ana.until(f"window.geoengine?.idle && {shown} === '1 shown, 7 hidden'")
    assert ana.page.input_value(".attribute-range input:first-child") == "3"
    ana.page.click(".filter .reset")
    ana.until(f"{shown} === 'All 8 shown'")
    ana.page.goto(f"{ana.url}/#classes")
    ana.page.click("[data-field='building/attributes']")
    ana.page.focus("[data-attribute=roof] .mover--1")
    ana.keys("Alt+ArrowUp")
    ana.until("document.querySelector('.declared li').dataset.attribute === 'roof'")
    with server.project.store() as store:
        assert [one.key for one in read(store).classes()[0].attributes] == ["roof", "storeys", "used", "old"]
