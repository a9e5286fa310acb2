"""Points on the desk: set, moved, copied and reviewed, by mouse and by keyboard, as the server has them then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, FeatureState, GeometryKind, LabelClass, Origin
from geoengine.project import Project
from tests.support.browser import Analyst, Server, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
POLES = [f"{n:032x}" for n in (81, 82, 83)]
PLACES = [(400, 620), (460, 620), (520, 620)]


@pytest.fixture(autouse=True)
def poles(project: Project) -> None:
    """A class of points, and three proposals of it, surer than all others."""
    with project.store() as store:
        store.put_classes([LabelClass("pole", "Pole", "#009e73", geometry=GeometryKind.POINT)])
        made = tuple(
            CreateFeature(
                uid,
                "pole",
                to_world(shapely.Point(at)),
                FeatureState.PROPOSED,
                0.99 - n / 1000,
                Origin.IMPORT,
            )
            for n, (uid, at) in enumerate(zip(POLES, PLACES, strict=True))
        )
        store.commit(Changeset("poles-1", 1, "ana", made))


def points(analyst: Analyst, server: Server) -> dict[str, shapely.Point]:
    """The points in the label file, in pixels, by uid."""
    analyst.status("saved")
    labels = server.labels()
    return dict(labels[labels["class"] == "pole"].geometry)


def test_points_are_set_by_clicks_and_a_double_click_sets_one(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("3", "d")
    ana.until("geoengine.mode === 'draw-point'")
    first = ana.click((120, 120))
    twice = ana.screen((180, 120))
    ana.page.mouse.dblclick(*twice)
    made = [point for uid, point in points(ana, server).items() if uid not in POLES]
    assert len(made) == 2
    wanted = shapely.MultiPoint([first, ana.raster(twice)])
    assert shapely.MultiPoint(made).hausdorff_distance(wanted) < 1e-3
    # By keyboard: the cross, and Space.
    ana.keys("Alt+ArrowUp", *["Alt+Shift+ArrowUp"] * 3, " ")
    assert len(points(ana, server)) == 6
    ana.keys("Control+z")
    assert len(points(ana, server)) == 5


def test_a_point_is_moved_by_mouse_and_keys_and_deleted(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.click(PLACES[0])
    ana.until(f"document.body.dataset.selected === '{POLES[0]}'")
    end = ana.drag(PLACES[0], 40, 25)
    moved = points(ana, server)[POLES[0]]
    assert (moved.x, moved.y) == pytest.approx(end, abs=1e-3)
    ana.keys("Alt+Shift+ArrowRight")
    ana.page.mouse.move(10, 300)
    ana.keys("Escape")
    assert points(ana, server)[POLES[0]].x == pytest.approx(end[0] + 10, abs=1e-3)
    # A click does not choose its one vertex: Delete is of the object.
    ana.click((end[0] + 10, end[1]))
    ana.until(f"document.body.dataset.selected === '{POLES[0]}'")
    ana.click((end[0] + 10, end[1]))
    assert ana.evaluate("geoengine.selectedVertices") == 0
    ana.keys("Delete")
    assert POLES[0] not in points(ana, server)


def test_points_are_reviewed_by_keys_amid_their_ground(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("q")
    ana.until(f"document.body.dataset.selected === '{POLES[0]}'")
    ana.idle()
    # At 1:1: half a metre a pixel.
    assert ana.evaluate("geoengine.resolution") == pytest.approx(0.5)
    ana.keys("a")
    ana.until(f"document.body.dataset.selected === '{POLES[1]}'")
    ana.keys("r")
    ana.until(f"document.body.dataset.selected === '{POLES[2]}'")
    ana.keys("Shift+D")
    ana.until("geoengine.mode === 'draw-point'")
    put = ana.click((530, 640))
    ana.until("geoengine.mode === 'review'")
    ana.status("saved")
    labels = server.labels()
    assert [labels.state[uid] for uid in POLES] == ["accepted", "rejected", "accepted"]
    redrawn = labels.geometry[POLES[2]]
    assert (redrawn.x, redrawn.y) == pytest.approx(put, abs=1e-3)


def test_points_are_selected_by_shift_lasso_and_box_and_copied(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.click(PLACES[0])
    ana.page.keyboard.down("Shift")
    ana.click(PLACES[1])
    ana.until("geoengine.selection.length === 2")
    ana.click(PLACES[0])
    ana.until("geoengine.selection.length === 1")
    x, y = ana.screen((380, 600))
    ana.page.mouse.move(x, y)
    ana.page.mouse.down()
    ana.page.mouse.move(*ana.screen((540, 640)), steps=4)
    ana.page.mouse.up()
    ana.page.keyboard.up("Shift")
    ana.until("geoengine.selection.length === 3")
    ana.keys("Control+c")
    ana.page.mouse.move(*ana.screen((460, 720)))
    ana.keys("Control+v")
    made = points(ana, server)
    assert sorted(round(point.y) for point in made.values()) == [620] * 3 + [720] * 3
    menu = ana.page.locator(".shape-menu")
    ana.keys("e")
    menu.wait_for()
    words = menu.inner_text()
    assert "Copy" in words
    assert "Square" not in words
    assert "Merge" not in words


def test_the_details_tell_the_place(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.click(PLACES[2])
    ana.until(f"document.body.dataset.selected === '{POLES[2]}'")
    details = ana.page.locator(".details").inner_text()
    assert "Place" in details
    assert "Area" not in details
