"""Trouble of a project as the desk shows it: quiet, in plain words, with a link, and gone when it is mended."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, DeleteFeature, new_uid
from geoengine.project import Project
from tests.support.browser import Analyst, Server, add_earlier_town, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
BUTTON = "document.querySelector('.problems').innerText.trim()"
SAID = "document.querySelector('.health [role=status]').textContent"
FAR = to_world(shapely.box(5e8, 5e8, 6e8, 6e8))


def leave_out(project: Project) -> str:
    """Store an object that no label file can hold, as an old version of the server might have; return its uid."""
    uid = new_uid()
    with project.store() as store:
        store.commit(Changeset(new_uid(), 1, "ana", (CreateFeature(uid, "tree", FAR),)))
    return uid


def delete(project: Project, uid: str) -> None:
    with project.store() as store:
        store.commit(Changeset(new_uid(), 1, "ana", (DeleteFeature(uid, 1),)))


def next_poll(ana: Analyst) -> None:
    """Let the page's clock run to its next request."""
    ana.page.clock.run_for(61_000)


def test_nothing_is_shown_while_all_is_well_and_little_is_asked(analyst: Arrive) -> None:
    ana = analyst()
    asked: list[str] = []
    ana.page.on("request", lambda request: "/api/health" in request.url and asked.append(request.url))
    ana.page.clock.install()
    ana.open()
    ana.until(f"{SAID} === ''")
    assert not ana.page.is_visible(".problems")
    assert len(asked) == 1
    for _ in range(3):
        next_poll(ana)
    assert 2 <= len(asked) <= 4


def test_a_left_out_object_is_named_linked_and_mended(
    analyst: Arrive, server: Server, project: Project
) -> None:
    add_earlier_town(project)
    uid = leave_out(project)
    ana = analyst()
    ana.page.clock.install()
    ana.open("#scene=2")
    ana.page.clock.run_for(61_000)
    ana.until(f"{BUTTON} === '1 problem'")
    assert "reports 1 problem" in ana.evaluate(SAID)
    ana.page.focus(".problems")
    ana.keys("Enter")
    words = ana.page.inner_text(".health-list")
    assert "Objects that are in no label file" in words
    assert f"feature {uid} of scene 'town'" in words
    assert "geoengine check -p DIR --restore" in words
    ana.keys("Shift+Tab", "Enter")  # from the button that closes to the link
    ana.idle()
    ana.until(f"document.body.dataset.selected === '{uid}'")
    assert ana.evaluate("geoengine.scene") == 1
    assert not ana.page.is_visible(".health-list")
    ana.keys("Delete")
    ana.status("saved")
    ana.until(f"geoengine.feature('{uid}').deleted")
    with project.store() as store, store.reading() as view:
        assert view.feature(uid).deleted
    ana.until("fetch('/api/health').then((r) => r.json()).then((r) => r.status === 'ok')")
    next_poll(ana)
    ana.until(f"{SAID} === 'The server reports no problem any more.'")
    assert not ana.page.is_visible(".problems")


def test_the_list_follows_while_it_is_open(analyst: Arrive, server: Server, project: Project) -> None:
    uid = leave_out(project)
    ana = analyst()
    ana.page.clock.install()
    ana.open()
    ana.page.clock.run_for(61_000)
    ana.until(f"{BUTTON} === '1 problem'")
    ana.page.click(".problems")
    delete(project, uid)
    ana.until("fetch('/api/health').then((r) => r.json()).then((r) => r.status === 'ok')")
    next_poll(ana)
    ana.until("document.querySelector('.health-list').innerText.includes('Nothing is wrong any more.')")
    ana.keys("Escape")
    assert not ana.page.is_visible(".health-list")


def test_a_page_out_of_sight_asks_nothing(analyst: Arrive) -> None:
    ana = analyst()
    asked: list[str] = []
    ana.page.on("request", lambda request: "/api/health" in request.url and asked.append(request.url))
    ana.page.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => window.away === true, configurable: true });"
    )
    ana.page.clock.install()
    ana.open()
    ana.evaluate("(window.away = true, document.dispatchEvent(new Event('visibilitychange')))")
    seen = len(asked)
    for _ in range(5):
        next_poll(ana)
    assert len(asked) == seen
    ana.evaluate("(window.away = false, document.dispatchEvent(new Event('visibilitychange')))")
    next_poll(ana)
    assert seen < len(asked) <= seen + 2


def test_a_raster_that_was_replaced_is_listed(analyst: Arrive, server: Server, project: Project) -> None:
    """The town is a copy in the project; its file is exchanged under the server."""
    (path,) = project.scenes_dir.glob("town*.tif")
    ana = analyst()
    ana.page.clock.install()
    ana.open()
    os.rename(path, path.with_suffix(".away"))
    ana.evaluate("fetch('/api/scenes').then((r) => r.text())")
    next_poll(ana)
    ana.until(f"{BUTTON} === '1 problem'")
    ana.page.click(".problems")
    assert "A raster is gone, or is another one" in ana.page.inner_text(".health-list")
    assert "geoengine scenes relink" in ana.page.inner_text(".health-list")
    os.rename(path.with_suffix(".away"), path)
    next_poll(ana)
    ana.until("document.querySelector('.problems').hidden")
