"""Objects of several parts: grouped, edited part by part, added to and taken apart, as the server has them then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from tests.support.browser import UIDS, Analyst, Server, roof

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
FIRST, SECOND = roof(0), roof(1)


def middle(shape: shapely.Geometry) -> tuple[float, float]:
    return shape.centroid.x, shape.centroid.y


def saved(analyst: Analyst, server: Server) -> dict[str, shapely.Geometry]:
    """The objects in the label file, in pixels, by uid."""
    analyst.status("saved")
    return dict(server.labels().geometry)


def select(analyst: Analyst, *pixels: tuple[float, float]) -> None:
    analyst.click(pixels[0])
    analyst.page.keyboard.down("Shift")
    for pixel in pixels[1:]:
        analyst.click(pixel)
    analyst.page.keyboard.up("Shift")
    analyst.until(f"geoengine.selection.length === {len(pixels)}")


def test_objects_are_grouped_edited_and_separated(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, middle(FIRST), middle(SECOND))
    ana.keys("Shift+Z")
    ana.until("geoengine.selected?.geometry.type === 'MultiPolygon'")
    made = saved(ana, server)
    assert len(made) == 7
    (uid,) = (uid for uid, shape in made.items() if shape.geom_type == "MultiPolygon")
    both = shapely.union(FIRST, SECOND)
    assert uid in UIDS[:2]
    assert made[uid].symmetric_difference(both).area < 1
    # Clicked on either part, after a reload too, it is one object; a corner of one part is dragged.
    ana.page.reload()
    ana.idle()
    ana.click(middle(SECOND))
    ana.until(f"document.body.dataset.selected === '{uid}'")
    corner = (SECOND.bounds[2], SECOND.bounds[3])
    end = ana.drag(corner, 20, 15)
    grown = saved(ana, server)[uid]
    assert shapely.Point(end).distance(grown.boundary) < 0.01
    assert len(grown.geoms) == 2
    ana.keys("Shift+K")
    ana.until("geoengine.selection.length === 2")
    apart = saved(ana, server)
    assert len(apart) == 8
    assert {shape.geom_type for shape in apart.values()} == {"Polygon"}
    ana.keys("Control+z")
    assert len(saved(ana, server)) == 7


def test_a_part_is_added_by_mouse_and_removed_by_the_menu(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    ana.keys("Alt+g")
    ana.until("geoengine.mode === 'draw'")
    assert "Another part" in ana.page.locator(".mode-hint").inner_text()
    places = [ana.click(at) for at in [(220, 400), (260, 400), (260, 430)]]
    ana.keys("Enter")
    ana.until(f"document.body.dataset.selected === '{UIDS[0]}'")
    made = saved(ana, server)[UIDS[0]]
    assert made.geom_type == "MultiPolygon"
    assert made.area == pytest.approx(FIRST.area + shapely.Polygon(places).area, rel=1e-3)
    at = ana.screen(middle(FIRST))
    ana.page.mouse.click(*at, button="right")
    ana.page.click(".shape-menu [data-operation=remove-part]")
    ana.until("geoengine.selected?.geometry.type === 'Polygon'")
    assert saved(ana, server)[UIDS[0]].area == pytest.approx(shapely.Polygon(places).area, rel=1e-3)


def test_a_part_that_overlaps_is_refused(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    ana.keys("e", "+")
    ana.until("geoengine.mode === 'draw'")
    left, top, right, bottom = FIRST.bounds
    for at in [(left + 10, top + 10), (right + 30, top + 10), (right + 30, bottom + 30)]:
        ana.click(at)
    ana.keys("Enter")
    ana.until("document.querySelector('.notice')?.textContent.includes('may not overlap or share a border')")
    ana.keys("Escape", "Escape")
    ana.until("geoengine.mode === 'select'")
    assert saved(ana, server)[UIDS[0]].geom_type == "Polygon"
