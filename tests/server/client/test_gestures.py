"""The shortest way to do a thing, as the table in docs/desk.md counts it: keystrokes, clicks and drags."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from geoengine.model import Changeset, CreateFeature
from geoengine.project import Project
from tests.support.browser import UIDS, Analyst, Server, roof, to_pixels, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
LEFT, TOP, RIGHT, BOTTOM = roof(0).bounds
CROOKED, BESIDE = f"{98:032x}", f"{99:032x}"


def outline(analyst: Analyst, uid: str) -> shapely.Polygon:
    """A feature as the page has it, in pixels."""
    polygon = to_pixels(shapely.geometry.shape(analyst.feature(uid)["geometry"]))
    assert isinstance(polygon, shapely.Polygon)
    return polygon


def fresh(analyst: Analyst) -> list[shapely.Polygon]:
    """What has been drawn, in pixels."""
    known = [*UIDS, CROOKED, BESIDE]
    found = analyst.evaluate("() => geoengine.features().map((f) => [f.uid, f.geometry])")
    return [to_pixels(shapely.geometry.shape(geometry)) for uid, geometry in found if uid not in known]


def view(analyst: Analyst) -> list[float]:
    """Where the map's upper left corner is, in world coordinates."""
    place: list[float] = analyst.evaluate("geoengine.toWorld([300, 200])")
    return place


@pytest.fixture
def more(project: Project) -> None:
    """A crooked house, and one that shares a border with the first roof."""
    crooked = shapely.Polygon([(500, 700), (560, 703), (559, 730), (558, 741), (530, 739), (499, 740)])
    shapes = {CROOKED: crooked, BESIDE: shapely.box(RIGHT, TOP, RIGHT + 40, BOTTOM)}
    with project.store() as store:
        made = tuple(CreateFeature(uid, "tree", to_world(shape)) for uid, shape in shapes.items())
        store.commit(Changeset("more-1", 1, "ana", made))


def test_a_corner_is_fixed_by_one_drag_and_the_map_is_moved_beside_it(
    analyst: Arrive, server: Server
) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    let_go = ana.drag((LEFT, TOP), -14, -18)
    ana.status("saved")
    assert outline(ana, UIDS[0]).distance(shapely.Point(let_go)) < 0.1
    assert ana.evaluate("geoengine.selection.map((f) => f.uid)") == [UIDS[0]]
    assert server.labels().loc[UIDS[0], "state"] == "accepted"
    ana.keys("Control+z", "Escape", "Escape")
    ana.status("saved")
    assert outline(ana, UIDS[0]).equals_exact(roof(0), 0.01)
    # On the outline or in it, but not at a corner: the map moves.
    for start in [((LEFT + RIGHT) / 2, TOP), (LEFT + 12, TOP + 12)]:
        before = view(ana)
        ana.drag(start, 30, 20)
        ana.idle()
        assert view(ana) != before
    # So it does at a corner that came under a mouse which has not moved since.
    ana.page.mouse.move(500, 400)
    ana.page.mouse.down()
    ana.page.mouse.move(520, 410, steps=3)
    ana.page.mouse.up()
    ana.idle()
    assert ana.evaluate("geoengine.waiting") == 0
    # And where the view has changed under the mouse since the corner was ringed.
    ana.page.mouse.move(*ana.screen((LEFT + 30, TOP + 20)))
    x, y = ana.screen((LEFT, TOP))
    ana.page.mouse.move(x, y)
    ana.keys("+")
    assert ana.screen((LEFT, TOP)) != (x, y)  # drawn: a press before that would mean what is still shown
    ana.idle()
    ana.page.mouse.down()
    ana.page.mouse.move(x + 40, y + 30, steps=3)
    ana.page.mouse.up()
    ana.keys("-")
    ana.idle()
    assert ana.evaluate("geoengine.selection.length") == 0
    assert outline(ana, UIDS[0]).equals_exact(roof(0), 0.01)
    # A click selects the object, and no vertex of it.
    ana.click((roof(1).bounds[0] + 1, roof(1).bounds[1] + 1))
    ana.until(f"document.body.dataset.selected === '{UIDS[1]}'")
    assert ana.evaluate("geoengine.selectedVertices") == 0
    # Too small on the screen to be meant.
    ana.keys("Escape", "f", "-")
    ana.idle()
    before = view(ana)
    ana.drag((LEFT, TOP), 30, 20)
    ana.idle()
    assert view(ana) != before
    assert outline(ana, UIDS[0]).equals_exact(roof(0), 0.01)
    assert ana.evaluate("geoengine.selection.length") == 0


def test_a_drag_of_a_corner_is_given_up_by_esc(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    x, y = ana.screen((LEFT, TOP))
    ana.page.mouse.move(x, y)
    ana.page.mouse.down()
    ana.page.mouse.move(x - 20, y - 20, steps=3)
    ana.keys("Escape")
    ana.page.mouse.up()
    assert ana.evaluate("geoengine.waiting") == 0
    assert outline(ana, UIDS[0]).equals_exact(roof(0), 0.01)


@pytest.mark.usefixtures("more")
def test_a_shared_corner_goes_along_with_ctrl(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    ana.page.keyboard.down("Control")
    ana.drag((RIGHT, TOP), 4, -22)
    ana.page.keyboard.up("Control")
    ana.status("saved")
    labels = server.labels().geometry
    assert labels[UIDS[0]].bounds[1] == pytest.approx(labels[BESIDE].bounds[1], abs=0.01)
    assert labels[UIDS[0]].bounds[1] < TOP - 20
    assert labels[UIDS[0]].touches(labels[BESIDE])


@pytest.mark.usefixtures("more")
def test_one_letter_with_shift_squares_and_merges(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.click((530, 720))
    ana.keys("Shift+Q")
    ana.status("saved")
    sides = np.diff(np.array(server.labels().geometry[CROOKED].exterior.coords), axis=0)
    for a, b in zip(sides, np.roll(sides, -1, axis=0), strict=True):
        assert min(abs(np.dot(a, b)), abs(a[0] * b[1] - a[1] * b[0])) < 1e-3 * np.hypot(*a) * np.hypot(*b)
    ana.select_proposal(0)
    ana.page.keyboard.down("Shift")
    ana.click((RIGHT + 20, TOP + 20))
    ana.page.keyboard.up("Shift")
    ana.keys("Shift+M")
    ana.status("saved")
    assert BESIDE not in server.labels().index
    # One that is tried first is tried; a letter that stands for nothing there is the letter itself.
    ana.keys("Shift+S")
    assert "vertices become" in ana.evaluate("document.querySelector('.shape-said').textContent")
    ana.keys("Escape", "Shift+D")
    assert ana.evaluate("geoengine.mode") == "draw"


def test_a_letter_and_a_drag_draw(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("b")
    end = ana.drag((100, 100), 80, 60)
    ana.status("saved")
    (drawn,) = fresh(ana)
    assert drawn.bounds == pytest.approx((100, 100, *end), abs=1.5)
    ana.drag((100, 600), 70, 50)  # the tool stays
    assert len(fresh(ana)) == 2
    ana.keys("i", "2")
    ana.drag((500, 130), 40, 0)
    round_one = fresh(ana)[2]
    assert shapely.Point(500, 130).distance(round_one.centroid) < 1.5
    # A side by a drag, then the depth.
    ana.keys("u")
    ana.drag((700, 150), 80, 30)
    ana.click((700, 230))
    turned = fresh(ana)[3]
    assert len(turned.exterior.coords) == 5
    assert turned.area == pytest.approx(turned.minimum_rotated_rectangle.area)
    assert turned.bounds[0] < 690
    # Given up, and the map moved by the middle button.
    ana.keys("b")
    x, y = ana.screen((300, 800))
    ana.page.mouse.move(x, y)
    ana.page.mouse.down()
    ana.page.mouse.move(x + 60, y + 40, steps=3)
    ana.keys("Escape")
    ana.page.mouse.up()
    before = view(ana)
    ana.page.mouse.down(button="middle")
    ana.page.mouse.move(x + 120, y + 80, steps=3)
    ana.page.mouse.up(button="middle")
    ana.idle()
    assert view(ana) != before
    assert len(fresh(ana)) == 4
    ana.status("saved")
    saved = server.labels().drop(UIDS)
    assert sorted(saved["class"]) == ["building", "building", "tree", "tree"]


def test_drawing_and_measuring_by_keys_alone(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "F2")
    right, down, up = (f"Alt+Shift+Arrow{way}" for way in ("Right", "Down", "Up"))
    x, y = ana.raster(ana.evaluate("geoengine.toPage(geoengine.map.getView().getCenter())"))
    # The first one shows the cross, in the middle of the view.
    ana.keys("d", "Space", "Space", *[right] * 4, "Space", *[down] * 3, "Alt+ArrowLeft", "Space", "Enter")
    ana.status("saved")
    (drawn,) = fresh(ana)
    expected = shapely.Polygon([(x, y), (x + 40, y), (x + 39, y + 30)])
    assert drawn.symmetric_difference(expected).area < 2
    ana.keys("b", "Space", *[up] * 6, "Space", *[right] * 5, *[up] * 3, "Space")
    assert fresh(ana)[1].area == pytest.approx(50 * 30, rel=0.01)
    # The view goes along, farther than it reaches.
    ana.keys("+", "i", "2", "Space", *[right] * 40, "Space", *[right] * 2, "Space")
    ana.status("saved")
    assert server.labels().drop(UIDS)["class"].tolist().count("tree") == 1
    assert fresh(ana)[2].bounds[2] == pytest.approx(x + 420, abs=1)
    ana.keys("m", "Space", "Space", *[right] * 4, "Space")
    assert "Length 20" in ana.evaluate("document.querySelector('.measure-badge').textContent")
    # On a button, Space presses it.
    ana.keys("Escape", "Escape")
    ana.page.focus("[data-command=draw]")
    ana.keys("Space")
    assert ana.evaluate("geoengine.mode") == "draw"
