"""What is drawn and cut on the map: each kind of sketch by mouse, undone and redone, as the server has it then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import shapely

from tests.support.browser import UIDS, Analyst, Server, roof, to_pixels

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
PromptWindow = tuple[float, float]


def outlines(analyst: Analyst) -> dict[str, shapely.Polygon]:
    """The features of the page that are not deleted, in pixels."""
    found = analyst.evaluate("() => geoengine.features().map((f) => [f.uid, f.geometry])")
    return {uid: to_pixels(shapely.geometry.shape(geometry)) for uid, geometry in found}


def new(analyst: Analyst) -> list[shapely.Polygon]:
    return [outline for uid, outline in outlines(analyst).items() if uid not in UIDS]


def click_all(analyst: Analyst, places: Sequence[PromptWindow]) -> list[PromptWindow]:
    return [analyst.click(place) for place in places]


def stroke(analyst: Analyst, places: Sequence[PromptWindow]) -> None:
    """Draws freehand."""
    mouse = analyst.page.mouse
    analyst.page.keyboard.down("Shift")
    mouse.move(*analyst.screen(places[0]))
    mouse.down()
    for place in places[1:]:
        mouse.move(*analyst.screen(place), steps=3)
    mouse.up()
    analyst.page.keyboard.up("Shift")


def test_rectangles_and_a_circle(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("b")
    a, b = click_all(ana, [(120, 100), (180, 150)])
    ana.status("saved")
    assert new(ana)[0].symmetric_difference(shapely.box(*a, *b)).area < 1e-3
    ana.keys("Control+z")
    assert new(ana) == []
    ana.keys("Control+Shift+z", "u")
    click_all(ana, [(300, 120), (340, 100), (360, 150)])
    turned = new(ana)[1]
    assert turned.area == pytest.approx(turned.minimum_rotated_rectangle.area)
    assert len(turned.exterior.coords) == 5
    ana.keys("i", "2")
    centre, edge = click_all(ana, [(500, 120), (530, 120)])
    round_one = new(ana)[2]
    radius = shapely.Point(centre).distance(shapely.Point(edge))
    assert round_one.area == pytest.approx(3.14159 * radius**2, rel=0.02)
    ana.status("saved")
    saved = server.labels().drop(UIDS)
    assert sorted(saved["class"]) == ["building", "building", "tree"]
    assert set(saved["state"]) == {"accepted"}


def test_freehand_snapped_and_traced_outlines(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("d")
    stroke(ana, [(100, 100), (180, 110), (170, 170), (110, 160), (102, 104)])
    (free,) = new(ana)
    assert free.is_valid
    assert free.area == pytest.approx(70 * 58, rel=0.15)
    # Along two sides of roof 0: from its upper right corner to its lower left one, round the corner between.
    left, top, right, bottom = roof(0).bounds
    ana.click((right + 2, top + 1))
    ana.page.keyboard.down("Control")
    ana.click((left + 1, bottom + 2))
    ana.page.keyboard.up("Control")
    click_all(ana, [(left, bottom + 50), (right + 60, bottom + 50), (right + 60, top)])
    ana.keys("Enter")
    ana.status("saved")
    traced = new(ana)[1]
    assert {(right, top), (left, bottom)} < {(round(x, 6), round(y, 6)) for x, y in traced.exterior.coords}
    assert traced.touches(outlines(ana)[UIDS[0]])
    assert traced.intersection(outlines(ana)[UIDS[0]]).length == pytest.approx(100)
    # Without snapping the corner is where the mouse was.
    ana.keys("F2")
    place = ana.click((left - 3, top - 3))
    click_all(ana, [(left - 60, top - 3), (left - 60, top - 60)])
    ana.keys("Enter")
    assert new(ana)[2].distance(shapely.Point(place)) < 0.01
    ana.keys("F2")


def test_right_angles_and_a_crossing_that_is_repaired(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("F4", "d")
    click_all(ana, [(100, 100), (180, 110), (174, 170), (94, 164)])
    ana.keys("Enter")
    (squared,) = new(ana)
    assert squared.area == pytest.approx(squared.minimum_rotated_rectangle.area, rel=1e-6)
    ana.keys("F4")
    click_all(ana, [(400, 80), (480, 80), (400, 160), (480, 160)])
    ana.keys("Enter")
    assert len(new(ana)) == 1
    assert "crosses itself" in ana.page.locator(".notice").inner_text()
    ana.keys("y")
    assert len(new(ana)) == 3
    ana.status("saved")
    assert server.labels().geometry.is_valid.all()
    ana.keys("Control+z")
    ana.status("saved")
    assert len(server.labels()) == 9


def test_an_object_is_split_and_pierced(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    left, top, right, bottom = roof(0).bounds
    middle = (left + right) / 2
    ana.keys("k")
    click_all(ana, [(middle, top - 20), (middle, bottom + 20)])
    ana.keys("Enter")
    ana.status("saved")
    halves = [outlines(ana)[UIDS[0]], *new(ana)]
    assert len(halves) == 2
    assert sum(half.area for half in halves) == pytest.approx(roof(0).area)
    assert server.labels().loc[UIDS[0], "state"] == "accepted"
    ana.keys("Control+z")
    ana.status("saved")
    assert server.labels().geometry.loc[UIDS[0]].symmetric_difference(roof(0)).area < 0.1
    ana.keys("j")
    click_all(
        ana, [(left + 10, top + 10), (left + 30, top + 10), (left + 30, top + 30), (left + 10, top + 30)]
    )
    ana.keys("Enter")
    ana.status("saved")
    (hole,) = outlines(ana)[UIDS[0]].interiors
    assert shapely.Polygon(hole).area == pytest.approx(400, rel=0.1)
    ana.keys("Control+z", "Control+Shift+z")
    ana.status("saved")
    assert len(server.labels().geometry.loc[UIDS[0]].interiors) == 1


def test_circles_by_two_rim_points_and_by_three(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("i", "i")
    a, b = click_all(ana, [(480, 120), (540, 120)])
    across = new(ana)[0]
    assert across.area == pytest.approx(shapely.Point((a[0] + b[0]) / 2, a[1]).buffer(30).area, rel=0.02)
    ana.keys("i")
    rim = click_all(ana, [(700, 100), (740, 140), (700, 180)])
    through = new(ana)[1]
    for point in rim:
        assert through.exterior.distance(shapely.Point(point)) < 0.3
    assert through.area == pytest.approx(np.pi * 40**2, rel=0.05)
    # Of what is begun, the key is refused with a word.
    ana.click((800, 100))
    ana.keys("i")
    assert "Finish this first" in ana.evaluate("document.querySelector('.notice').textContent")
    assert ana.evaluate("window.geoengine.mode") == "circle-three"
    # On one line: refused, and the last point can be set again.
    click_all(ana, [(820, 100), (840, 100)])
    assert "on one line" in ana.evaluate("document.querySelector('.notice').textContent")
    ana.click((820, 140))
    assert len(new(ana)) == 3


def test_a_key_is_for_the_object_that_the_map_is_on_its_way_to(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "q")
    ana.until(f"document.body.dataset.selected === '{UIDS[0]}'")
    # Both at once, so that not one step of the way can have been drawn.
    ana.evaluate("""() => {
        for (const [key, shiftKey] of [["n", false], ["D", true]]) {
            const code = `Key${key.toUpperCase()}`;
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true }));
        }
    }""")
    assert "Redraw this Building" in ana.evaluate("document.querySelector('.mode-hint').textContent")


def test_the_object_at_hand_is_redrawn_in_the_review(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "q")
    ana.until(f"document.body.dataset.selected === '{UIDS[0]}'")
    ana.keys("n")
    ana.until(f"document.body.dataset.selected === '{UIDS[1]}'")
    left, top, right, bottom = roof(1).bounds
    ana.keys("Shift+D")
    assert "Redraw this Building" in ana.evaluate("document.querySelector('.mode-hint').textContent")
    corners = click_all(ana, [(left + 3, top + 2), (right + 2, top + 2), (right + 2, bottom + 3)])
    # Keys of the review belong to the drawing until it is finished.
    ana.keys("a", "x", "n", "2", "Delete")
    assert ana.evaluate("window.geoengine.mode") == "draw"
    corners += click_all(ana, [(left + 3, bottom + 3)])
    ana.keys("Enter")
    ana.until(f"document.body.dataset.selected === '{UIDS[1]}'")
    assert ana.evaluate("document.body.dataset.review") == "2 of 8"
    ana.status("saved")
    redrawn = server.labels().loc[UIDS[1]]
    assert redrawn.geometry.symmetric_difference(shapely.Polygon(corners)).area < 0.1
    assert (redrawn["score"], redrawn["class"], redrawn["state"]) == (0.85, "building", "accepted")
    assert new(ana) == []
    ana.keys("n")
    ana.until(f"document.body.dataset.selected === '{UIDS[2]}'")
    # By mouse, with another tool, given up: nothing is changed, and the object is at hand again.
    ana.keys("Shift+D", "b")
    ana.click((roof(2).bounds[0], roof(2).bounds[1]))
    ana.keys("Escape", "Escape")
    ana.until(f"document.body.dataset.selected === '{UIDS[2]}'")
    ana.keys("Control+z")
    ana.status("saved")
    assert server.labels().loc[UIDS[1], "state"] == "proposed"
    assert server.labels().geometry[UIDS[1]].symmetric_difference(roof(1)).area < 0.1
