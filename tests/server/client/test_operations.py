"""What the menu of operations and the clipboard do to selected objects, as they are on the server afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from geoengine.model import Changeset, CreateFeature
from geoengine.project import Project
from tests.support.browser import UIDS, Analyst, Server, roof, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
BESIDE, YARD, CROOKED = (f"{n:032x}" for n in (97, 98, 99))
LEFT, TOP, RIGHT, BOTTOM = roof(0).bounds
COURT = shapely.box(320, 720, 340, 740)
YARD_SHAPE = shapely.box(300, 700, 360, 760).difference(COURT)
CROOKED_SHAPE = shapely.Polygon([(500, 700), (560, 703), (559, 730), (558, 741), (530, 739), (499, 740)])


@pytest.fixture
def more(project: Project) -> None:
    """A house that touches the first roof, one with a courtyard, and a crooked one."""
    shapes = {BESIDE: shapely.box(RIGHT, TOP, RIGHT + 30, BOTTOM), YARD: YARD_SHAPE, CROOKED: CROOKED_SHAPE}
    with project.store() as store:
        made = tuple(CreateFeature(uid, "tree", to_world(shape)) for uid, shape in shapes.items())
        store.commit(Changeset("more-1", 1, "ana", made))


def select(analyst: Analyst, *pixels: tuple[float, float]) -> None:
    """Select the objects at these pixels, and no others."""
    analyst.keys("Escape", "Escape")
    analyst.click(pixels[0])
    analyst.page.keyboard.down("Shift")
    for pixel in pixels[1:]:
        analyst.click(pixel)
    analyst.page.keyboard.up("Shift")
    assert analyst.evaluate("geoengine.selection.length") == len(pixels)


def labels(analyst: Analyst, server: Server) -> geopandas.GeoDataFrame:
    analyst.status("saved")
    return server.labels()


def back_and_forth(analyst: Analyst, server: Server) -> geopandas.GeoDataFrame:
    """What is on the server, which undo takes back and redo brings again; undone at the end."""
    done = labels(analyst, server)
    analyst.keys("Control+z")
    before = labels(analyst, server)
    assert len(before) == 11
    analyst.keys("Control+y")
    again = labels(analyst, server)
    assert set(again.index) == set(done.index)
    assert again.geometry.geom_equals_exact(done.geometry, 1e-6, align=True).all()
    analyst.keys("Control+z")
    return done


def notice(analyst: Analyst) -> str:
    words: str = analyst.evaluate("document.querySelector('.notice').textContent")
    return words


@pytest.mark.usefixtures("more")
def test_objects_are_merged_taken_apart_and_filled(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, (LEFT + 30, TOP + 20), (RIGHT + 15, TOP + 20))
    ana.keys("e", "m")
    merged = back_and_forth(ana, server)
    assert BESIDE not in merged.index
    assert merged.geometry[UIDS[0]].bounds == pytest.approx((LEFT, TOP, RIGHT + 30, BOTTOM), abs=0.01)
    assert merged["class"][UIDS[0]] == "building"
    # What does not touch is refused, and all of it stays as it was.
    select(ana, (LEFT + 30, TOP + 20), (310, 710))
    ana.keys("e", "m")
    assert "2 pieces" in notice(ana)
    assert len(labels(ana, server)) == 11
    # The menu leaves out what does not apply; the key without the menu says why.
    select(ana, (310, 710))
    ana.keys("e")
    assert not ana.evaluate(
        "document.querySelectorAll('[data-operation=fill], [data-operation=separate]').length"
    )
    ana.keys("Escape", "Shift+F")
    assert "no hole" in notice(ana)
    ana.page.mouse.move(*ana.screen((330, 730)))
    ana.keys("e", "f")
    assert back_and_forth(ana, server).geometry[YARD].area == pytest.approx(3600, abs=0.1)
    # A hole is no object.
    ana.keys("Shift+K")
    assert "several parts" in notice(ana)
    # By mouse: the button, and a right click on an object that is not selected yet.
    select(ana, (310, 710))
    ana.page.click("[data-command=shape]")
    ana.page.click("[data-operation=fill-all]")
    assert back_and_forth(ana, server).geometry[YARD].area == pytest.approx(3600, abs=0.1)
    ana.page.mouse.click(*ana.screen((530, 720)), button="right")
    ana.page.click("[data-operation=square]")
    ana.page.click("[data-operation=apply]")
    squared = np.array(back_and_forth(ana, server).geometry[CROOKED].exterior.coords)
    for a, b in pairwise(np.diff(squared, axis=0)):
        assert min(abs(np.dot(a, b)), abs(a[0] * b[1] - a[1] * b[0])) < 1e-3 * np.hypot(*a) * np.hypot(*b)


@pytest.mark.usefixtures("more")
def test_outlines_are_boxed_hulled_simplified_and_grown(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, (530, 720), (310, 710))
    ana.keys("e", "o")
    boxed = labels(ana, server).geometry
    assert [len(boxed[uid].exterior.coords) for uid in (CROOKED, YARD)] == [5, 5]
    assert boxed[CROOKED].buffer(0.01).covers(CROOKED_SHAPE)
    ana.keys("e", "o")  # and as it was
    assert labels(ana, server).geometry[CROOKED].symmetric_difference(CROOKED_SHAPE).area < 0.1
    ana.keys("Control+z", "Control+z")
    ana.keys("e", "v")
    hulls = back_and_forth(ana, server).geometry
    assert hulls[CROOKED].symmetric_difference(CROOKED_SHAPE.convex_hull).area < 0.1
    # Tried, and given up.
    ana.keys("e", "s", "s", "s", "s")
    assert "vertices become" in ana.evaluate("document.querySelector('.shape-said').textContent")
    ana.keys("Escape")
    assert labels(ana, server).geometry[CROOKED].symmetric_difference(CROOKED_SHAPE).area < 0.1
    ana.keys("e", "s", "s", "s", "s", "Enter")  # within 3 px
    assert len(back_and_forth(ana, server).geometry[CROOKED].exterior.coords) == 5
    select(ana, (530, 720), (310, 710))
    ana.keys("e", "b", "b", "b", "Enter")
    grown = back_and_forth(ana, server).geometry[YARD]
    assert grown.bounds == pytest.approx((297, 697, 363, 763), abs=0.05)
    assert len(grown.exterior.coords) == 5  # a roof still
    assert shapely.Polygon(grown.interiors[0]).area == pytest.approx(14 * 14, abs=0.1)
    ana.keys("e", "b", "Shift+B", "Shift+B", "Shift+B", "Enter")
    assert back_and_forth(ana, server).geometry[YARD].bounds == pytest.approx((302, 702, 358, 758), abs=0.05)
    # Once more, to another object.
    ana.keys("Escape")
    ana.select_proposal(3)
    ana.keys("Control+e")
    inner = back_and_forth(ana, server).geometry[UIDS[3]].bounds
    assert inner == pytest.approx(roof(3).buffer(-2).bounds, abs=0.05)
    # Too much for the selection: nothing is half done.
    ana.keys("e", "b", *["Shift+B"] * 21)
    assert "Nothing" in ana.evaluate("document.querySelector('.shape-said').textContent")
    ana.keys("Enter")
    assert labels(ana, server).geometry[UIDS[3]].bounds == pytest.approx(roof(3).bounds, abs=0.01)


@pytest.mark.usefixtures("more")
def test_copies_are_pasted_duplicated_and_laid_in_a_row(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    known = {*UIDS, BESIDE, YARD, CROOKED}

    def fresh() -> list[tuple[float, ...]]:
        now = back_and_forth(ana, server)
        return sorted(shape.bounds for uid, shape in now.geometry.items() if uid not in known)

    select(ana, (LEFT + 30, TOP + 20), (RIGHT + 15, TOP + 20))
    ana.keys("Control+c")
    place = ana.screen((640, 900))
    ana.page.mouse.move(*place)
    x, y = ana.raster(place)
    ana.keys("Control+v")
    first, second = fresh()
    assert first == pytest.approx((x - 45, y - 20, x + 15, y + 20), abs=0.01)
    assert second == pytest.approx((x + 15, y - 20, x + 45, y + 20), abs=0.01)
    ana.keys("Escape")
    ana.select_proposal(2)
    ana.keys("Control+d")
    left, top, right, bottom = roof(2).bounds
    assert fresh() == [pytest.approx((left + 62, top, right + 62, bottom), abs=0.01)]
    ana.select_proposal(4)
    ana.keys("Control+x")
    assert UIDS[4] not in back_and_forth(ana, server).index
    # A row: three copies to begin with, four by a key, three by the wheel, and five.
    ana.select_proposal(4)
    ana.keys("Control+Shift+D")
    end = ana.click((roof(4).centroid.x, roof(4).centroid.y + 250))
    ana.keys("+")
    ana.page.mouse.wheel(0, 100)
    ana.keys("+", "+", "Enter")
    row = fresh()
    steps = [
        (shapely.box(*bounds).centroid.y - roof(4).centroid.y) / (end[1] - roof(4).centroid.y)
        for bounds in row
    ]
    assert sorted(steps) == pytest.approx([0.2, 0.4, 0.6, 0.8, 1], abs=0.001)
    # By keys alone: the end moved from where it is proposed.
    ana.select_proposal(4)
    ana.page.click("[data-command=row]")
    ana.keys("Alt+Shift+ArrowDown", "Enter")
    assert max(fresh())[:2] == pytest.approx((roof(4).bounds[0] + 375, roof(4).bounds[1] + 10), abs=0.01)


@pytest.mark.usefixtures("more")
def test_the_menu_begins_with_decisions_and_has_what_applies(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()

    def entries() -> list[str]:
        found: list[str] = ana.evaluate(
            "[...document.querySelectorAll('[data-operation]')].map(b => b.dataset.operation)"
        )
        return found

    ana.page.mouse.click(*ana.screen((LEFT + 30, TOP + 20)), button="right")
    assert entries()[:4] == ["accept", "reject", "palette", "note"]
    assert not {"reopen", "merge", "fill", "fill-all", "separate", "paste", "again"} & set(entries())
    ana.page.click("[data-operation=accept]")
    assert labels(ana, server)["state"][UIDS[0]] == "accepted"
    ana.keys("e")
    assert entries()[:2] == ["reject", "palette"]
    assert "reopen" in entries()
    ana.keys("Escape")
    # In the courtyard, and with two.
    ana.page.mouse.click(*ana.screen((310, 710)), button="right")
    assert "fill-all" in entries()
    ana.keys("Escape")
    select(ana, (LEFT + 30, TOP + 20), (RIGHT + 15, TOP + 20))
    ana.keys("e")
    assert "merge" in entries()
    assert "redraw" not in entries()
    ana.keys("Escape", "Escape")
    # Make circle, and a number that is typed beside the slider.
    select(ana, (530, 720))
    ana.keys("Shift+I")
    made = back_and_forth(ana, server).geometry[CROOKED]
    assert made.area == pytest.approx(CROOKED_SHAPE.area, rel=0.02)
    assert made.area == pytest.approx(shapely.minimum_bounding_circle(made).area, rel=0.02)
    ana.keys("e", "b")
    ana.page.fill(".shape-amount input[type=number]", "2.5")
    ana.page.keyboard.press("Enter")
    assert labels(ana, server).geometry[CROOKED].buffer(-2).covers(CROOKED_SHAPE)


def test_the_card_has_the_dimensions_of_the_selection(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    rows = ana.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.details dt')].map("
        "dt => [dt.textContent, dt.nextElementSibling.textContent]))"
    )
    to_lonlat = Transformer.from_crs("EPSG:32645", "EPSG:4326", always_xy=True)
    corners = [to_lonlat.transform(*corner) for corner in to_world(roof(0)).exterior.coords[:-1]]
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(*zip(*corners, strict=True))
    assert float(rows["Area"].removesuffix(" m²")) == pytest.approx(abs(area), abs=0.06)
    assert re.fullmatch(r"30.0 m . 20.0 m", rows["Size"])
    assert rows["Bearing"] in ("089°", "090°")
    before = rows["Place"]
    ana.keys("F8")
    assert ana.evaluate("document.querySelector('.place-of-object').textContent") != before
    ana.keys("+", "+", "+", "+", "+")
    ana.idle()
    assert ana.evaluate("document.querySelector('.ol-scale-line-inner').textContent").endswith(" m")
    # Numbers beside the sliders of the display can be typed.
    ana.tab("view")
    ana.page.fill("[aria-label='Brightness, typed']", "20")
    ana.page.keyboard.press("Enter")
    assert ana.page.input_value("#display-brightness") == "0.2"
    ana.keys("c")  # zooming has put the object out of view, where it would be left alone
    ana.idle()
    ana.keys("a")
    ana.until("document.body.dataset.selectedState === 'accepted'")
