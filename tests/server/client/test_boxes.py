"""Boxes on the desk stay boxes: drawn by the key that draws, and edited by corner and side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, GeometryKind, LabelClass
from geoengine.project import Project
from tests.support.browser import Analyst, Server, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
CAR, SHIP = (f"{n:032x}" for n in (71, 72))
BOX = shapely.box(400, 600, 460, 640)
TURNED = shapely.affinity.rotate(shapely.box(560, 600, 640, 640), 30)


@pytest.fixture(autouse=True)
def boxes(project: Project) -> None:
    """A class of boxes and one of oriented boxes, with an object each."""
    with project.store() as store:
        store.put_classes(
            [
                LabelClass("car", "Car", "#cc79a7", geometry=GeometryKind.BOX),
                LabelClass("ship", "Ship", "#d55e00", geometry=GeometryKind.ORIENTED_BOX),
            ]
        )
        made = (CreateFeature(CAR, "car", to_world(BOX)), CreateFeature(SHIP, "ship", to_world(TURNED)))
        store.commit(Changeset("boxes-1", 1, "ana", made))


def outline(analyst: Analyst, server: Server, uid: str) -> shapely.Polygon:
    analyst.status("saved")
    return server.labels().geometry[uid]


def is_box(found: shapely.Polygon, *bounds: float) -> bool:
    """Return whether an outline is the box of these bounds, to a hundredth of a pixel."""
    return len(found.exterior.coords) == 5 and found.hausdorff_distance(shapely.box(*bounds)) < 0.01


def test_the_key_that_draws_draws_boxes(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("3", "d")
    ana.until("geoengine.mode === 'rectangle'")
    a, b = ana.click((120, 120)), ana.click((180, 150))
    ana.status("saved")
    labels = server.labels()
    (new,) = labels[(labels["class"] == "car") & (labels.index != CAR)].geometry
    assert new.symmetric_difference(shapely.box(*a, *b)).area < 1e-2
    ana.keys("4")
    ana.until("geoengine.mode === 'rectangle'")
    ana.keys("d")
    ana.until("geoengine.mode === 'oriented'")
    for at in [(300, 120), (340, 100), (360, 150)]:
        ana.click(at)
    ana.status("saved")
    labels = server.labels()
    assert (labels["class"] == "ship").sum() == 2
    ana.keys("3")
    ana.until("geoengine.mode === 'rectangle'")


def test_a_corner_moves_two_sides_and_a_side_one(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.click((430, 620))
    ana.until(f"document.body.dataset.selected === '{CAR}'")
    x, y = ana.drag((460, 640), 30, 20)
    assert is_box(outline(ana, server, CAR), 400, 600, x, y)
    left, _ = ana.drag((400, (600 + y) / 2), -25, 17)
    box = outline(ana, server, CAR)
    assert is_box(box, left, 600, x, y)
    # Turned it would be none: nothing is changed, and the page says so.
    ana.keys("Control+ArrowRight", "Escape")
    ana.until("document.querySelector('.notice')?.textContent.includes('It was put back.')")
    assert outline(ana, server, CAR).equals(box)


def test_an_oriented_box_stays_a_rectangle_and_turns(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.click((600, 620))
    ana.until(f"document.body.dataset.selected === '{SHIP}'")
    corner = TURNED.exterior.coords[0]
    x, y = ana.drag(corner, 25, 14)
    ship = outline(ana, server, SHIP)
    assert ship.area == pytest.approx(ship.minimum_rotated_rectangle.area, rel=1e-4)
    assert shapely.Point(x, y).distance(ship.exterior) < 0.01
    ana.keys("Control+ArrowRight", "Control+ArrowRight", "Escape")
    turned = outline(ana, server, SHIP)
    assert not turned.equals(ship)
    assert turned.area == pytest.approx(ship.area, rel=1e-4)
    ana.click((600, 620))
    ana.until(f"document.body.dataset.selected === '{SHIP}'")
    ana.keys("Control+a", "Delete")
    ana.until("document.querySelector('.notice')?.textContent.includes('keeps its four corners')")


def test_the_page_of_classes_says_what_objects_are(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    page = ana.page
    page.goto(f"{server.url}/#classes")
    page.wait_for_selector(".class-row")
    page.select_option("[data-field='tree/geometry']", "line")
    ana.until("document.querySelector('.class-status').textContent === 'Tree is changed.'")
    assert page.locator("[data-field='tree/shape']").is_disabled()
    page.select_option("[data-field='building/geometry']", "point")
    ana.until("document.querySelector('.class-status').textContent.startsWith('Not changed:')")
    assert "8" in page.locator(".class-status").inner_text()
    ana.until("document.querySelector(\"[data-field='building/geometry']\").value === 'polygon'")
    page.fill(".class-add label:has-text('Name') input", "Pole")
    page.select_option(".class-add select", "point")
    page.click(".class-add button")
    ana.until("document.querySelector('.class-status').textContent === 'Pole is added.'")
    with server.project.store() as store, store.reading() as view:
        kinds = {one.key: one.geometry for one in view.classes()}
    assert (kinds["tree"], kinds["pole"]) == (GeometryKind.LINE, GeometryKind.POINT)
    assert kinds["building"] is GeometryKind.POLYGON
