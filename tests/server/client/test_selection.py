"""Selected objects and vertices: one and many, by mouse and by key, as they are on the server afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from geoengine.model import Changeset, CreateFeature
from geoengine.project import Project
from tests.support.browser import UIDS, Analyst, Server, roof, to_pixels, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
NEIGHBOUR = f"{99:032x}"


def outline(analyst: Analyst, uid: str) -> shapely.Polygon:
    """A feature as the page has it, in pixels."""
    polygon = to_pixels(shapely.geometry.shape(analyst.feature(uid)["geometry"]))
    assert isinstance(polygon, shapely.Polygon)
    return polygon


def held(analyst: Analyst) -> list[str]:
    found: list[str] = analyst.evaluate("() => geoengine.selection.map((f) => f.uid)")
    return found


def shift_drag(analyst: Analyst, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = analyst.page.mouse
    analyst.page.keyboard.down("Shift")
    mouse.move(*analyst.screen(start))
    mouse.down()
    mouse.move(*analyst.screen(end), steps=4)
    mouse.up()
    analyst.page.keyboard.up("Shift")


def test_many_objects_change_class_and_state_at_once_and_back(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    ana.page.keyboard.down("Shift")
    ana.click((roof(1).centroid.x, roof(1).centroid.y))
    ana.page.keyboard.up("Shift")
    assert held(ana) == UIDS[:2]
    shift_drag(ana, (180, 480), (900, 560))  # the second row
    assert set(held(ana)) == {*UIDS[:2], *UIDS[4:]}
    ana.keys("2", "a")
    ana.status("saved")
    saved = server.labels()
    assert set(saved.loc[[*UIDS[:2], *UIDS[4:]], "class"]) == {"tree"}
    assert set(saved.loc[[UIDS[2], UIDS[3]], "class"]) == {"building"}
    ana.keys("Control+z")
    ana.status("saved")
    assert set(server.labels()["class"]) == {"building"}
    assert set(server.labels()["state"]) == {"proposed"}
    ana.keys("Control+Shift+z", "Delete")
    ana.status("saved")
    assert len(server.labels()) == 2
    ana.keys("Control+z")
    ana.status("saved")
    assert len(server.labels()) == 8


def test_chosen_corners_move_and_go_together(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    left, top, right, bottom = roof(0).bounds
    shift_drag(ana, (right - 15, top - 15), (right + 15, bottom + 15))
    assert ana.evaluate("geoengine.selectedVertices") == 2
    to = ana.drag((right, top), 24, 0)
    ana.status("saved")
    moved = outline(ana, UIDS[0]).bounds
    assert moved == pytest.approx((left, top, to[0], bottom), abs=0.6)
    ana.keys("Control+z")
    # A corner put into an edge, chosen with another, and both taken away again.
    ana.drag(((left + right) / 2, top), 0, -30)
    ana.status("saved")
    assert len(outline(ana, UIDS[0]).exterior.coords) == 6
    ana.click((left, top))
    assert ana.evaluate("geoengine.selectedVertices") == 1
    ana.keys("Delete")
    ana.status("saved")
    assert len(outline(ana, UIDS[0]).exterior.coords) == 5
    ana.keys("Control+a")
    assert ana.evaluate("geoengine.selectedVertices") == 4
    ana.keys("Delete")  # not all of them
    assert len(outline(ana, UIDS[0]).exterior.coords) == 5


def test_a_shared_border_moves_with_ctrl_and_only_then(analyst: Arrive, project: Project) -> None:
    _, top, right, bottom = roof(0).bounds
    beside = to_world(shapely.box(right, top, right + 50, bottom))
    with project.store() as store:
        store.commit(Changeset("neighbour-1", 1, "ana", (CreateFeature(NEIGHBOUR, "building", beside),)))
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    ana.page.keyboard.down("Control")
    ana.drag((right, top), 20, -12)
    ana.page.keyboard.up("Control")
    ana.status("saved")
    ours, theirs = outline(ana, UIDS[0]), outline(ana, NEIGHBOUR)
    assert ours.bounds[2] > right + 10
    assert ours.touches(theirs)
    ana.keys("Control+z")
    assert outline(ana, NEIGHBOUR).bounds[0] == pytest.approx(right)
    ana.keys("Escape")
    ana.select_proposal(0)
    ana.drag((right, bottom), 20, 12)
    assert outline(ana, NEIGHBOUR).bounds[0] == pytest.approx(right)
    assert outline(ana, UIDS[0]).bounds[2] > right + 10
