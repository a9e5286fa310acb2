"""The map under more objects than can be told apart, in a real browser with and without WebGL."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, FeatureState, Origin
from geoengine.project import Project
from server.pages import STATIC
from tests.support.browser import (
    FLAGS,
    GSD,
    SIZE_PX,
    WITHOUT_WEBGL,
    Analyst,
    Server,
    launched,
    make_project,
    missing,
    to_world,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

STEP_PX, SIDE_PX = 12, 8
PER_ROW = SIZE_PX // STEP_PX
COUNT = PER_ROW * PER_ROW  # of trees; the buildings of the town come on top
TOTAL = COUNT + 8
SHOWS, NOTE = "document.body.dataset.shows", "document.querySelector('.map-notes .note')?.textContent"
SHOWN = "document.querySelector('.shown').textContent"

Arrive = Callable[[], Analyst]


def tree(col: int, row: int) -> CreateFeature:
    """A square in a regular pattern; its score grows from left to right, every tenth row is accepted."""
    left, top = col * STEP_PX + 2, row * STEP_PX + 2
    state = FeatureState.ACCEPTED if row % 10 == 0 else FeatureState.PROPOSED
    outline = to_world(shapely.box(left, top, left + SIDE_PX, top + SIDE_PX))
    return CreateFeature(
        f"{(row + 1) * 1000 + col:032x}", "tree", outline, state, col / PER_ROW, Origin.MODEL, "m"
    )


@contextmanager
def serve(project: Project) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(project, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="module")
def wood(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_project(tmp_path_factory.mktemp("wood"))
    trees = tuple(tree(col, row) for row in range(PER_ROW) for col in range(PER_ROW))
    with project.store() as store:
        store.commit(Changeset("wood", 1, "ana", trees))
    return project


@pytest.fixture(scope="module")
def server(wood: Project) -> Iterator[Server]:
    if not (STATIC / "index.html").is_file():
        missing("the web client is not built: run `make client`")
    with serve(wood) as server:
        yield server


@pytest.fixture
def keeps_bookmarks() -> bool:
    return False


@pytest.fixture(scope="module", params=[[], [WITHOUT_WEBGL]], ids=["WebGL", "no WebGL"])
def browser(playwright: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    with launched(playwright, [*FLAGS, *request.param]) as browser:
        yield browser


def test_a_full_view_shows_counts_and_a_near_one_outlines(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.until(f"{SHOWS} === 'counts'")
    assert f"{TOTAL:,} objects in view" in ana.evaluate(NOTE)
    assert ana.evaluate("geoengine.features().length") == 0
    # A click on a cell zooms to it, and selects nothing.
    far = ana.evaluate("geoengine.resolution")
    x, y = ana.screen((106, 706))
    ana.page.mouse.click(x, y)
    ana.until(f"geoengine.resolution < {far} / 2")
    ana.until(f"{SHOWS} === 'outlines'")
    ana.idle()
    box = ana.box(".map")
    there = ana.screen((106, 706))
    assert box["x"] < there[0] < box["x"] + box["width"]
    assert box["y"] < there[1] < box["y"] + box["height"]
    assert ana.evaluate("document.body.dataset.selected") == ""

    ana.keys("f", "z")
    for scale in (2, 4):
        ana.page.keyboard.press("+")
        ana.until(f"geoengine.resolution === {GSD / scale}")
        ana.idle()
    ana.until(f"{SHOWS} === 'outlines'")
    assert ana.evaluate(NOTE) == ""
    ana.click((42 * STEP_PX + 6, 42 * STEP_PX + 6))
    ana.until(f"document.body.dataset.selected === '{43 * 1000 + 42:032x}'")


def test_the_filter_narrows_map_queue_and_counts_alike(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.until(f"{SHOWN} === 'All {TOTAL:,} shown'")
    label = ana.evaluate("document.querySelector('.scores .histogram').getAttribute('aria-label')")
    assert label.startswith("Scores: ")
    assert "proposed, half of them above 0.49" in label
    assert ana.evaluate("document.querySelectorAll('.scores .histogram .decided').length") == 50

    ana.page.locator("#score-low").fill("0.9")
    ana.idle()
    ana.until(f"{SHOWS} === 'outlines'")  # what passes is few enough
    passing = PER_ROW * len([col for col in range(PER_ROW) if col / PER_ROW >= 0.9]) + 1
    ana.until(f"{SHOWN} === '{passing:,} shown, {TOTAL - passing:,} hidden'")
    ana.tab("objects")
    ana.page.locator("[data-class=tree] input").uncheck()
    ana.idle()
    ana.until(f"{SHOWN} === '1 shown, {TOTAL - 1:,} hidden'")
    ana.evaluate("document.activeElement.blur()")
    ana.keys("n")
    ana.until("document.body.dataset.review === '1 of 1'")
    assert ana.evaluate("document.body.dataset.selectedClass") == "building"

    ana.keys("Escape")
    ana.page.click(".reset")
    ana.until(f"{SHOWN} === 'All {TOTAL:,} shown'")
    ana.keys("f")
    ana.until(f"{SHOWS} === 'counts'")


def test_the_model_is_chosen_from_what_there_is(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.tab("objects")
    ana.page.click(".more summary")
    ana.until(f"document.querySelector('#filter-model').textContent.includes('m ({TOTAL:,})')")
    ana.page.select_option("#filter-author", "m")
    ana.until(f"{SHOWN} === '8 shown, {COUNT:,} hidden'")
    ana.until("document.querySelector('.more summary').classList.contains('on')")


def test_a_server_that_stumbles_is_asked_again(analyst: Arrive) -> None:
    ana = analyst()
    for part in ("density?", "tiles/"):
        ana.page.route(f"**/{part}**", lambda route: route.fulfill(status=500, body="{}"))
    ana.page.goto(f"{ana.url}/")
    ana.until(f"window.geoengine && {NOTE}?.includes('trying again')")
    ana.until("document.querySelector('.note.tiles').textContent.includes('of the imagery')")
    ana.page.unroute("**/density?**")
    ana.until(f"{SHOWS} === 'counts'")
    assert "in view" in ana.evaluate(NOTE)


def test_an_outline_of_fifty_thousand_vertices_is_drawn_and_selected(browser: Any, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    angle = np.linspace(0, 2 * np.pi, 50_001)[:-1]
    radius = 200 + 3 * np.sin(900 * angle)
    coast = to_world(
        shapely.Polygon(np.stack([512 + radius * np.cos(angle), 700 + radius * np.sin(angle)], -1))
    )
    with project.store() as store:
        create = CreateFeature("c" * 32, "tree", coast, FeatureState.PROPOSED, 0.5, Origin.MODEL, "m")
        store.commit(Changeset("coast", 1, "ana", (create,)))
    with serve(project) as server:
        ana = Analyst(browser.new_context(viewport={"width": 1280, "height": 800}).new_page(), server.url)
        ana.open()
        ana.click((512, 800))
        ana.until(f"document.body.dataset.selected === '{'c' * 32}'")
        ana.page.context.close()
