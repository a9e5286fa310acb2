"""The page of classes, by mouse and by keyboard, and an open desk that takes over what is changed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.support.browser import UIDS, Analyst, Server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
STATUS = "document.querySelector('.class-status').textContent"


def keys(server: Server) -> list[str]:
    with server.project.store() as store, store.reading() as view:
        return [one.key for one in view.classes()]


def says(ana: Analyst, words: str) -> None:
    ana.until(f"{STATUS} === {words!r}")


def opened(ana: Analyst) -> None:
    ana.page.wait_for_selector(".class-row")


def test_classes_are_managed_by_mouse(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.tab("objects")
    ana.page.click(".legend-head a:has-text('Edit')")
    opened(ana)
    page = ana.page
    page.fill(".class-add label:has-text('Name') input", "Tower crane")
    page.click(".class-add button")
    says(ana, "Tower crane is added.")
    page.fill("[data-field='tower_crane/name']", "Crane")
    page.click("h1")  # a field is saved when it is left
    says(ana, "Crane is changed.")
    page.fill("[data-field='tower_crane/color']", "#123456")
    says(ana, "Crane is changed.")
    ana.until("document.querySelector(\"[data-field='tower_crane/color']\").title === '#123456'")
    page.click("[data-field='tower_crane/move-1']")
    says(ana, "The order is changed.")
    page.fill("[data-field='building/key']", "house")
    page.click("h1")
    says(ana, "Building is changed, with 8 labels.")
    page.click("[data-field='house/retire']")
    page.select_option("dialog select", "tree")
    page.click("dialog [data-choice=merge]")
    says(ana, "house is retired; its labels are Tree now.")
    assert keys(server) == ["tower_crane", "tree"]
    page.click("[data-field='tower_crane/retire']")
    says(ana, "Crane is retired.")
    page.click(".retired-classes button[aria-label='Bring Crane back']")
    says(ana, "Crane is added.")
    assert keys(server) == ["tree", "tower_crane"]
    with server.project.store() as store, store.reading() as view:
        assert {view.feature(uid).class_key for uid in UIDS} == {"tree"}
        assert view.classes()[1].color == "#123456"


def test_classes_are_managed_by_keyboard(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.page.keyboard.type("classes")
    ana.until("document.querySelector('.finder [aria-selected=true]')?.innerText.startsWith('Classes')")
    ana.keys("Enter")
    opened(ana)
    ana.until("location.hash === '#classes' && document.activeElement.tagName === 'H1'")
    ana.page.focus("[data-field='tree/name']")
    ana.keys("Alt+ArrowUp")
    says(ana, "The order is changed.")
    ana.until("document.activeElement.dataset.field === 'tree/name'")
    assert keys(server) == ["tree", "building"]
    ana.keys("Control+a")
    sent: list[str] = []
    ana.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    ana.page.keyboard.type("Old tree")
    ana.keys("Enter")
    says(ana, "Old tree is changed.")
    ana.page.focus("[data-field='tree/attributes']")
    assert len(sent) == 1
    ana.keys("Enter")
    ana.until("document.activeElement.className === 'new-attribute'")
    ana.keys("Enter")
    ana.until("document.activeElement.form?.className === 'attribute-editor'")
    ana.page.keyboard.type("Height")
    ana.keys("Tab", "n", "Tab", "1", "Tab", "6", "0", "Tab", "m", "Enter")
    ana.page.wait_for_selector("[data-attribute=height]")
    assert ana.page.inner_text("[data-attribute=height] .dim") == "number: from 1 to 60 m"
    ana.keys("Escape")
    ana.until("document.activeElement.dataset.field === 'tree/attributes'")
    with server.project.store() as store, store.reading() as view:
        assert [one.maximum for one in view.classes()[0].attributes] == [60]


def test_a_class_that_is_squared_squares_what_is_drawn(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.goto(f"{ana.url}/#classes")
    opened(ana)
    ana.page.select_option("[data-field='building/shape']", "squared")
    says(ana, "Building is changed.")
    ana.open("#scene=1")
    ana.keys("z", "d")
    ana.until("document.querySelector('.mode-hint').innerText.includes('Squared when finished')")
    for x, y in ((600, 620), (700, 624), (698, 680), (601, 678)):
        ana.click((x, y))
    ana.keys("Enter")
    ana.status("saved")

    def right_angles() -> int:
        [drawn] = [one for uid, one in server.labels().geometry.items() if uid not in UIDS]
        edges = np.diff(np.asarray(drawn.exterior.coords), axis=0)
        turns = np.einsum("ij,ij->i", edges, np.roll(edges, 1, axis=0))
        lengths = np.hypot(*edges.T)
        return int((np.abs(turns / lengths / np.roll(lengths, 1)) < 1e-3).sum())

    assert right_angles() == 4
    ana.keys("Control+z")
    ana.status("saved")
    wait_for(lambda: right_angles() == 0, "the outline is as it was drawn")
    ana.keys("Control+z", "Alt+s")
    ana.until("document.querySelector('.mode-hint').innerText.includes('Left as drawn')")
    for x, y in ((600, 620), (700, 624), (698, 680), (601, 678)):
        ana.click((x, y))
    ana.keys("Enter")
    ana.status("saved")
    wait_for(lambda: right_angles() == 0, "the outline is as it was drawn")


def test_a_change_of_an_old_list_is_refused_in_a_sentence(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.goto(f"{ana.url}/#classes")
    opened(ana)
    with server.project.store() as store:
        store.order_classes(["tree"])
    ana.page.fill("[data-field='tree/name']", "Mine")
    ana.keys("Enter")
    ana.until(f"{STATUS}.startsWith('Not changed: somebody has changed the classes meanwhile')")
    ana.until("document.querySelector('.class-row').dataset.class === 'tree'")
    assert ana.page.input_value("[data-field='tree/name']") == "Tree"


def test_an_open_desk_takes_over_changes_and_keeps_a_drawing(analyst: Arrive, server: Server) -> None:
    ana, ben = analyst(), analyst()
    ana.open("#scene=1")
    ana.keys("d")
    for pixel in ((600, 600), (700, 600), (700, 700)):
        ana.click(pixel)
    ben.page.goto(f"{ben.url}/#classes")
    opened(ben)
    ben.page.fill("[data-field='building/key']", "house")
    ben.keys("Enter")
    says(ben, "Building is changed, with 8 labels.")
    ana.until("document.querySelector('.classes li').dataset.class === 'house'")
    ana.until(f"window.geoengine.idle && window.geoengine.feature('{UIDS[0]}')?.classKey === 'house'")
    assert ana.evaluate("document.body.dataset.mode") == "draw"
    ana.keys("Enter")
    ana.status("saved")

    def drawn() -> bool:
        with server.project.store() as store, store.reading() as view:
            return sum(entry.count for entry in view.counts() if entry.class_key == "house") == 9

    wait_for(drawn, "the drawing is saved as a house")


def test_classes_stand_in_a_tree(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.goto(f"{ana.url}/#classes")
    opened(ana)
    page = ana.page
    page.fill(".class-add label:has-text('Name') input", "Plant")
    page.click(".class-add button")
    says(ana, "Plant is added.")
    page.select_option("[data-field='tree/parent']", "plant")
    says(ana, "Tree is changed.")
    ana.until("document.querySelector('.class-row[data-class=tree]').dataset.level === '1'")
    assert keys(server) == ["building", "plant", "tree"]
    assert page.locator("[data-field='plant/parent'] option").all_inner_texts() == ["none", "Building"]
    assert page.is_disabled("[data-field='tree/move-1']")
    page.click("[data-field='plant/move-1']")
    says(ana, "The order is changed.")
    assert keys(server) == ["plant", "tree", "building"]
    page.select_option("[data-field='building/parent']", "plant")
    says(ana, "Building is changed.")
    assert page.inner_text(".class-row[data-class=plant] .class-labels") == "8 labels"
    assert "0 labels of its own" in str(
        page.get_attribute(".class-row[data-class=plant] .class-labels", "title")
    )

    ana.open("#scene=1")
    ana.tab("objects")
    ana.page.wait_for_selector(".classes li[data-class=building][data-level='1']")
    ana.until("document.querySelector('.filter .shown').textContent === 'All 8 shown'")
    shows = "li[data-class={}] input"
    page.uncheck(shows.format("plant"))
    ana.until("[...document.querySelectorAll('.classes input')].every((box) => !box.checked)")
    ana.until("document.querySelector('.filter .shown').textContent !== 'All 8 shown'")
    page.check(shows.format("building"))
    plant = "document.querySelector('li[data-class=plant] input')"
    ana.until(f"{plant}.indeterminate && !{plant}.checked")
    ana.until("document.querySelector('.filter .shown').textContent === 'All 8 shown'")
    page.click(shows.format("plant"))
    ana.until(f"!{plant}.indeterminate && {plant}.checked")

    ana.keys("/")
    page.wait_for_selector(".palette input:focus")
    page.keyboard.type("plant")
    ana.until("document.querySelectorAll('.palette [role=option]').length === 3")
    assert page.inner_text(".palette [data-class=tree] span:nth-of-type(2)") == "Plant \u203a tree"


def test_a_class_that_is_lost_on_the_scene_is_named(analyst: Arrive, server: Server) -> None:
    with server.project.store() as store, store.reading() as view:
        building, tree = view.classes()
    with server.project.store() as store:
        store.put_classes([replace(building, color="#585858"), replace(tree, color="#ffff00")])
    ana = analyst()
    ana.open("#scene=1")
    ana.tab("objects")
    ana.page.wait_for_selector(".contrast-warning p")
    (words,) = ana.evaluate("[...document.querySelectorAll('.contrast-warning p')].map((p) => p.textContent)")
    assert words.startswith("Building is hard to see on this scene: ")
    with server.project.store() as store:
        store.put_classes([replace(building, color="#ffff00"), tree])
    ana.until("document.querySelector('.contrast-warning p') === null")
