"""Lines on the desk: drawn, edited, drawn on, split and joined, by mouse and keyboard, as the server has them then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, GeometryKind, LabelClass
from geoengine.project import Project
from tests.support.browser import Analyst, Server, to_pixels, to_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
ROAD, LANE = (f"{n:032x}" for n in (91, 92))
BENT = shapely.LineString([(200, 600), (300, 600), (300, 660)])
STRAIGHT = shapely.LineString([(300, 660), (420, 660)])


@pytest.fixture(autouse=True)
def roads(project: Project) -> None:
    """A class of lines, and two lines of it that end at one place."""
    with project.store() as store:
        store.put_classes([LabelClass("road", "Road", "#f0e442", geometry=GeometryKind.LINE)])
        made = [CreateFeature(ROAD, "road", to_world(BENT)), CreateFeature(LANE, "road", to_world(STRAIGHT))]
        store.commit(Changeset("roads-1", 1, "ana", tuple(made)))


def lines(server: Server) -> dict[str, shapely.LineString]:
    """The lines in the label file, in pixels, by uid."""
    labels = server.labels()
    return dict(labels[labels["class"] == "road"].geometry)


def saved(analyst: Analyst, server: Server) -> dict[str, shapely.LineString]:
    analyst.status("saved")
    return lines(server)


def select(analyst: Analyst, uid: str, pixel: tuple[float, float]) -> None:
    analyst.click(pixel)
    analyst.until(f"document.body.dataset.selected === '{uid}'")


def test_a_line_is_drawn_by_mouse(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("3", "d")
    ana.until("geoengine.mode === 'draw-line'")
    places = [ana.click(at) for at in [(120, 120), (200, 130), (240, 200), (180, 180)]]
    ana.keys("Backspace")
    end = ana.screen((260, 120))
    ana.page.mouse.dblclick(*end)
    made = saved(ana, server)
    assert len(made) == 3
    (new,) = (line for uid, line in made.items() if uid not in (ROAD, LANE))
    assert new.equals_exact(shapely.LineString([*places[:3], ana.raster(end)]), 1e-3)
    ana.keys("Control+z")
    assert len(saved(ana, server)) == 2


def test_a_line_is_drawn_by_keyboard_and_survives_a_reload(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("3", "d", "Alt+ArrowRight", " ")
    ana.keys(*["Alt+Shift+ArrowRight"] * 3, " ")
    ana.page.reload()
    ana.idle()
    ana.until("geoengine.mode === 'draw-line'")
    ana.keys("Alt+ArrowUp", *["Alt+Shift+ArrowUp"] * 4, " ", "Enter")
    made = saved(ana, server)
    (new,) = (line for uid, line in made.items() if uid not in (ROAD, LANE))
    assert len(new.coords) == 3
    assert new.length > 30


def test_vertices_are_dragged_inserted_and_removed(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, ROAD, (250, 600))
    end = ana.drag((200, 600), -30, 20)
    assert saved(ana, server)[ROAD].coords[0] == pytest.approx(end, abs=1e-3)
    middle = to_pixels(
        shapely.geometry.shape(
            {"type": "LineString", "coordinates": ana.feature(ROAD)["geometry"]["coordinates"][0]}
        )
    )
    at = middle.segmentize(1000).interpolate(0.25, normalized=True)
    put = ana.drag((at.x, at.y), 0, 25)
    assert len(saved(ana, server)[ROAD].coords) == 4
    ana.page.mouse.move(10, 10)
    ana.page.keyboard.down("Alt")
    ana.click(put)
    ana.page.keyboard.up("Alt")
    assert len(saved(ana, server)[ROAD].coords) == 3
    ana.keys("Control+a", "Delete")
    ana.until("document.querySelector('.notice')?.textContent.includes('at least two vertices')")
    assert len(saved(ana, server)[ROAD].coords) == 3


def test_a_line_is_drawn_on_split_and_joined(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, ROAD, (250, 600))
    ana.page.mouse.move(*ana.screen((180, 600)))
    ana.keys("Alt+l")
    ana.until("geoengine.mode === 'draw-line'")
    far = ana.click((150, 560))
    ana.keys("Enter")
    ana.until(f"document.body.dataset.selected === '{ROAD}'")
    grown = saved(ana, server)[ROAD]
    assert grown.coords[-1] == pytest.approx(far, abs=1e-3)
    assert len(grown.coords) == 4
    # At a vertex, by the menu of operations.
    ana.click((300, 600))
    ana.until("geoengine.selectedVertices === 1")
    ana.keys("Shift+L")
    pieces = saved(ana, server)
    assert len(pieces) == 3
    assert sum(line.length for line in pieces.values()) == pytest.approx(
        grown.length + STRAIGHT.length, abs=1e-3
    )
    # All three hang together: one line again.
    ana.until("geoengine.selection.length === 2")
    ana.page.keyboard.down("Shift")
    ana.click((380, 660))
    ana.page.keyboard.up("Shift")
    ana.until("geoengine.selection.length === 3")
    ana.keys("Shift+M")
    (whole,) = saved(ana, server).values()
    assert whole.length == pytest.approx(grown.length + STRAIGHT.length, abs=1e-3)


def test_a_line_is_cut_where_another_crosses_it(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("k")
    ana.click((360, 640))
    ana.click((360, 680))
    ana.keys("Enter")
    made = saved(ana, server)
    pieces = [line.length for uid, line in made.items() if uid != ROAD]
    assert pieces == pytest.approx([60, 60], abs=2)
    assert sum(pieces) == pytest.approx(STRAIGHT.length, abs=1e-3)


def test_only_classes_and_tools_that_fit_are_taken(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    select(ana, ROAD, (250, 600))
    ana.keys("1")
    ana.until(
        "document.querySelector('.notice')?.textContent.includes('Building is of polygons: a line cannot be one.')"
    )
    ana.keys("Escape", "3", "i")
    ana.until(
        "document.querySelector('.notice')?.textContent.includes('Road is of lines, which this tool does not draw')"
    )
    assert ana.page.locator('.rail [data-command="circle"]').get_attribute("aria-disabled") == "true"
    assert ana.evaluate("geoengine.mode") == "select"
    # What is begun stays what it is; without it, another class has another tool.
    ana.keys("d")
    ana.click((500, 120))
    ana.keys("1")
    ana.until("document.querySelector('.notice')?.textContent.includes('finish what is being drawn')")
    ana.keys("Escape", "1")
    ana.until("geoengine.mode === 'draw'")
    assert set(saved(ana, server)) == {ROAD, LANE}


def test_the_details_tell_length_and_bearing(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    select(ana, LANE, (380, 660))
    details = ana.page.locator(".details").inner_text()
    assert "60.0" in details.replace("59.9", "60.0").replace("60.1", "60.0")
    assert "Bearing" in details
    assert "Area" not in details
