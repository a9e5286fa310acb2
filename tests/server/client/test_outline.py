"""Click to outline, in a real browser: the proposal is taken with Enter and is on disk afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from tests.support.browser import Analyst, Server, roof

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
PROPOSED = "Number(document.body.dataset.proposed) > 0"


def test_a_click_outlines_a_roof_and_enter_saves_it(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "w", "2")
    ana.click((roof(1).centroid.x + 3, roof(1).centroid.y + 2))
    ana.until(PROPOSED)
    ana.keys("Enter")
    ana.status("saved")

    left, top, right, bottom = roof(2).bounds
    x0, y0 = ana.screen((left - 6, top - 6))
    x1, y1 = ana.screen((right + 8, bottom + 8))
    ana.page.mouse.move(x0, y0)
    ana.page.mouse.down()
    ana.page.mouse.move(x1, y1, steps=4)
    ana.page.mouse.up()
    ana.until(PROPOSED)
    ana.click((roof(2).centroid.x, roof(2).centroid.y))
    ana.status("saved")

    ana.click((roof(3).centroid.x, roof(3).centroid.y))
    ana.until(PROPOSED)
    ana.keys("Escape")
    labels = server.labels()
    drawn = labels[labels["class"] == "tree"].geometry
    assert len(drawn) == 2
    for n in (1, 2):
        painted = shapely.affinity.translate(roof(n), 2.5, 2.5)
        assert max(shared(outline, painted) for outline in drawn) > 0.8


def test_keys_outline_too(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "w", "2", "Space")
    x, y = ana.raster(ana.evaluate("geoengine.toPage(geoengine.map.getView().getCenter())"))
    goal = roof(6).centroid
    for key, steps in [("Right", goal.x - x), ("Down", goal.y - y)]:
        ana.keys(*[f"Alt+Arrow{key}"] * round(steps))
    ana.keys("Space")
    ana.until(PROPOSED)
    ana.keys("Enter")
    ana.status("saved")
    labels = server.labels()
    (drawn,) = labels[labels["class"] == "tree"].geometry
    assert shared(drawn, shapely.affinity.translate(roof(6), 2.5, 2.5)) > 0.8


def shared(one: shapely.Polygon, other: shapely.Polygon) -> float:
    """Intersection over union."""
    area = one.intersection(other).area
    return float(area / (one.area + other.area - area))
