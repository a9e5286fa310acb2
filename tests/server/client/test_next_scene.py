"""From scene to scene: the next one with proposals by key, and the card where a scene ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rasterio

from geoengine.model import CreateFeature, FeatureState, Origin
from geoengine.project import Project
from geoengine.tasks.scenes.register import Registration, register_scene
from tests.support.browser import Analyst, Server, roof, to_world
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CARD = ".scene-end"
PROPOSALS = {"Harbour": 0, "Airfield": 3, "Woods": 2}


@pytest.fixture(autouse=True)
def more_scenes(town: Path, project: Project) -> None:
    """Register scenes 2 to 4 after the town: the same roofs, each with its number of proposals."""
    for number, (name, count) in enumerate(PROPOSALS.items(), start=2):
        path = project.directory.parent / f"{name.lower()}.tif"
        with rasterio.open(town.parent / "town.tif") as raster:
            values, profile = raster.read(), raster.profile
        with rasterio.open(path, "w", **profile) as raster:
            raster.write(values + number)
        proposals = [
            CreateFeature(
                f"{number}{n:031x}",
                "building",
                to_world(roof(n)),
                FeatureState.PROPOSED,
                0.9,
                Origin.MODEL,
                "m",
            )
            for n in range(count)
        ]
        with project.store() as store:
            scene = register_scene(project, store, path, Registration(name=name))
            if proposals:
                store.replace_proposals(scene.id, ["building"], proposals, token=name, author="m")


def scene_is(ana: Analyst, number: int) -> None:
    ana.until(f"window.geoengine.scene === {number} && window.geoengine.idle")


def notice_is(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('.notice').textContent.startsWith('{words}')")


def card_says(ana: Analyst, words: str) -> None:
    ana.until(f"document.querySelector('{CARD}').innerText.includes('{words}')")


def review_all(ana: Analyst, key: str, count: int, after: int = 0) -> None:
    """Decide on `count` proposals of a review one after the other, so that `after` are left."""
    for left in range(after + count, after, -1):
        ana.until(f"document.querySelector('.position')?.innerText.includes('{left} to decide')")
        ana.until("document.body.dataset.selectedState === 'proposed'")
        ana.keys(key)


def test_scenes_are_reviewed_one_after_the_other_by_keyboard(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    assert not ana.page.is_visible(CARD)
    ana.keys("n")
    review_all(ana, "r", 2, after=6)
    review_all(ana, "a", 5, after=1)
    ana.until("document.body.dataset.selectedState === 'proposed'")
    assert not ana.page.is_visible(CARD)

    # The last decision is by Enter on the button: the same Enter, held, opens nothing.
    ana.page.locator("[data-command=accept]").focus()
    for _ in range(3):
        ana.page.keyboard.down("Enter")
    card_says(ana, "Next: Airfield, 3 to review")
    card_says(ana, "6 accepted, 2 rejected, 0 drawn")
    for _ in range(3):
        ana.page.keyboard.down("Enter")
    ana.page.keyboard.up("Enter")
    assert ana.evaluate("window.geoengine.scene") == 1
    assert ana.page.is_visible(CARD)
    ana.keys("Enter")
    scene_is(ana, 3)
    assert ana.evaluate("window.geoengine.mode") == "review"
    assert not ana.page.is_visible(CARD)

    review_all(ana, "a", 3)
    card_says(ana, "Next: Woods, 2 to review")
    ana.page.click(f"{CARD} .next-scene")
    scene_is(ana, 4)
    review_all(ana, "a", 2)
    card_says(ana, "Nothing is left to review in this project.")
    ana.keys("Enter")
    ana.status("saved")
    assert ana.evaluate("window.geoengine.scene") == 4
    ana.keys("Escape")
    assert not ana.page.is_visible(CARD)
    assert ana.evaluate("window.geoengine.mode") == "review"
    with server.project.store() as store:
        states = {count.state: count.count for count in read(store).counts(1)}
        assert states == {FeatureState.ACCEPTED: 6, FeatureState.REJECTED: 2}


def test_undo_and_another_tool_close_the_card(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=4")
    ana.keys("n")
    review_all(ana, "a", 2)
    card_says(ana, "Next: Town, 8 to review")
    ana.keys("Control+z")
    ana.until(f"document.querySelector('{CARD}').hidden")
    ana.keys("Control+Shift+z")
    card_says(ana, "2 accepted")
    ana.keys("d")
    ana.until(f"document.querySelector('{CARD}').hidden")
    ana.click((500, 800))
    ana.keys("Enter")  # of the drawing
    assert ana.evaluate("window.geoengine.scene") == 4
    ana.keys("Escape", "Escape", "n")
    card_says(ana, "Next: Town, 8 to review")
    ana.keys("Enter")
    notice_is(ana, "End of the list")
    scene_is(ana, 1)


def test_shift_n_and_shift_p_go_round_the_unfinished_scenes(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Shift+n")
    scene_is(ana, 3)
    assert ana.evaluate("window.geoengine.mode") == "select"
    ana.keys("Shift+n")
    scene_is(ana, 4)
    ana.keys("Shift+n")
    scene_is(ana, 1)
    notice_is(ana, "End of the list")
    ana.keys("Shift+p")
    scene_is(ana, 4)
    notice_is(ana, "Start of the list")

    # A drawing that is begun keeps the scene; an edit is saved although the scene is left.
    ana.keys("d")
    ana.click((500, 800))
    ana.keys("Shift+n")
    notice_is(ana, "Finish this first")
    assert ana.evaluate("window.geoengine.scene") == 4
    ana.keys("Escape", "Escape")
    ana.keys("n")
    review_all(ana, "a", 2)
    ana.keys("Shift+p")
    scene_is(ana, 3)
    ana.status("saved")
    ana.keys("Shift+n")
    scene_is(ana, 1)

    ana.page.click(".home")
    ana.page.select_option("#scene-order", "name")  # Airfield, Harbour, Town, Woods
    ana.page.click(".scene-card >> nth=0")
    scene_is(ana, 3)
    ana.keys("Shift+n")
    scene_is(ana, 1)
    ana.keys("Shift+n")
    scene_is(ana, 3)
    ana.page.keyboard.press("?")
    assert "Shift+N" in ana.page.inner_text("dialog.help")
