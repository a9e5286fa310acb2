"""Reference layers in a real browser: vectors, map tiles, and other scenes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geoengine.project import Project
from geoengine.tasks.layers import add_layer
from tests.server.client.conftest import serving
from tests.support.browser import EAST, NORTH, Analyst, Server, add_earlier_town, pixels, to_world, wait_for
from tests.support.map_tiles import painted, write_mbtiles

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]


def brightness(ana: Analyst) -> float:
    return float(pixels(ana, (500, 560)).mean())


def test_reference_layers_are_off_until_turned_on_and_lie_below(analyst: Arrive, server: Server) -> None:
    path = server.project.directory.parent / "roads.geojson"
    to_lonlat = Transformer.from_crs(32645, 4326, always_xy=True)
    ends = (to_world(shapely.Point(corner)) for corner in ((100, 600), (900, 600)))
    line = [to_lonlat.transform(end.x, end.y) for end in ends]
    path.write_text(json.dumps({"type": "LineString", "coordinates": line}))
    add_layer(server.project, path, name="Roads of the office")
    ana = analyst()
    ana.open()
    ana.keys("z")
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url) if "/layers/" in request.url else None)
    ana.tab("view")
    ana.until("document.querySelectorAll('.reference').length === 1")
    # The ground is noise, what is not loaded yet of one colour.
    wait_for(lambda: np.ptp(pixels(ana, (500, 596), 8)) > 10, "the imagery is drawn")
    before = pixels(ana, (500, 596), 8).astype(int)
    assert asked == []
    ana.page.click(".reference label")
    wait_for(lambda: pixels(ana, (500, 596), 8).max() > before.max() + 60, "the road is drawn")
    # It is the imagery's, not an object: a click there selects nothing.
    ana.click((500, 600))
    assert ana.evaluate("document.body.dataset.selected") == ""
    ana.keys("+")
    # Requests are told while the page is asked something.
    wait_for(lambda: ana.evaluate("true") and len(asked) > 1, "another view is asked for")
    ana.page.reload()
    ana.idle()
    wait_for(lambda: pixels(ana, (500, 596), 8).max() > before.max() + 60, "it is kept on in this browser")
    ana.page.click(".reference label")
    wait_for(lambda: pixels(ana, (500, 596), 8).max() < before.max() + 60, "and gone when it is turned off")


def test_map_tiles_and_other_scenes_are_faded_and_put_below(analyst: Arrive, server: Server) -> None:
    west, north = Transformer.from_crs(32645, 3857, always_xy=True).transform(EAST, NORTH)
    path = server.project.directory.parent / "map.mbtiles"
    tiles = painted((west - 20, north + 20), (17,), span_m=800)
    add_layer(server.project, write_mbtiles(path, tiles), name="Map of the office")
    add_layer(
        server.project, write_mbtiles(path.with_name("far.mbtiles"), tiles, bounds="0,0,1,1"), name="Far"
    )
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=1")
    ana.tab("view")
    ana.until("document.querySelectorAll('.reference').length === 4")
    far, office, before, objects = ana.page.locator(".reference").all()
    assert far.locator("input").first.is_disabled()
    assert "no tiles over this scene" in far.inner_text()
    assert "Town before \N{EN DASH} CUI" in before.inner_text()

    def blue_is_77() -> bool:
        return bool(np.abs(pixels(ana, (500, 500), 8)[..., 2].astype(int) - 77).max() <= 2)

    assert not blue_is_77()
    office.locator("input").first.check()
    wait_for(blue_is_77, "the map is drawn over the imagery")
    office.get_by_label("Under the image").check()
    wait_for(lambda: not blue_is_77(), "the imagery hides it")
    office.get_by_label("Under the image").uncheck()
    wait_for(blue_is_77, "it is over it again")
    office.locator("input[type=number]").fill("0")
    ana.keys("Enter")
    wait_for(lambda: not blue_is_77(), "it has faded to nothing")
    office.locator("input").first.uncheck()
    assert objects.inner_text() == "Objects of Town before \N{EN DASH} CUI"
    dark = brightness(ana)
    before.locator("input").first.check()
    wait_for(lambda: brightness(ana) < dark - 15, "the other scene, which is darker, is drawn")
    ana.page.reload()
    ana.idle()
    wait_for(lambda: brightness(ana) < dark - 15, "it is kept on in this browser")


@pytest.fixture
def office(project: Project, tmp_path: Path) -> Iterator[Server]:
    """A server that allows a folder with maps."""
    folder = tmp_path / "office"
    (folder / "maps").mkdir(parents=True)
    west, north = Transformer.from_crs(32645, 3857, always_xy=True).transform(EAST, NORTH)
    write_mbtiles(folder / "maps" / "Base.mbtiles", painted((west - 20, north + 20), (17,), span_m=800))
    (folder / "maps" / "broken.mbtiles").write_text("words")
    with serving(project, folder) as server:
        yield server


def test_a_layer_is_added_and_removed_in_the_page(browser: Any, office: Server) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    ana = Analyst(page, office.url)
    ana.watch_for_errors()
    ana.open("#scene=1")
    ana.tab("view")
    ana.page.click(".add-layer")
    ana.page.click(".layer-files button:has-text('maps/')")
    ana.page.click("[aria-label='Add broken.mbtiles']")
    ana.until("document.querySelector('.layer-picker [role=status]').textContent.includes('no MBTiles')")
    ana.page.click("[aria-label='Add Base.mbtiles']")
    ana.until("document.querySelector('.layer-picker [role=status]').textContent === 'Base is added.'")
    ana.page.click(".layer-picker .buttons button")
    ana.until("document.querySelectorAll('.reference').length === 1")
    wait_for(
        lambda: np.abs(pixels(ana, (500, 500), 8)[..., 2].astype(int) - 77).max() <= 2, "it is shown at once"
    )
    ana.page.click(".reference .close")
    ana.page.click("[data-choice=remove]")
    ana.until("document.querySelectorAll('.reference').length === 0")
    wait_for(lambda: np.abs(pixels(ana, (500, 500), 8)[..., 2].astype(int) - 77).max() > 2, "it is gone")
    page.context.close()
    assert ana.errors == []
