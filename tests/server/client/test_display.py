"""Looking at a scene in a real browser: its picture, its places, lengths, the other date, and the way to it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine
from PIL import Image
from pyproj import Geod, Transformer

from geoengine.project import Project
from geoengine.tasks.gazetteer import load_gazetteer
from geoengine.tasks.scenes.register import register_scene
from tests.support.browser import Analyst, Server, add_earlier_town, pixels, roof, to_world, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
TO_LONLAT = Transformer.from_crs("EPSG:32645", "EPSG:4326", always_xy=True)
GROUND = (roof(5).centroid.x + 80, roof(5).centroid.y)


def brightness(ana: Analyst) -> float:
    return float(pixels(ana, GROUND).mean())


def lonlat(pixel: tuple[float, float]) -> tuple[float, float]:
    point = to_world(shapely.Point(pixel))
    lon, lat = TO_LONLAT.transform(point.x, point.y)
    return lon, lat


def text(ana: Analyst, selector: str) -> str:
    return str(ana.evaluate(f"document.querySelector('{selector}').textContent"))


def tile_requests(ana: Analyst) -> list[str]:
    """Addresses of tiles from now on, as they are asked for."""
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url) if "/tiles/" in request.url else None)
    return asked


def test_raster_pixels_are_squares_on_the_screen(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "l")
    assert ana.evaluate("window.geoengine.resolution") == 0.5
    wait_for(lambda: text(ana, ".zoom") == "1:1", "the read-out says 1:1")
    ana.keys("+", "+")
    assert ana.evaluate("window.geoengine.resolution") == 0.125
    ana.idle()

    def squares() -> bool:
        shot = pixels(ana, (505, 505), 32).reshape(8, 4, 8, 4, 3)
        return bool((shot == shot[:, :1, :, :1]).all() and len(np.unique(shot[..., 0])) > 8)

    wait_for(squares, "each raster pixel is one colour on 4 x 4 screen pixels")
    ana.keys("-", "-", "-")
    wait_for(lambda: text(ana, ".zoom") == "1:2", "the read-out says 1:2")


def test_the_picture_is_drawn_live(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "l")
    wait_for(lambda: 75 < brightness(ana) < 95, "the scene is drawn")
    ana.page.wait_for_load_state("networkidle")
    asked = tile_requests(ana)
    ana.keys("]", "]", "]", "]")
    wait_for(lambda: 125 < brightness(ana) < 146, "it is brighter by a fifth")
    ana.tab("view")
    ana.page.locator("#display-gamma").fill("1")
    wait_for(lambda: 185 < brightness(ana) < 205, "and its middle brighter still")
    ana.page.locator("#display-contrast").fill("-1")
    wait_for(lambda: np.ptp(pixels(ana, GROUND)) <= 1, "without contrast all is one grey")
    assert asked == []

    ana.page.select_option("#display-bands", "2")
    wait_for(lambda: any("bands=2" in url for url in asked), "the server is asked for other bands")
    ana.page.reload()
    ana.idle()
    assert ana.page.input_value("#display-bands") == "2"
    assert text(ana, ".display-panel h2") == "Displaychanged"
    ana.page.click(".display-panel .reset-display")
    ana.keys("z", "l")
    wait_for(lambda: 75 < brightness(ana) < 95, "the scene is as it was")
    assert ana.page.input_value("#display-bands") == ""


def test_a_place_is_found_by_its_name(analyst: Arrive, project: Project, tmp_path: Path) -> None:
    lon, lat = lonlat((612.5, 204.5))
    places = [("Town hall", lon, lat), ("Town of Elsewhere", 2.35, 48.86)]
    rows = [[n, name, name, "", y, x, "S", "", "NP", *[""] * 10] for n, (name, x, y) in enumerate(places)]
    (tmp_path / "names.txt").write_text("\n".join("\t".join(map(str, row)) for row in rows))
    load_gazetteer(project, [tmp_path / "names.txt"])
    ana = analyst()
    ana.open()
    ana.keys("g")
    ana.page.fill("#goto", "tow")
    ana.keys("Enter")
    ana.until("document.activeElement.innerText?.startsWith('Town hall')")
    assert text(ana, "#goto-answer") == "2 places have this name."
    assert (
        ana.page.locator(".places button").nth(1).inner_text().split("\n")[-1]
        == "building, NP, outside this scene"
    )
    ana.keys("ArrowDown", "Enter")
    ana.until(
        "document.querySelector('#goto-answer').textContent === 'Town of Elsewhere lies outside this scene.'"
    )
    ana.keys("ArrowUp", "Enter")
    ana.until("document.querySelector('.places').hidden")
    x, y = ana.screen((612.5, 204.5))
    box = ana.box(".map")
    assert abs(x - box["x"] - box["width"] / 2) <= 1
    assert abs(y - box["y"] - box["height"] / 2) <= 1
    ana.keys("g")
    ana.page.fill("#goto", "the village hall")
    ana.keys("Enter")
    ana.until(
        "document.querySelector('#goto-answer').textContent.startsWith('No place in the gazetteer is called')"
    )


def test_places_are_found_read_and_copied(analyst: Arrive) -> None:
    ana = analyst()
    ana.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ana.open()
    lon, lat = lonlat((612.5, 204.5))
    for words, answer in [
        (f"{lat:.7f} N {lon:.7f} E", "Read as longitude and latitude."),
        ("612, 204", "Read as column and row."),
        ("the town hall", "“the town hall” is not a place"),
        ("col 5000 row 3", "lies outside this scene"),
    ]:
        ana.keys("g")
        ana.page.fill("#goto", words)
        ana.keys("Enter")
        assert answer in text(ana, "#goto-answer")
        x, y = ana.screen((612.5, 204.5))
        box = ana.box(".map")
        assert abs(x - box["x"] - box["width"] / 2) <= 1
        assert abs(y - box["y"] - box["height"] / 2) <= 1
    ana.keys("Escape")
    assert not ana.page.is_visible(".place-card")

    ana.keys("z")
    mouse = ana.screen((700, 300))
    ana.page.mouse.move(*mouse)
    ana.keys("F9")
    ana.until("document.querySelector('.notice').textContent.startsWith('Copied: ')")
    copied = [float(part) for part in re.findall(r"[\d.]+", ana.evaluate("navigator.clipboard.readText()"))]
    assert copied == pytest.approx(lonlat(ana.raster(mouse)), abs=1e-7)
    assert text(ana, "[data-format=crs]").startswith("EPSG:32645 300350")
    assert text(ana, "[data-format=pixel]") == "col 700 row 300"
    assert text(ana, "[data-format=mgrs]").startswith("45R UL 00")
    card, below = (ana.box(part) for part in (".place-card", ".readout"))
    assert card["y"] + card["height"] <= below["y"]
    ana.keys("F8", "F8")
    assert text(ana, ".place").startswith("45N 3003")
    ana.page.click("[data-format=mgrs] button")
    ana.until("document.querySelector('.notice').textContent.startsWith('Copied: 45R UL')")


def test_lengths_and_areas_are_those_of_the_ellipsoid(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "m")
    corners = [ana.click(corner) for corner in [(300, 420), (700, 430), (650, 660)]]
    lons, lats = zip(*map(lonlat, corners), strict=True)
    geod = Geod(ellps="WGS84")
    badge = text(ana, ".measure-badge")
    length = float(re.findall(r"Length ([\d.]+) m", badge)[0])
    assert length == pytest.approx(geod.line_length(lons, lats), abs=0.06)
    ana.page.mouse.click(*ana.screen((300, 420)))  # the first again
    area, around = geod.polygon_area_perimeter(lons, lats)
    found = re.fullmatch(r"Area ([\d.]+) ha, perimeter ([\d.]+) m", text(ana, ".measure-badge"))
    assert found is not None
    assert float(found[1]) == pytest.approx(abs(area) / 10_000, abs=0.006)
    assert float(found[2]) == pytest.approx(around, abs=0.06)
    ana.keys("Escape")
    assert not ana.page.is_visible(".measure-badge")
    ana.keys("Escape")
    assert ana.evaluate("window.geoengine.mode") == "select"
    assert ana.evaluate("window.geoengine.waiting") == 0


def test_the_other_date_beside_this_one_or_for_a_moment(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z", "l")
    ana.until("!document.querySelector('.compare').hidden")
    wait_for(lambda: 75 < brightness(ana) < 95, "the scene is drawn")
    ana.page.keyboard.down("o")
    wait_for(lambda: brightness(ana) < 45, "the earlier one is seen while the key is down")
    ana.page.keyboard.down("o")  # as a keyboard repeats it
    assert ana.evaluate("document.body.dataset.compare") == "2"
    ana.page.wait_for_timeout(400)  # shorter, it would be a tap
    ana.page.keyboard.up("o")
    wait_for(lambda: brightness(ana) > 70, "and no longer")

    ana.keys("F6")
    x = ana.screen(GROUND)[0]
    box = ana.box(".divider")
    ana.page.mouse.move(box["x"] + 12, box["y"] + 200)
    ana.page.mouse.down()
    ana.page.mouse.move(x + 60, box["y"] + 200, steps=3)
    ana.page.mouse.up()
    wait_for(lambda: brightness(ana) > 70, "left of the divider is this scene")
    ana.keys("Home")
    wait_for(lambda: brightness(ana) < 45, "right of it the earlier one")
    ana.keys("ArrowRight")
    assert ana.page.get_attribute(".divider", "aria-valuenow") == "2"
    ana.keys("F6")
    wait_for(lambda: brightness(ana) > 70, "without it this scene is everywhere")


def test_from_the_list_into_a_scene_though_tiles_fail_at_first(
    analyst: Arrive,
    server: Server,
) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    refused: list[str] = []

    def refuse(route: Any) -> None:
        refused.append(route.request.url)
        route.abort() if len(refused) <= 12 else route.continue_()

    ana.page.route(re.compile(r"/tiles/2/native/[1-9]"), refuse)
    ana.page.goto(ana.url)
    ana.page.wait_for_selector(".scene-card")
    assert ana.page.locator(".scene-card").count() == 2
    ana.page.fill("#scene-words", "before 2019")
    assert ana.page.locator(".scene-card").count() == 1
    assert text(ana, ".found") == "1 of 2 scenes"
    assert "CUI" in text(ana, ".scene-card")
    ana.keys("ArrowDown", "Enter")
    ana.idle()
    assert ana.evaluate("window.geoengine.scene") == 2
    assert text(ana, ".bar .scene-marking") == "CUI"
    ana.keys("l")
    wait_for(lambda: 25 < brightness(ana) < 45, "what failed is asked for again")


def test_the_contrast_is_stretched_to_what_is_in_view(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z", "l")
    wait_for(lambda: 75 < brightness(ana) < 95, "the scene is drawn")
    asked = tile_requests(ana)
    ana.keys("+", "+", "+")
    ana.until("geoengine.resolution === 0.0625")
    ana.idle()
    spread = float(pixels(ana, GROUND, 48).std())
    ana.keys("Shift+C")
    ana.until("document.querySelector('.notice').textContent.startsWith('Stretched to what is in view')")
    wait_for(lambda: any("limits=range" in url for url in asked), "tiles are asked for with limits")
    wait_for(lambda: pixels(ana, GROUND, 48).std() > 1.3 * spread, "and have more contrast")
    assert text(ana, ".display-panel h2") == "Displaychanged"
    ana.keys("Shift+C")
    wait_for(lambda: pixels(ana, GROUND, 48).std() < 1.3 * spread, "and back")
    assert text(ana, ".display-panel h2") == "Display"

    # Two handles and numbers below the histogram of what is in view.
    ana.tab("view")
    ana.until("document.querySelectorAll('.limits polyline').length === 3")
    ana.page.fill("[aria-label='Shown as white, typed']", "120")
    ana.page.keyboard.press("Enter")
    wait_for(lambda: any("limits=range%3A0%2C120" in url for url in asked), "typed limits are asked for")
    ana.page.locator("[aria-label='Shown as black']").focus()
    ana.page.keyboard.press("ArrowRight")
    wait_for(lambda: "limits=range%3A0%2C120" not in asked[-1], "a handle moves them")
    ana.page.select_option(".limits select", "1")
    ana.page.fill("[aria-label='Shown as white, typed']", "90")
    ana.page.keyboard.press("Enter")
    wait_for(lambda: asked[-1].count("%2C") == 5, "of one band alone")
    ana.keys("Shift+G")
    ana.until("document.querySelector('.notice').textContent === 'Stretch: as the scene has it.'")
    ana.keys("Shift+G")
    ana.until("document.querySelector('#display-limits').value === 'percentile:2,98'")


def test_labels_are_whole_and_apart(analyst: Arrive) -> None:
    ana = analyst()
    ana.open()
    ana.keys("F7")
    ana.until("window.geoengine.labels.length === 8")
    assert {label["words"] for label in ana.evaluate("window.geoengine.labels")} >= {"0.95 Building"}
    # At the view's edge at 1:1, with an object that reaches 12 px beyond its upper left corner.
    box = ana.box(".map")
    left, top = roof(1).bounds[:2]
    middle = to_world(shapely.Point(left + 12 + box["width"] / 2, top + 12 + box["height"] / 2))
    ana.evaluate(f"void (location.hash = '#scene=1&x={middle.x}&y={middle.y}&r=0.5')")
    corner = pytest.approx((box["x"] - 12, box["y"] - 12), abs=1)
    wait_for(lambda: ana.screen((left, top)) == corner, "the view is there")
    ana.idle()
    labels = ana.evaluate("window.geoengine.labels")
    assert labels
    for n, one in enumerate(labels):
        assert one["left"] >= 0
        assert one["top"] >= 0
        assert one["right"] <= box["width"]
        for other in labels[n + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
    ana.keys("F7")
    ana.until("window.geoengine.labels.length === 0")


def test_undeclared_fill_is_said_on_the_page(analyst: Arrive, server: Server) -> None:
    values = np.random.default_rng(5).integers(300, 900, (1, 256, 256), dtype=np.uint16)
    values[:, :, 150:] = 65535
    path = server.project.directory.parent / "askew.tif"
    profile = {"driver": "GTiff", "width": 256, "height": 256, "count": 1, "dtype": "uint16"}
    with rasterio.open(
        path, "w", crs="EPSG:32645", transform=Affine(1, 0, 3e5, 0, -1, 3e6), **profile
    ) as raster:
        raster.write(values)
    with server.project.store() as store:
        register_scene(server.project, store, path)
    ana = analyst()
    ana.open("#scene=2")
    ana.until("document.querySelector('.notice').textContent.startsWith('The value 65535 fills 41 %')")
    ana.keys("z", "l")
    wait_for(lambda: pixels_of_map(ana).std() > 30, "its ground is not dark")
    ana.tab("view")
    assert "is not declared as nodata" in text(ana, ".display-panel .note")


def pixels_of_map(ana: Analyst) -> npt.NDArray[np.uint8]:
    """The screen left of the middle of the map, where the scene's ground is."""
    box = ana.box(".map")
    clip = {
        "x": box["x"] + box["width"] / 2 - 90,
        "y": box["y"] + box["height"] / 2 - 40,
        "width": 40,
        "height": 40,
    }
    return np.asarray(Image.open(io.BytesIO(ana.page.screenshot(clip=clip))).convert("L"))
